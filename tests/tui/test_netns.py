"""The live table with -N: the column, the groups, the detail, and who else's sockets are left alone."""

import re
import shlex
import sys

import pytest

from sandbox import in_world

PORT = 9000

# A listener in each namespace, with a connection; "red" has one more.
SERVER = """
import signal, socket, sys
kept = [socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[1:]]
kept.append(socket.create_connection(kept[0].getsockname()))
signal.pause()
"""


@pytest.fixture
def world(tmp_path):
    """The words before a command that show it the namespaces red and blue, which are in a world of their own."""
    server = tmp_path / "server.py"
    server.write_text(SERVER, encoding="utf-8")
    lines = ["mount -t tmpfs none /run", "mkdir /run/netns"]
    for name, ports in (("red", [PORT, PORT + 1]), ("blue", [PORT])):
        lines += [f"ip netns add {name}", f"ip -n {name} link set lo up",
                  shlex.join(["ip", "netns", "exec", name, sys.executable, str(server), *map(str, ports)]) + " &"]
    return in_world("\n".join(lines))


@pytest.fixture
def table(live, world):
    def begin(*options, **more):
        terminal = live("-N", "all", "-c", "0.2", *options, prefix=world, width=110, **more)
        for words in ((f":{PORT} ", "LISTEN", "red"), (f":{PORT} ", "LISTEN", "blue"), (f":{PORT + 1} ", "red"), ("ESTABLISHED", "blue")):
            terminal.until_row(*words)
        return terminal

    return begin


def headlines(terminal):
    return [match[1] for match in (re.match(r"[▾▸] (namespace \S+)", line) for line in terminal.lines()) if match]


def test_the_namespace_has_a_column_and_groups(table, eventually):
    terminal = table()
    assert "ports  -N all" in terminal.title() and "Netns" in terminal.lines()[2]
    terminal.key("v", "v", "v", "v", "v", "v")
    terminal.until_title("group: netns")
    assert sorted(headlines(terminal)) == ["namespace blue", "namespace red"]
    terminal.until_row("namespace red", "4 sockets", "LISTEN 2", "ESTABLISHED 2")
    terminal.key("*")
    eventually(lambda: len(terminal.rows()) == 2)
    terminal.key("*", "v")
    eventually(lambda: "group:" not in terminal.title())

    terminal.key("F4")
    terminal.tmux("send-keys", "-l", "netns blue LISTEN")
    terminal.key("Enter")
    eventually(lambda: len(terminal.rows()) == 1)
    terminal.key("Enter")
    terminal.until("Netns      blue, net:[")
    terminal.until("In its network namespace no other socket can bind() to")
    terminal.key("W")
    terminal.until("It is in another network namespace")


def test_a_kill_means_the_socket_of_the_namespace(table, eventually):
    terminal = table("--group=netns")
    terminal.key("F4")
    wish = f"netns red sport {PORT + 1}"
    terminal.tmux("send-keys", "-l", wish)
    terminal.key("Enter")
    eventually(lambda: len(terminal.rows()) == 2)  # with its headline
    terminal.key("j", "x")
    terminal.until(f"Destroy 127.0.0.1:{PORT + 1} in red?")
    terminal.key("n", "K")
    terminal.until("Kill ")
    terminal.key("y")
    terminal.until(f"has ended; port {PORT + 1} in red is free")
    terminal.key("F4", *["BSpace"] * len(wish), "Enter")
    terminal.until_no_row("red", "LISTEN")
    assert terminal.row("LISTEN", "blue")


def test_the_rows_of_a_namespace_that_vanishes_are_gone(live, world, eventually):
    terminal = live("-N", "blue", "-c", "0.2", prefix=world, width=110)
    terminal.until_row("LISTEN", "blue")
    terminal.key("t")
    terminal.until_no_row("LISTEN", "blue")
    terminal.key("a")   # every socket, but of these namespaces alone
    terminal.until_row("LISTEN", "blue")
    assert "ports  -N blue" in terminal.title() and not terminal.row("red")

    program = terminal.row("LISTEN", "blue").split()[-1].partition("/")[0]
    pid = terminal.pid()
    terminal.tmux("run-shell", f"nsenter -t {pid_in_world(pid)} -m -p sh -c 'kill {program}; ip netns del blue'")
    terminal.until("network namespace blue is not there")
    terminal.until_no_row("LISTEN", "blue")


def pid_in_world(pid):
    """The first process of the world that a command has made, seen from here."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return children.read().split()[0]
