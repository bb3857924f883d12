"""Groups and the socket that is followed, in the live table with real sockets."""

import os
import re

from servers import LISTENER

PORT, OTHER = 9999, 9000


def status(terminal):
    """The line above the keys."""
    return terminal.lines()[-2].strip()


def headlines(terminal):
    """What the groups have in common, and whether they are folded."""
    found = [re.match(r"([▾▸]) (.+?)  ", line) for line in terminal.lines()[3:-2]]
    return {match[2].strip(): match[1] == "▸" for match in found if match}


def test_groups_fold_and_a_followed_connection_stays_selected(live, socks, eventually):
    socks.listener(port=OTHER)
    client, server = socks.pair(socks.listener(port=PORT))
    local = f"127.0.0.1:{client.getsockname()[1]}"
    terminal = live("-c", "0.2", "--group", "port", width=120)
    terminal.until_title("group: port")
    terminal.until_row(f"port {PORT}", "2 sockets", "LISTEN 1", "ESTABLISHED 1")
    terminal.until_row(f"port {OTHER}", "1 socket ", "LISTEN 1")

    terminal.key("*")
    eventually(lambda: len(headlines(terminal)) == 3 and all(headlines(terminal).values()))
    terminal.until_selected(f"port {OTHER}")
    terminal.key("Down", "Right")
    terminal.until_row(f"127.0.0.1:{PORT}", local, "ESTABLISHED")
    assert headlines(terminal)[f"port {OTHER}"]

    terminal.key("Right", "Down", "F")  # the listener, and the connection of the server
    terminal.until_title(f"following tcp 127.0.0.1:{PORT}>{local}")
    terminal.until(lambda lines: any(line.startswith("@tcp") and local in line for line in lines))
    for title in ("group: process", "group: state", "group: unit", "group: container", "TCP and UDP  following"):
        terminal.key("v")
        terminal.until_title(title)
        terminal.until_selected(f"127.0.0.1:{PORT} ")
        assert local in terminal.selected()
    terminal.key("I")
    socks.listener(port=OTHER + 1)
    terminal.until_row(f":{OTHER + 1}")
    assert local in terminal.selected() and "ESTABLISHED" in terminal.selected()

    server.close()
    client.close()
    terminal.until_selected("TIME_WAIT")
    terminal.key("k")
    eventually(lambda: "following" not in terminal.title())


def test_what_became_of_a_followed_socket_is_told(live, socks, eventually):
    listener = socks.listener(port=PORT)
    terminal = live("-c", "0.2", "-p", str(PORT))
    terminal.until_row("LISTEN")

    terminal.key("F")
    terminal.until_title(f"following tcp 127.0.0.1:{PORT}")
    listener.close()
    eventually(lambda: re.match(rf"tcp 127\.0\.0\.1:{PORT} is gone after \d+ s; it was in LISTEN$", status(terminal)))
    assert "following" not in terminal.title()


def test_all_processes_of_a_headline_are_named_before_they_are_killed(live, children, eventually):
    pids = [children.spawn(LISTENER.format(port=port)).pid for port in (PORT, OTHER)]
    terminal = live("-c", "0.2", "--group=state", width=120)
    for pid in pids:
        terminal.until_row("LISTEN", f" {pid}/")

    terminal.key("z", "K")
    question = eventually(lambda: "Kill" in status(terminal) and status(terminal))
    assert all(f":{pid}/" in question for pid in pids)
    terminal.key("n")
    eventually(lambda: "Kill" not in status(terminal))
    for pid in pids:
        os.kill(pid, 0)  # nobody was


def test_marks_of_groups_are_plain_where_the_terminal_is(live, socks):
    socks.listener(port=PORT)
    terminal = live("--group=port", LC_ALL="C")
    terminal.until(lambda lines: any(line.startswith(f"v port {PORT} ") for line in lines))
    terminal.key("z")
    terminal.until(lambda lines: any(line.startswith(f"> port {PORT} ") for line in lines))
