"""`ports wait`: it answers when it is so, at once and without a connection, and says what it is waiting for."""

import json
import os
import shutil
import socket
import statistics
import subprocess
import threading
import time

import pytest

from running import Running
from sandbox import skip_if_allowed, without_netlink
from servers import LISTENER

NOBODY = 65534
PORT = 8080
REUSEADDR = (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
REUSEPORT = (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
BOUND_SECONDS = 0.05
ROUNDS = 5


@pytest.fixture
def begin(eventually):
    """begin(words...): `ports wait` in the background."""
    started = []

    def start(*words, **options):
        started.append(Running(eventually, "wait", *words, **options))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def left_of_a_connection(socks, options=()):
    """TIME_WAIT on the port, and nobody who has it."""
    listener = socks.listener(port=PORT, options=options)
    client, server = socks.pair(listener)
    server.close()
    client.close()
    listener.close()


def is_so(ports, *words):
    done = ports("wait", *words, "--timeout", 0)
    assert done.stdout == "" and done.returncode in (0, 124)
    assert (done.stderr == "") == (done.returncode == 0)
    return done.returncode == 0


def test_nobody_listens_until_somebody_does(ports, socks):
    done = ports("wait", "-p", PORT, "--timeout", "50ms", check=124)
    assert done.stderr == f"ports: after 0.05 s nobody listens on tcp port {PORT}\n"
    sock = socks.bound(port=PORT)
    done = ports("wait", PORT, "--timeout", 0, check=124)
    assert f"nobody listens on tcp port {PORT}: tcp 127.0.0.1:{PORT} BOUND" in done.stderr
    assert f"held by {os.getpid()}/" in done.stderr
    sock.listen()
    assert ports("wait", "-p", PORT, check=0).stderr == ""


def test_an_address_is_one(ports, socks):
    socks.listener("127.0.0.1", PORT)
    assert is_so(ports, f"127.0.0.1:{PORT}") and is_so(ports, "tcp4", "-p", PORT) and is_so(ports, f"*:{PORT}")
    assert not is_so(ports, f"127.0.0.2:{PORT}") and not is_so(ports, f"[::1]:{PORT}")
    assert not is_so(ports, "tcp6", PORT) and not is_so(ports, "udp", PORT)
    assert is_so(ports, f"127.0.0.2:{PORT}", "--free") and not is_so(ports, f"127.0.0.1:{PORT}", "--free")
    assert is_so(ports, "tcp6", PORT, "--free") and is_so(ports, "udp", PORT, "--free")
    assert not is_so(ports, PORT, "--free")


def test_a_wildcard_listens_on_every_address(ports, socks):
    socks.listener("::", PORT)
    for target in (f"127.0.0.1:{PORT}", f"[::1]:{PORT}", f"tcp4 {PORT}", f"tcp6 {PORT}", f"{PORT}"):
        assert is_so(ports, *target.split()), target


def test_udp_listens_when_it_is_bound(ports, socks):
    socks.udp(port=PORT)
    assert is_so(ports, "udp", PORT) and not is_so(ports, "tcp", PORT) and is_so(ports, "-p", PORT, "udp")


@pytest.mark.parametrize("words, opens", [(("--listen",), True), (("--free",), False), (("--bindable",), False)])
def test_the_answer_comes_at_once(socks, begin, words, opens):
    delays = []
    for number in range(ROUNDS):
        port = PORT + number
        listener = None if opens else socks.listener(port=port)
        running = begin("-p", port, *words)
        if opens:
            socks.listener(port=port)
        else:
            listener.close()
        changed = time.monotonic()
        status, _, _, ended = running.end()
        assert status == 0
        delays.append(ended - changed)
    assert min(delays) < BOUND_SECONDS, delays


def connections_of(events):
    """The foreign ports of the closings on the port."""
    closed = [json.loads(line) for line in events.splitlines()]
    return [entry for entry in closed if entry["event"] == "closed" and entry["socket"]["remote"]["port"] != 0]


def poll_with_connections(port, tried):
    """What is used where there is no `ports wait`: until nc -z 127.0.0.1 PORT; do sleep 0.1; done"""
    nc = shutil.which("nc")

    def connects():
        if nc is not None:
            return subprocess.run([nc, "-z", "127.0.0.1", str(port)], check=False).returncode == 0
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    while not connects():
        tried.set()
        time.sleep(0.1)


def test_it_beats_a_loop_that_connects_and_makes_no_connection(socks, begin, eventually):
    waited, polled = [], []
    for port in range(PORT, PORT + ROUNDS):
        events = Running(eventually, "events", "--json", "-p", port, "-c", "0.05", "--for", "1")
        running = begin(port)
        listener = socks.listener(port=port)
        changed = time.monotonic()
        status, _, _, ended = running.end()
        waited.append(ended - changed)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
        listener.close()
        _, output, _, _ = events.end()
        assert status == 0 and output != "" and connections_of(output) == []

        events = Running(eventually, "events", "--json", "-p", port, "-c", "0.05", "--for", "1")
        tried = threading.Event()
        loop = threading.Thread(target=poll_with_connections, args=(port, tried))
        loop.start()
        tried.wait()
        listener = socks.listener(port=port)
        changed = time.monotonic()
        loop.join()
        polled.append(time.monotonic() - changed)
        listener.close()
        assert connections_of(events.end()[1]) != []
    assert statistics.median(waited) < statistics.median(polled), (waited, polled)


def test_what_time_wait_leaves_is_not_free(ports, socks):
    left_of_a_connection(socks, [REUSEADDR])
    done = ports("wait", PORT, "--free", "--timeout", 0, check=124)
    assert "TIME_WAIT" in done.stderr and "gone in 6" in done.stderr or "gone in 5" in done.stderr
    assert not is_so(ports, PORT, "--bindable")
    assert is_so(ports, PORT, "--bindable", "--reuseaddr") and is_so(ports, f"127.0.0.2:{PORT}", "--bindable")


def test_it_waits_for_the_end_of_time_wait(ports, socks, begin):
    left_of_a_connection(socks)
    free, bindable = begin(PORT, "--free"), begin(PORT, "--bindable")
    assert ports("destroy", PORT).returncode == 0
    for running in (free, bindable):
        status, _, errors, _ = running.end()
        assert status == 0 and errors.count("TIME_WAIT") == 1 and errors.startswith("ports: waiting until tcp ")


def test_what_is_waited_for_is_said_when_it_changes(socks, begin, eventually):
    listener = socks.listener(port=PORT, options=[REUSEADDR])
    client, server = socks.pair(listener)
    running = begin(PORT, "--bindable", "--reuseaddr")
    line = running.process.stderr.readline()
    assert f"tcp 127.0.0.1:{PORT} LISTEN" in line and f"held by {os.getpid()}/" in line
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    listener.close()
    assert "ESTABLISHED" in running.process.stderr.readline()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    assert running.end()[0] == 0
    client.close()


def test_quiet_says_nothing(ports, socks):
    socks.listener(port=PORT)
    done = ports("wait", PORT, "--free", "--quiet", "--timeout", "0.1", check=124)
    assert done.stderr == ""


def test_an_address_that_is_not_there_yet_is_waited_for(ports, socks, begin):
    socks.close()
    assert "does not have the address" in ports("wait", f"192.0.2.1:{PORT}", "--bindable", "--timeout", 0, check=124).stderr
    running = begin(f"192.0.2.1:{PORT}", "--bindable")
    subprocess.run(["ip", "address", "add", "192.0.2.1/32", "dev", "lo"], check=True)
    assert running.end()[0] == 0


def test_a_port_that_is_privileged_stays_so(ports, netns):
    done = ports("wait", "80", "--bindable", "--timeout", "50ms", user=NOBODY, check=124)
    assert "EACCES" in done.stderr
    assert ports("wait", "80", "--free", "--timeout", 0, user=NOBODY, check=0).stderr == ""


def test_everybody_may_wait(ports, socks):
    listener = socks.listener(port=PORT)
    ports("wait", PORT, user=NOBODY, check=0)
    assert "a process that cannot be seen" in ports("wait", PORT, "--free", "--timeout", "0.1", user=NOBODY, check=124).stderr
    listener.close()
    ports("wait", PORT, "--free", user=NOBODY, check=0)


def test_flags_of_others_decide(ports, socks):
    socks.listener(port=PORT, options=[REUSEPORT])
    assert is_so(ports, f"127.0.0.1:{PORT}", "--bindable", "--reuseport")
    assert not is_so(ports, f"127.0.0.1:{PORT}", "--bindable", "--reuseaddr")


def test_a_process_that_ends_frees_the_port(children, netns, begin):
    child = children.spawn(LISTENER.format(port=PORT))
    running = begin(PORT, "--free")
    child.process.kill()
    assert running.end()[0] == 0


@pytest.mark.parametrize("words, fault", [
    ("", "wait: a port is missing: ports wait 8080, ports wait udp 127.0.0.1:53 --free"),
    ("0", "wait: port 0 is none that could be waited for"),
    ("80-90", '"80-90": one port is wanted, such as 8080, 127.0.0.1:8080 or [::1]:http'),
    ("80 81", '"81": one address was named already'),
    ("-p 80 81", '"80": one address was named already'),
    ("-p 80 -p 81", '--port: "81": one port was named already'),
    ("80 --free --listen", "wait: --listen and --free: one of them can be waited for"),
    ("80 --reuseaddr", "wait: option --reuseaddr goes with --bindable only"),
    ("80 --free --user root", "wait: option --user goes with --bindable only"),
    ("unix:/run/x", 'wait: "/run/x": sockets of the unix domain are not waited for'),
    ("80 --timeout 1y", '--timeout: "1y": not a time such as 30s, 500ms or 2m, of seven days at most'),
])
def test_faults_are_named(ports, words, fault):
    done = ports("wait", *words.split(), check=2)
    assert (done.stdout, done.stderr) == ("", f"ports: {fault}\n")


def test_without_the_kernel_there_is_no_answer(tmp_path):
    done = subprocess.run(without_netlink(13, os.environ["PORTS"], "wait", "80"), capture_output=True, text=True, timeout=60)
    skip_if_allowed(done.stderr)
    assert done.returncode == 3 and "not permitted" in done.stderr
