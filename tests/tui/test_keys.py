"""What the keys do."""

import pytest

PORT = 9999


@pytest.fixture
def terminal(live, socks):
    """With a connection, its listener and a UDP socket."""
    socks.pair(socks.listener(port=PORT))
    socks.udp(port=PORT + 1)
    started = live("-c", "0.2")
    started.until_row("ESTABLISHED")
    return started


def toggles(terminal, key, title, gone, kept):
    """A key leaves rows out and says so in the title; the same key brings them back."""
    terminal.key(key)
    terminal.until_title(title)
    terminal.until_no_row(gone)
    terminal.until_row(kept)
    terminal.key(key)
    terminal.until_title("TCP and UDP")
    terminal.until_row(gone)


def test_t_leaves_tcp_out(terminal):
    toggles(terminal, "t", "-u", "LISTEN", "UNCONN")


def test_u_leaves_udp_out(terminal):
    toggles(terminal, "u", "-t", "UNCONN", "LISTEN")


def test_l_leaves_connections_out(terminal):
    toggles(terminal, "l", "-l", "ESTABLISHED", "UNCONN")


def test_a_shows_all_again(live, socks):
    socks.listener(port=PORT)
    socks.listener(port=PORT - 1)
    terminal = live("-c", "0.2", "-t", "-l", "-4", "-p", str(PORT))
    terminal.until_row(f":{PORT}")
    assert not terminal.row(f":{PORT - 1}")

    terminal.key("a")
    terminal.until_title("TCP and UDP")
    terminal.until_row(f":{PORT - 1}")


def test_e_shows_inode_and_cookie(live, socks):
    socks.listener(port=PORT)
    terminal = live("-c", "0.2", width=160)
    terminal.until_row("LISTEN")
    assert "Inode" not in terminal.text()

    terminal.key("e")
    terminal.until("Inode")
    assert "Cookie" in terminal.text()
    terminal.key("e")
    terminal.until_gone("Inode")


@pytest.mark.parametrize("open_it, leave", [("?", "Escape"), ("h", "q"), ("F1", "F1"), ("?", "?")])
def test_help_comes_and_goes(terminal, open_it, leave):
    terminal.key(open_it)
    terminal.until("this help")
    terminal.until("end the program")
    assert "127.0.0.1" not in terminal.text()
    terminal.key(leave)
    terminal.until_row("LISTEN")
    assert terminal.pid() is not None


def test_help_can_be_read_to_its_end(terminal):
    terminal.key("?")
    terminal.until("this help")
    terminal.key(*["NPage"] * 20)
    terminal.until("PID/Program")
    terminal.key(*["PPage"] * 20)
    terminal.until("this help")
    terminal.key("G")
    terminal.until("PID/Program")
    terminal.key("g")
    terminal.until("this help")


@pytest.fixture
def listeners(live, socks):
    """On some ports, the first of which is selected."""
    for port in (90, 901, 9002, 9003):
        socks.listener(port=port)
    started = live("-c", "0.2")
    started.until_selected(":90 ")
    return started


def test_digits_jump_to_a_port(listeners):
    listeners.key("9", "0", "0")
    listeners.until("Port: 900")
    listeners.key("3")
    listeners.until_selected(":9003")
    listeners.key("Enter")
    listeners.until_gone("Port: ")
    listeners.until_selected(":9003")


def test_escape_goes_back_to_where_the_jump_began(listeners):
    listeners.key("j")
    listeners.until_selected(":901 ")
    listeners.key("9", "0", "0", "2")
    listeners.until_selected(":9002")
    listeners.key("BSpace", "BSpace")
    listeners.until_selected(":90 ")
    listeners.key("Escape")
    listeners.until_selected(":901 ")
    listeners.until_gone("Port: ")


def test_port_that_nobody_has_is_told(listeners):
    listeners.key("7", "7", "Enter")
    listeners.until("No socket here has port 77")
    assert ":90 " in listeners.selected()


def test_plus_and_minus_change_the_interval(terminal):
    for key, seconds in [("+", "0.5"), ("+", "1.0"), ("-", "0.5"), ("-", "0.2"), ("-", "0.1"), ("-", "0.1"), ("=", "0.2")]:
        terminal.key(key)
        terminal.until_title(f"every {seconds} s")


@pytest.mark.parametrize("key", ["p", "Z"])
def test_pause_keeps_what_is_shown(terminal, socks, key):
    def clock():
        return terminal.title()[-8:]

    terminal.key(key)
    terminal.until_title("PAUSED")
    socks.listener(port=PORT - 1)
    paused_at = clock()
    terminal.eventually(lambda: clock() != paused_at)
    then = clock()
    terminal.eventually(lambda: clock() != then)  # at least a second, five refreshes
    assert not terminal.row(f":{PORT - 1}") and "PAUSED" in terminal.title()

    terminal.key("?")
    terminal.until("this help")
    terminal.key("Escape")
    terminal.until_row("LISTEN")
    terminal.key(key)
    terminal.until_title("every 0.2 s")
    terminal.until_row(f":{PORT - 1}")


def test_redraw_removes_what_others_wrote(terminal):
    with open(terminal.ask("pane_tty"), "w", encoding="ascii") as tty:
        tty.write("\x1b[7;7HWRITTEN-OVER")
    terminal.until("WRITTEN-OVER")
    terminal.key("C-l")
    terminal.until_gone("WRITTEN-OVER")
    terminal.until_row("LISTEN")


@pytest.mark.parametrize("key", ["@", "Left", "F12", "M-z", "IC"])
def test_keys_without_a_meaning_do_nothing(terminal, key):
    terminal.key(key, "?")
    terminal.until("this help")
    terminal.key("Escape")
    terminal.until_row("LISTEN")


def test_size_is_followed(terminal):
    before = terminal.before
    terminal.resize(120, 40)
    terminal.until(lambda lines: len(lines) == 40 and len(lines[0]) == 120 and "Quit" in lines[-1])
    assert "Recv-Q" in terminal.lines()[2]
    terminal.resize(50, 10)
    terminal.until(lambda lines: len(lines) == 10 and len(lines[0]) == 50 and "Help" in lines[-1])
    terminal.until_row("LISTEN")
    terminal.resize(20, 5)
    terminal.until(lambda lines: lines[0].startswith("ports needs 40x6"))
    terminal.resize(40, 6)
    terminal.until(lambda lines: len(lines) == 6 and lines[0].startswith("ports  TCP"))
    terminal.resize(80, 24)
    terminal.until(lambda lines: len(lines) == 24 and len(lines[0]) == 80 and "Quit" in lines[-1])
    terminal.until_row("ESTABLISHED")
    terminal.key("q")
    terminal.prompt()
    assert terminal.state() == before


def test_size_is_seen_at_the_start(live, socks):
    socks.listener(port=PORT)
    terminal = live(width=45, height=7)
    terminal.until_row(f":{PORT}", "LISTEN")
    assert all(len(line) <= 45 for line in terminal.lines())
