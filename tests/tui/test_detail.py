"""The detail pane, and columns of processes, in the live table on real sockets; ss is the oracle."""

import os
import re
import signal
import socket

from rows import run
from servers import START
from socks import ends

PORT = 9999

# Seconds for what waits for whole scans of /proc, on a machine that has other things to do.
SCANS = 40

# Accepts one connection, and closes it when the client has sent something.
GREETER = START + f"""
server = socket.create_server(("127.0.0.1", {PORT}))
print("ready", flush=True)
connection = server.accept()[0]
connection.recv(1)
connection.close()
signal.pause()
"""


def detail(terminal):
    """The pane's paragraphs by their labels, each on one line."""
    found, label = {}, None
    lines = terminal.lines()
    first = next((i for i, line in enumerate(lines) if line.startswith("-- Detail")), len(lines))
    for line in lines[first + 1:-2]:
        label = line[:11].strip() or label
        found[label] = (found.get(label, "") + " " + line[11:].strip()).strip()
    return found


def ss_of(sock, *options):
    text = re.sub(r"\n\s+", " ", run("ss", "-Hanmie", *options))
    line, = [line for line in text.splitlines() if tuple(line.split()[3:5]) == ends(sock)]
    return line


def open_detail(live, sock, *options, key="g"):
    """The pane about the socket, which is the first row, or with another key the last one."""
    terminal = live("-c", "0.2", "--no-owners", *options, width=100, height=70)
    terminal.until_row(*ends(sock))
    terminal.key(key)
    terminal.eventually(lambda: set(ends(sock)) <= set((terminal.selected() or "").split()))
    terminal.key("Enter")
    terminal.until("-- Detail")
    return terminal


def connection(socks):
    """Its two ends, and the option that shows them alone: the server's first, as it has the smaller port."""
    client, server = socks.pair(socks.listener(port=PORT))
    return client, server, f"-p{client.getsockname()[1]}"


def test_a_connection_is_told_as_ss_tells_it(live, socks, eventually):
    client, server, both = connection(socks)
    client.sendall(b"x" * 5000)
    server.recv(2000)
    server.sendall(b"y" * 10)
    terminal = open_detail(live, server, both)

    told = ss_of(server, "-t")
    value = dict(word.split(":", 1) for word in told.split() if ":" in word)
    eventually(lambda: detail(terminal).get("Received", "").startswith("5000 bytes, now 0B/s; "))
    said = detail(terminal)
    assert f"; {value['segs_in']} segments, {value['data_segs_in']} with data" in said["Received"]
    assert said["Sent"].startswith(f"{value['bytes_acked']} bytes acknowledged, now 0B/s; {value['segs_out']} segments")
    mean, variation = (float(ms) for ms in value["rtt"].split("/"))
    assert said["Round trip"].startswith(f"{mean:.3f} ms in the mean, give or take {variation:.3f} ms")
    assert f" {value['rto']} ms is sent again" in said["Round trip"]
    assert said["Window"].startswith(f"{value['cwnd']} segments of up to {value['mss']} bytes")
    assert f"room for {value['snd_wnd']} bytes" in said["Window"]
    theirs, ours = value["wscale"].split(",")
    assert f"2^{ours} here and 2^{theirs} at the peer" in said["Agreed on"]
    assert ("timestamps" in said["Agreed on"]) == (" ts " in told)
    assert ("SACK" in said["Agreed on"]) == (" sack " in told)
    assert f" {said['Control'].split(',')[0]} " in told
    received, limit, send_limit, queued = map(int, re.search(r"\(r(\d+),rb(\d+),t\d+,tb(\d+),f\d+,w(\d+)", told).groups())
    assert said["Memory"].startswith(f"{received} of {limit} bytes are taken by what was received (SO_RCVBUF), "
                                     f"{queued} of {send_limit} by")


def test_rates_are_told_while_something_is_sent(live, socks, eventually):
    client, server, both = connection(socks)
    terminal = open_detail(live, server, both)
    eventually(lambda: ", now 0B/s" in detail(terminal).get("Received", ""))

    def sends():
        client.sendall(b"x" * 20000)
        server.recv(20000, socket.MSG_WAITALL)
        return re.search(r"bytes, now [\d.]+(k|M)?B/s", detail(terminal)["Received"]) and \
            ", now 0B/s" not in detail(terminal)["Received"]

    eventually(sends)


def test_dropped_datagrams_are_told_in_words(live, socks, eventually):
    sock = socks.udp(port=PORT, options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    peer = socks.udp()
    for _ in range(100):
        peer.sendto(b"x" * 1000, sock.getsockname())
    terminal = open_detail(live, sock, "-u", f"-p{PORT}")

    drops = re.search(r",d(\d+)\)", ss_of(sock, "-u"))[1]
    assert int(drops) > 0
    eventually(lambda: detail(terminal).get("Drops", "").startswith(f"{drops} datagrams were thrown away"))


def test_of_time_wait_nothing_is_invented(live, socks, eventually):
    client, server, both = connection(socks)
    terminal = open_detail(live, client, both, key="G")
    eventually(lambda: "Received" in detail(terminal))
    client.close()
    server.close()

    eventually(lambda: "TIME_WAIT" in detail(terminal).get("Socket", ""))
    eventually(lambda: not {"Received", "Memory", "Window"} & set(detail(terminal)))
    assert "both the socket that was closed and the new one" in detail(terminal)["Blocks"]


def test_the_pane_follows_the_state(live, socks, eventually):
    client, server, both = connection(socks)
    terminal = open_detail(live, server, both)
    eventually(lambda: "Shutdown" not in detail(terminal) and "Memory" in detail(terminal))
    client.shutdown(socket.SHUT_WR)

    eventually(lambda: "The peer has closed, and the program here has not" in detail(terminal)["Means"])
    eventually(lambda: detail(terminal).get("Shutdown", "").startswith("nothing more is received"))


def test_a_command_outlives_its_process(live, children, eventually):
    server = children.spawn(GREETER)
    client = socket.create_connection(("127.0.0.1", PORT))
    terminal = live("-c", "0.2", "--columns", "foreign,state,command", width=200)
    name = f"127.0.0.1:{client.getsockname()[1]}"
    row = eventually(lambda: terminal.row(name, "ESTABLISHED", "import ctypes"), timeout=SCANS)
    assert not row.split(None, 2)[2].startswith("(")
    client.sendall(b"x")
    assert client.recv(1) == b""
    client.close()

    eventually(lambda: terminal.row(name, "TIME_WAIT", " ("), timeout=SCANS)
    os.kill(server.pid, signal.SIGKILL)
    terminal.until_no_row("LISTEN")
    assert re.search(r" \(.*python.* -c ", terminal.row(name, "TIME_WAIT"))


def test_a_command_comes_at_once_when_its_column_does(live, children, eventually):
    server = children.spawn(GREETER).pid
    terminal = live("-c", "0.2", width=200, height=40)
    eventually(lambda: terminal.row("LISTEN", f"{server}/"), timeout=SCANS)
    assert not terminal.row("import ctypes")
    terminal.key("F2")
    terminal.until(lambda lines: lines[2].startswith("[x]"))

    def at_command():
        terminal.key("j")
        return "]  Command " in (terminal.selected() or "")

    eventually(at_command)
    terminal.key("Space")
    terminal.key("Escape")
    eventually(lambda: terminal.row("LISTEN", "import ctypes"), timeout=SCANS)
