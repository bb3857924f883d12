"""The live table on real sockets."""

import array
import os
import re
import signal
import socket

from servers import NAMED, START

PORT = 9999

# Accepts one connection, and closes it when the client has sent something.
CLOSES_FIRST = START + f"""
server = socket.create_server(("127.0.0.1", {PORT}))
print("ready", flush=True)
connection = server.accept()[0]
connection.recv(1)
connection.close()
signal.pause()
"""

# One has a listener until it is told to give it to the other.
TAKER = START + """
meeting = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
meeting.bind("\\0a listener is passed on")
print("ready", flush=True)
taken = socket.recv_fds(meeting, 1, 1)[1]
signal.pause()
"""
GIVER = START + f"""
signal.signal(signal.SIGUSR1, lambda *_: None)
listener = socket.create_server(("127.0.0.1", {PORT}))
meeting = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
meeting.connect("\\0a listener is passed on")
ready()
socket.send_fds(meeting, [b"."], [listener.fileno()])
listener.close()
signal.pause()
"""

# Connections that come and go, some with a TIME_WAIT and most without.
CHURN = START + """
server = socket.create_server(("127.0.0.1", 0), backlog=64)
print("ready", flush=True)
for i in range(300000):
    client = socket.create_connection(server.getsockname())
    accepted = server.accept()[0]
    if i % 100:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0")
    client.close()
    accepted.close()
"""


def test_shows_the_title_the_totals_and_a_listener(live, socks):
    socks.listener(port=PORT)

    terminal = live("-p", str(PORT))
    row = terminal.until_row(f"127.0.0.1:{PORT}", "LISTEN", f"{os.getpid()}/")
    assert row.startswith("tcp ")
    title, totals, header, *_, keys = terminal.lines()
    assert re.fullmatch(rf"ports  -p {PORT} +every 1\.0 s  \d\d:\d\d:\d\d", title)
    assert totals.startswith("LISTEN 1 ") and totals.endswith(" 1 socket")
    assert all(title in header for title in ("Proto", "Local Address", "State", "Timer", "PID/Program"))
    assert "Help" in keys and "Quit" in keys


def test_rows_come_change_and_go(live, socks):
    listener = socks.listener(port=PORT)
    terminal = live("-c", "0.2", "-p", str(PORT))
    terminal.until_row("LISTEN")

    client, server = socks.pair(listener)
    terminal.until(lambda lines: any(line.startswith("+") and "ESTABLISHED" in line for line in lines))
    client.close()
    server.close()
    terminal.until(lambda lines: any(line.startswith("~") and "TIME_WAIT" in line for line in lines))
    listener.close()
    terminal.until(lambda lines: any(line.startswith("-") and "LISTEN" in line for line in lines))
    terminal.until_no_row("LISTEN")
    terminal.until_row("TIME_WAIT")


def test_time_wait_counts_down(live, socks):
    client, server = socks.pair(socks.listener(port=PORT))
    client.close()
    server.close()
    terminal = live("-c", "0.2")

    def left():
        row = terminal.until_row("TIME_WAIT")
        minutes, seconds = re.search(r" (\d\d):(\d\d)\b", row).groups()
        return 60 * int(minutes) + int(seconds)

    first = left()
    assert 0 < first <= 60
    terminal.eventually(lambda: first - 5 <= left() < first)


def test_timer_runs_between_refreshes(live, socks):
    client, server = socks.pair(socks.listener(port=PORT))
    client.close()
    server.close()
    terminal = live("-c", "60")

    def timer():
        return re.search(r" (00:\d\d|01:00)\b", terminal.until_row("TIME_WAIT")).group()

    first = timer()
    terminal.eventually(lambda: timer() < first)


def test_connection_that_its_server_closed_keeps_its_former_owner(live, socks, children):
    server = children.spawn(CLOSES_FIRST).pid
    client = socks.new()
    client.connect(("127.0.0.1", PORT))
    port = client.getsockname()[1]
    terminal = live("-c", "0.2")
    terminal.until_row(f"127.0.0.1:{PORT} ", f"127.0.0.1:{port} ", "ESTABLISHED", f" {server}/")

    client.send(b"x")
    terminal.until_row(f"127.0.0.1:{PORT} ", f"127.0.0.1:{port} ", "FIN_WAIT2", f"({server}/")
    client.close()
    terminal.until_row(f"127.0.0.1:{PORT} ", f"127.0.0.1:{port} ", "TIME_WAIT", f"({server}/")


def test_connection_of_a_killed_server_keeps_its_former_owner(live, socks, children):
    server = children.spawn(CLOSES_FIRST).pid
    client = socks.new()
    client.connect(("127.0.0.1", PORT))
    terminal = live("-c", "0.2", "-p", str(PORT))
    terminal.until_row("ESTABLISHED", f" {server}/")

    os.kill(server, signal.SIGKILL)
    terminal.until_row("FIN_WAIT2", f"({server}/")
    client.close()
    terminal.until_row("TIME_WAIT", f"({server}/")


def test_listener_that_is_passed_on_is_shown_with_who_has_it_now(live, children):
    taker, giver = children.spawn(TAKER).pid, children.spawn(GIVER).pid
    terminal = live("-c", "0.2", "-p", str(PORT))
    terminal.until_row("LISTEN", f" {giver}/")

    os.kill(giver, signal.SIGUSR1)
    terminal.until_row("LISTEN", f" {taker}/")


def test_selection_stays_on_its_row_when_others_come_above(live, socks):
    for port in (9002, 9004, 9006):
        socks.listener(port=port)
    terminal = live("-c", "0.2")
    terminal.until_row(":9006")

    terminal.key("j")
    terminal.until_selected(":9004")
    for port in (9001, 9003):
        socks.listener(port=port)
    terminal.until_row(":9001")
    terminal.until_row(":9003")
    assert ":9004" in terminal.selected()
    terminal.key("k")
    terminal.until_selected(":9003")


def test_selection_is_always_in_sight(live, socks):
    for port in range(9001, 9061):
        socks.listener(port=port)
    terminal = live("-c", "0.2")
    terminal.until_selected(":9001")

    for key, port in [("G", 9060), ("k", 9059), ("PPage", None), ("NPage", 9059), ("g", 9001), ("j", 9002),
                      ("C-d", None), ("C-u", 9002), ("Home", 9001), ("Down", 9002), ("Up", 9001), ("End", 9060)]:
        terminal.key(key)
        if port:
            terminal.until_selected(f":{port}")
    for port in range(8001, 8031):
        socks.listener(port=port)
    terminal.until("90 sockets")
    assert ":9060" in terminal.selected()


def test_keys_are_answered_while_sockets_come_and_go(live, children):
    children.spawn(CHURN)
    terminal = live("-c", "0.1")
    terminal.until_row("LISTEN")

    for _ in range(3):
        terminal.key("?")
        terminal.eventually(lambda: "this help" in terminal.text(), timeout=3)
        terminal.key("Escape")
        terminal.eventually(lambda: "this help" not in terminal.text(), timeout=3)
        terminal.key("t")
        terminal.eventually(lambda: "-u" in terminal.title(), timeout=3)
        terminal.key("t")
        terminal.eventually(lambda: "-u" not in terminal.title(), timeout=3)
    terminal.key("q")
    terminal.eventually(lambda: terminal.pid() is None, timeout=3)


def test_hostile_name_is_shown_and_not_obeyed(live, children):
    pid = children.spawn(NAMED.format(port=PORT, comm=b"\x1b[2J\x1b[H\r\nX\xff\xe2\x80\xae")).pid
    terminal = live("-c", "0.2", width=120)

    row = terminal.until_row(f":{PORT}", f"{pid}/")
    assert row.endswith(rf"{pid}/\x1b[2J\x1b[H\x0d\x0aX\xff\u202e")
    assert terminal.title().startswith("ports ")


def test_nothing_to_show_is_said(live, netns):
    terminal = live("-p", "1")
    terminal.until("No socket matches")


def test_what_cannot_be_seen_is_said(live, socks, children):
    """A listener on its way through another socket belongs to no process that could be found."""
    here, there = socks.keep(*socket.socketpair())
    listener = socks.listener(port=PORT)
    here.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener.fileno()]))])
    listener.close()

    terminal = live("-c", "0.2", width=120)
    terminal.until("1 owner unknown")
