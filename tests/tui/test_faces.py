"""Colours where they are wanted, and terminals that have none, or no screen at all."""

import re

import pytest

from servers import NAMED


@pytest.fixture
def some_socks(socks):
    """A listener and a connection in TIME_WAIT."""
    client, server = socks.pair(socks.listener(port=9999))
    client.close()
    server.close()
    return socks


def colors(terminal):
    return sum("color" in cell.face for cells in terminal.cells() for cell in cells)


def test_states_have_colours(live, some_socks):
    terminal = live("-c", "0.2")
    terminal.until_row("TIME_WAIT")

    assert {"bold", "color"} <= terminal.face("LISTEN", "LISTEN")
    assert {"underline", "color"} <= terminal.face("TIME_WAIT", "TIME_WAIT")
    assert colors(terminal) > 0


@pytest.mark.parametrize("options, prefix", [(["-C"], ""), ([], "NO_COLOR=1"), ([], "TERM=vt100")], ids=ascii)
def test_without_colours_states_still_stand_out(live, some_socks, options, prefix):
    terminal = live("-c", "0.2", *options, prefix=prefix)
    terminal.until_row("TIME_WAIT")

    assert "bold" in terminal.face("LISTEN", "LISTEN")
    assert "underline" in terminal.face("TIME_WAIT", "TIME_WAIT")
    assert colors(terminal) == 0


def test_empty_no_color_means_colours(live, some_socks):
    terminal = live("-c", "0.2", prefix="NO_COLOR=")
    terminal.until_row("TIME_WAIT")
    assert colors(terminal) > 0


@pytest.mark.parametrize("prefix, why", [
    ("TERM=dumb", "dumb"), ("TERM=nonsense", "nonsense"), ("env -u TERM", "TERM"), ("TERM=", "TERM"),
])
def test_terminal_that_cannot_be_drawn_on_gets_the_list(shell, some_socks, prefix, why):
    terminal = shell(width=120)
    before = terminal.state()

    terminal.run(f'clear; {prefix} "$PORTS"')
    lines = terminal.until(lambda lines: lines if any("TIME_WAIT" in line for line in lines) else None)
    assert any(line.startswith("Proto ") for line in lines)
    text = "".join(lines)
    assert re.search(rf"ports: .*{why}.*list", text)
    terminal.prompt()
    assert terminal.state() == before


def test_list_in_a_terminal_is_fitted_to_it(shell, some_socks):
    terminal = shell(width=60)
    terminal.run('clear; "$PORTS" -1')
    terminal.until("TIME_WAIT")
    lines = terminal.lines()
    assert len([line for line in lines if "TIME_WAIT" in line or "LISTEN" in line]) == 2
    header, = [line for line in lines if line.startswith("Proto ")]
    assert len(header) <= 60 and lines[lines.index(header) + 1].startswith("tcp ")


def test_works_in_the_c_locale(live, some_socks):
    terminal = live("-c", "0.2", prefix="LC_ALL=C")
    terminal.until_row("LISTEN")
    terminal.key("?")
    terminal.until("this help")
    terminal.key("q", "q")
    terminal.eventually(lambda: terminal.pid() is None)
    assert terminal.state() == terminal.before


@pytest.mark.parametrize("locale, shown", [("C.UTF-8", "漢字"), ("C", "??")])
def test_wide_characters_take_their_place(live, children, locale, shown):
    pid = children.spawn(NAMED.format(port=9999, comm="漢字|".encode())).pid
    terminal = live("-c", "0.2", prefix=f"LC_ALL={locale}")
    row = terminal.until_row(f"{pid}/")
    assert shown in row and row.endswith("|")
