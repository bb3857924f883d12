"""The flags of sockets in the live table: remembered, asked again, and where they are shown."""

import re
import socket

from servers import START

PORT = 9999
A = (socket.SOL_SOCKET, socket.SO_REUSEADDR)
P = (socket.SOL_SOCKET, socket.SO_REUSEPORT)

# Accepts one connection, and closes it and itself when the client has sent something.
CLOSES_FIRST = START + f"""
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
server.bind(("127.0.0.1", {PORT}))
server.listen()
print("ready", flush=True)
connection = server.accept()[0]
connection.recv(1)
connection.close()
server.close()
signal.pause()
"""

WIDE = {"width": 120, "height": 30}


def test_flags_are_remembered_into_time_wait(live, socks, children):
    children.spawn(CLOSES_FIRST)
    client = socks.new()
    client.connect(("127.0.0.1", PORT))
    terminal = live("-c", "0.2", "-p", str(PORT), **WIDE)
    terminal.until_row(f"127.0.0.1:{PORT} ", "LISTEN", " AP ")
    terminal.until_row(f"127.0.0.1:{PORT} ", "ESTABLISHED", " AP ")

    client.send(b"x")
    assert client.recv(1) == b""
    client.close()
    terminal.until_row(f"127.0.0.1:{PORT} ", "TIME_WAIT", " AP ")


def test_time_wait_that_was_not_seen_alive_is_unknown(live, socks):
    client, server = socks.pair(socks.listener(port=PORT, options=[(*A, 1)]))
    server.close()
    client.close()
    terminal = live("-p", str(PORT), **WIDE)
    terminal.until_row("LISTEN", " A ")
    terminal.until_row("TIME_WAIT", " ? ")


def test_connection_is_asked_once_it_is_accepted(live, socks):
    listener = socks.listener(port=PORT, options=[(*P, 1)])
    socks.client(listener)
    terminal = live("-c", "0.2", f":{PORT}", **WIDE)
    terminal.until_row(f"127.0.0.1:{PORT} ", "ESTABLISHED", " ? ")

    socks.keep(listener.accept()[0])
    terminal.until_row(f"127.0.0.1:{PORT} ", "ESTABLISHED", " P ")


def test_flags_that_change_later_are_asked_for_again(live, socks):
    listener = socks.listener(port=PORT)
    terminal = live("-c", "0.2", "-p", str(PORT), **WIDE)
    terminal.until(lambda lines: any(re.search("LISTEN +- +- ", line) for line in lines))  # neither timer nor flags

    listener.setsockopt(*A, 1)
    terminal.until_row("LISTEN", " A ")
    listener.setsockopt(*A, 0)
    listener.setsockopt(*P, 1)
    terminal.until_row("LISTEN", " P ")


def test_detail_asks_where_the_column_is_not_shown(live, socks):
    socks.listener(port=PORT, options=[(*A, 1)])
    terminal = live("-c", "0.2", "-p", str(PORT), "--columns=local,state", **WIDE)
    terminal.until_row("LISTEN")
    assert "Flags" not in terminal.lines()[2]

    terminal.key("Enter")
    terminal.until("SO_REUSEADDR set, SO_REUSEPORT not set.")
