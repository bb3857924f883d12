"""Finding, looking closer and acting in the live table, with real sockets and processes."""

import json
import os
import pathlib
import signal

import pytest
from servers import FAMILY, LISTENER, START

PORT = 9999

# Seconds for what waits for whole scans of /proc, on a machine that has other things to do.
SCANS = 40

# Connections that live for no time at all, between two looks at the table.
SHORT = START + """
listener = socket.create_server(("127.0.0.1", {port}), backlog=64)
print("ready", flush=True)
signal.sigwait({{signal.SIGUSR1}})
for _ in range({count}):
    client = socket.create_connection(("127.0.0.1", {port}))
    accepted = listener.accept()[0]
    client.close()
    accepted.close()
open({done!r}, "w").close()
signal.pause()
"""
BLOCKED = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})\n"


def status(terminal):
    """The line above the keys."""
    return terminal.lines()[-2].strip()


def test_kill_asks_and_tells_who_has_the_port_then(live, children, eventually):
    parent = children.spawn(FAMILY.format(port=PORT)).pid
    terminal = live("-c", "0.2", "-p", str(PORT), width=120)
    eventually(lambda: terminal.row("LISTEN", f"{parent}/", "+2"), timeout=SCANS)
    terminal.key("K")
    question = eventually(lambda: "Kill" in status(terminal) and status(terminal))
    assert f"1:{parent}/" in question and "2:" in question and "3:" in question
    terminal.key("n")
    eventually(lambda: "Kill" not in status(terminal))
    terminal.key("F9", "1")
    eventually(lambda: f"Kill {parent}/" in status(terminal))
    terminal.key("y")
    eventually(lambda: f"{parent}/" in status(terminal) and "has ended; port 9999 is still held: LISTEN of" in status(terminal),
               timeout=SCANS)
    assert "+1" in terminal.until_row("LISTEN")


def test_the_last_one_killed_frees_the_port(live, children, eventually):
    server = children.spawn(LISTENER.format(port=PORT)).pid
    terminal = live("-c", "0.2", "-p", str(PORT))
    eventually(lambda: terminal.row("LISTEN", f"{server}/"), timeout=SCANS)
    terminal.key("K")
    eventually(lambda: f"Kill {server}/" in status(terminal))
    terminal.key("f")
    eventually(lambda: "has ended; port 9999 is free" in status(terminal), timeout=SCANS)


def test_destroy_ends_a_connection_whoever_holds_it(live, socks, eventually):
    if os.geteuid() != 0:
        pytest.skip("SOCK_DESTROY needs CAP_NET_ADMIN")
    socks.pair(socks.listener(port=PORT))
    terminal = live("-c", "0.2", "-p", str(PORT))
    terminal.until_row("ESTABLISHED")
    terminal.key("G", "x")
    eventually(lambda: status(terminal).startswith("Destroy 127.0.0.1:"))
    terminal.key("y")
    eventually(lambda: "1 of 1 destroyed" in status(terminal))
    terminal.until_no_row("ESTABLISHED")


def test_readonly_takes_it_away(live, children, eventually):
    server = children.spawn(LISTENER.format(port=PORT)).pid
    terminal = live("-c", "0.2", "-p", str(PORT), "--readonly")
    eventually(lambda: terminal.row("LISTEN", f"{server}/"), timeout=SCANS)
    for key in ("K", "x", "w"):
        terminal.key("g", key)
        eventually(lambda: "is not to be had with --readonly" in status(terminal))


def test_search_and_filter_find_what_columns_say(live, socks, eventually):
    for port in range(PORT, PORT + 5):
        socks.listener(port=port)
    terminal = live("-c", "0.2")
    terminal.until_row(f":{PORT + 4}")
    terminal.key("/")
    terminal.tmux("send-keys", "-l", f":{PORT + 3}")
    terminal.until_selected(f":{PORT + 3}")
    terminal.key("Enter", "g", "n")
    terminal.until_selected(f":{PORT + 3}")
    terminal.key("F4")
    terminal.tmux("send-keys", "-l", f"listen {PORT}-{PORT + 1}")
    eventually(lambda: len(terminal.rows()) == 2)
    terminal.key("Enter")
    terminal.until_title(f"filter: listen {PORT}-{PORT + 1}")
    assert "2 of 5 sockets" in terminal.lines()[1]
    terminal.key("a")
    eventually(lambda: len(terminal.rows()) == 5)


def test_sorting_by_a_column_and_the_other_way_round(live, socks, eventually):
    for port in (PORT + 1, PORT, PORT + 2):
        socks.listener(port=port)
    terminal = live("-c", "0.2", "--columns", "local,state")
    terminal.until_row(f":{PORT + 2}")
    terminal.key(">")
    eventually(lambda: terminal.lines()[2].startswith("^Local"))
    terminal.key("I")
    eventually(lambda: [row.split()[0].rpartition(":")[2] for row in terminal.rows()] ==
               [str(PORT + 2), str(PORT + 1), str(PORT)])


def test_the_detail_says_what_it_means_and_who_it_is(live, children, eventually):
    server = children.spawn(LISTENER.format(port=PORT)).pid
    terminal = live("-c", "0.2", "-p", str(PORT), width=100, height=50)
    eventually(lambda: terminal.row("LISTEN", f"{server}/"), timeout=SCANS)
    terminal.key("Enter")
    eventually(lambda: f"child of {os.getpid()}/" in terminal.text(), timeout=SCANS)
    text = terminal.text()
    assert "-- Detail" in text and "Waits for connections" in text and f"{server}/" in text
    assert "socket.create_server" in text  # from the command line
    terminal.key("Escape")
    eventually(lambda: "-- Detail" not in terminal.text())


def test_a_thousand_connections_between_two_looks_are_in_the_history(live, children, eventually, tmp_path):
    done = tmp_path / "done"
    child = children.spawn(BLOCKED + SHORT.format(port=PORT, count=1000, done=str(done)))
    terminal = live("-c", "3600", "-p", str(PORT))
    terminal.until_row("LISTEN")
    terminal.key("Tab", "Tab")
    eventually(lambda: "Nothing has happened yet." in terminal.text())
    os.kill(child.pid, signal.SIGUSR1)
    eventually(done.exists, timeout=60)
    eventually(lambda: "+-closed" in terminal.text())
    terminal.key("w")
    written = eventually(lambda: "entries written to" in status(terminal) and status(terminal)).split()[-1]
    entries = [json.loads(line) for line in (pathlib.Path(f"/proc/{terminal.pid()}/cwd") / written).open(encoding="utf-8")]
    closed = [entry for entry in entries if entry["event"] == "closed"]
    lost = [entry for entry in entries if entry["event"] == "lost"]
    ports = [(entry["socket"]["local"]["port"], entry["socket"]["remote"]["port"]) for entry in closed]
    assert len(ports) == 2000 or lost
    assert len(set(ports)) == len(ports)


def test_what_tcp_has_measured_is_shown(ports, socks):
    socks.pair(socks.listener(port=PORT))
    lines = ports("-i", "-m", "-H", "--columns=+age", "-p", str(PORT)).stdout.splitlines()
    header = ports("-im", "-p", str(PORT)).stdout.splitlines()[0].split()
    assert header[-11:] == ["RTT-ms", "Cwnd", "Retrans", "Bytes-In", "Bytes-Out", "In-B/s", "Out-B/s", "Cong", "Memory", "Drops",
                            "PID/Program"]
    assert any("ESTABLISHED" in line for line in lines)


def test_the_pane_says_why_one_cannot_bind_beside_a_row(live, children, eventually):
    server = children.spawn(LISTENER.format(port=PORT)).pid
    terminal = live("-c", "0.2", "-p", str(PORT), height=40)
    eventually(lambda: terminal.row("LISTEN", f"{server}/"), timeout=SCANS)
    terminal.key("W")
    eventually(lambda: "would fail with EADDRINUSE" in terminal.text(), timeout=SCANS)
    text = " ".join(terminal.text().split())
    assert f"held by {server}/" in text and f"stop {server}/" in text
    assert "Tried now" not in text and "Not tried" not in text
    terminal.key("Escape")
    terminal.until_gone("would fail")
