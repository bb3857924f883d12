"""`ports events`: every opening, change and closing, told as it happens."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest

from running import Running
from servers import LISTENER

PORT = 9999
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4} (opened|changed|closed|ended|lost) (\S+) (\S+) (\S+) (\S+) (.*)")


@pytest.fixture
def begin(eventually):
    """begin(words...): `ports events` in the background, which hears closings."""
    started = []

    def start(*words):
        started.append(Running(eventually, "events", *words))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def parse(line):
    match = LINE.fullmatch(line.rstrip("\n"))
    assert match is not None, line
    return match.groups()


def test_a_thousand_short_connections_are_told(socks, begin):
    running = begin("--json", PORT, "--for", "2")
    listener = socks.listener(port=PORT, backlog=64)
    ends = set()
    for _ in range(1000):
        client = socket.create_connection(("127.0.0.1", PORT))
        server = listener.accept()[0]
        ends.add((client.getsockname()[1], PORT))
        ends.add((PORT, client.getsockname()[1]))
        client.close()
        server.close()
    status, output, _, _ = running.end()
    told = [json.loads(line) for line in output.splitlines()]
    closed = [entry["socket"] for entry in told if entry["event"] == "closed"]
    assert status == 0
    assert {(sock["local"]["port"], sock["remote"]["port"]) for sock in closed} >= ends
    assert not any(entry["event"] == "lost" for entry in told)


def test_each_event_is_a_line_at_once(socks, begin):
    running = begin(PORT, "-c", "0.05")
    lines = running.process.stdout
    own = f"{os.getpid()}/"
    listener = socks.listener(port=PORT)
    kind, proto, local, foreign, state, owner = parse(lines.readline())
    assert (kind, proto, local, foreign, state) == ("opened", "tcp", f"127.0.0.1:{PORT}", "0.0.0.0:*", "LISTEN")
    assert owner.startswith(own)
    client, server = socks.pair(listener)
    ends = {f"127.0.0.1:{PORT}", "127.0.0.1:%d" % client.getsockname()[1]}
    opened = [parse(lines.readline()) for _ in range(2)]
    assert {line[2] for line in opened} == ends and {line[0] for line in opened} == {"opened"}
    assert all(line[4] == "ESTABLISHED" and line[5].startswith(own) for line in opened)
    client.shutdown(socket.SHUT_WR)
    changed = [parse(lines.readline()) for _ in range(2)]
    assert {(line[0], line[4]) for line in changed} == {("changed", "ESTABLISHED>FIN_WAIT2"),
                                                        ("changed", "ESTABLISHED>CLOSE_WAIT")}
    server.close()
    closed = parse(lines.readline())
    assert closed[0] == "closed" and closed[4] in ("CLOSE_WAIT", "FIN_WAIT2") and closed[5].startswith(own)


def test_ports_and_protocols_restrict_it(socks, begin):
    running = begin("-u", "-6", f"{PORT},53", "--count", 1)
    socks.listener(port=PORT)
    socks.udp(port=PORT)
    socks.udp("::1", port=PORT + 1).close()
    socks.udp("::1", port=PORT).close()
    status, output, _, _ = running.end()
    assert status == 0 and parse(output)[:3] == ("closed", "udp6", f"[::1]:{PORT}")


def test_a_filter_restricts_it(socks, begin):
    """By addresses, by states that are entered or left, by who has it, which is found out later, and by what is measured."""
    me = f"pid {os.getpid()}"
    by_owner = begin("-c", "0.2", "--count", 1, f"comm != x and {me} and not sport = :{PORT + 1}")
    by_state = begin("-c", "0.2", "--count", 2, "state", "fin-wait-2")
    by_both = begin("-c", "0.2", "--for", 2, f"state listening and not {me}")
    by_rtt = begin("-c", "0.2", "--count", 1, f"sport = :{PORT} and rtt > 0")
    socks.listener(port=PORT + 1)
    listener = socks.listener(port=PORT)
    assert parse(by_owner.end()[1])[0::2] == ("opened", f"127.0.0.1:{PORT}", "LISTEN")
    client, server = socks.pair(listener)
    opened = parse(by_rtt.end()[1])
    assert (opened[0], opened[2], opened[4]) == ("opened", f"127.0.0.1:{PORT}", "ESTABLISHED")
    client.shutdown(socket.SHUT_WR)
    # Where the machine is busy, it may have been in no other state when it was seen first.
    assert parse(by_state.process.stdout.readline())[4].endswith("FIN_WAIT2")
    server.close()
    assert parse(by_state.process.stdout.readline())[4] == "FIN_WAIT2>TIME_WAIT"
    assert by_both.end()[:3] == (1, "", "")


def test_json_is_that_of_the_history(socks, begin):
    running = begin("--ndjson", PORT, "-c", "0.05", "--count", 2)
    listener = socks.listener(port=PORT)
    opened = json.loads(running.process.stdout.readline())
    listener.close()
    closed = json.loads(running.process.stdout.readline())
    assert running.end()[0] == 0
    for entry in (opened, closed):
        assert set(entry) == {"time", "event", "from", "unseen", "socket"}
        assert entry["socket"]["local"]["port"] == PORT and entry["socket"]["owners"][0]["pid"] == os.getpid()
    assert (opened["event"], closed["event"]) == ("opened", "closed")
    assert opened["socket"]["cookie"] == closed["socket"]["cookie"]


def drops():
    """What the kernel has thrown away because a netlink socket of this network namespace had no room for it."""
    with open("/proc/thread-self/net/netlink", encoding="ascii") as sockets:
        return sum(int(line.split()[8]) for line in list(sockets)[1:])


def test_a_loss_is_said(netns, begin, eventually):
    """A program that is held up hears so many closings too late that the kernel throws some away."""
    running = begin("--for", "1")
    os.kill(running.process.pid, signal.SIGSTOP)
    for _ in range(40000):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", PORT))
    eventually(lambda: drops() > 0)  # the kernel tells of them by and by
    os.kill(running.process.pid, signal.SIGCONT)
    status, output, _, _ = running.end()
    kinds = [parse(line)[0] for line in output.splitlines()]
    assert status == 0 and "lost" in kinds and "closed" in kinds


def test_what_never_had_a_port_is_no_event(netns, begin):
    """Who asks a device for its flags has a UDP socket for that."""
    running = begin("--count", "1")
    for bound in (False, True):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            if bound:
                sock.bind(("127.0.0.1", PORT))
    assert parse(running.end()[1])[2] == f"127.0.0.1:{PORT}"


def test_what_is_there_already_is_no_event(ports, socks):
    socks.pair(socks.listener(port=PORT))
    done = ports("events", "--for", "100ms", check=1)
    assert done.stdout == ""


def test_what_happened_last_is_told_at_the_end(socks, begin):
    running = begin(PORT, "-c", "60", "--for", "1")
    socks.listener(port=PORT)
    status, output, _, _ = running.end()
    assert status == 0 and parse(output)[0] == "opened"


def test_it_ends_when_nobody_reads_any_more(netns, begin):
    running = begin()
    running.process.stdout.close()
    assert running.process.wait(10) == 0


def test_owners_can_be_left_out(ports, netns, eventually):
    with subprocess.Popen([os.environ["PORTS"], "events", "--no-owners", "--count", "1", "-c", "0.05", str(PORT)],
                          stdout=subprocess.PIPE, text=True) as process:
        def seen():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind(("127.0.0.1", PORT))
            return process.poll() is not None
        eventually(seen)
        assert parse(process.stdout.read())[5] == "-"


def test_other_users_processes_are_said_to_be_hidden(ports, children, socks):
    children.spawn(LISTENER.format(port=PORT))
    done = ports("events", "--for", "0.1", user=65534, check=1)
    assert "cannot be seen" in done.stderr or "owner" in done.stderr


@pytest.mark.parametrize("words, fault", [
    ("--for x", '--for: "x": not a time such as 10s, 500ms or 2m'),
    ("--count 0", '--count: "0": not a number of events, 1 or more'),
    ("-c 0", '--interval: "0": not a number of seconds from 0.01 to 3600'),
    ("70000", 'filter "70000", column 1: "70000": not a port, which are 1 to 65535'),
    ("80 state foo", 'filter "state foo", column 7: "foo" is no state; the nearest is "all"'),
    ("--filter (", "--filter: column 2: the filter ends where there should be a condition such as sport = :80, a port or a text"),
    ("--no-owners comm = x", 'the filter "comm = x" asks who holds the sockets, and --no-owners does not look for them'),
    ("--jsn", 'unknown option "--jsn"; the nearest is --json, and ports events --help lists them'),
])
def test_faults_are_named(ports, words, fault):
    done = ports("events", *words.split(), check=2)
    assert (done.stdout, done.stderr) == ("", f"ports: {fault}\n")
