"""What the kernel, /proc and the disk may do to the program: it ends, it says what it lacks, and what it does not say it does not lack.

Other tests make some faults of the real ones: no netlink, no /proc, hidepid (test_rights), a full disk and a reader that leaves (test_usage,
test_formats, test_metrics, test_record), events that are lost (test_events)."""

import errno
import itertools
import json
import os
import re
import socket
import subprocess
import sys

import pytest

from faults import faulty
from worlds import world  # noqa: F401: a fixture

PORT, OTHER = 9999, 9998
MANY = 400      # sockets, which take more than one receipt
FEW = 5

FAMILIES = {"tcp": ["-t"], "udp": ["-u"], "unix": ["-x"], "raw": ["-w"], "packet": ["--packet"]}


@pytest.fixture
def sockets(netns, socks, many_descriptors, tmp_path):
    """Many of each family, but for packet sockets, which take long to close."""
    for _ in range(MANY):
        socks.udp()
        socks.listener()
        socks.keep(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP), *socket.socketpair())
    socks.keep(*(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) for _ in range(FEW)))
    socks.udp("::1")
    socks.listener("::1")


def one_line(done):
    line, = done.stderr.splitlines()
    assert line.startswith("ports: ")
    return line


# Dumps
# -----

@pytest.mark.parametrize("fault", ["dump:EINTR:every 2", "dump:EAGAIN:every 2", "dump:split", "poll:EINTR:every 2"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_takes_nothing_away_changes_nothing(sockets, ports, family, fault):
    words = ["--no-owners", *FAMILIES[family]]
    whole = ports(*words, check=0)
    done = ports(*words, env=faulty(fault), check=0)
    assert len(done.stdout.splitlines()) > (FEW if family == "packet" else MANY)
    assert (done.stdout, done.stderr) == (whole.stdout, "")


@pytest.mark.parametrize("fault, error", [
    ("dump:ENOBUFS", errno.ENOBUFS), ("dump:ENOMEM", errno.ENOMEM), ("dump:refuse-EBUSY", errno.EBUSY),
    ("dump:refuse-ENOMEM", errno.ENOMEM), ("dump:truncated", errno.EMSGSIZE), ("dump:cut", errno.EBADMSG),
    ("ask:ENOBUFS", errno.ENOBUFS), ("ask:EINTR", errno.EINTR), ("ask:EAGAIN", errno.EAGAIN),
    ("dump:endless,clock:60", errno.ETIMEDOUT), ("dump:EAGAIN,clock:60", errno.ETIMEDOUT),
])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_kernel_that_does_not_tell_is_an_error(sockets, ports, family, fault, error):
    done = ports(*FAMILIES[family], env=faulty(fault), check=4)
    assert done.stdout == "" and os.strerror(error) in one_line(done)


@pytest.mark.parametrize("words", [["-t", "-x"], ["-t", "-x", "--json"], ["-t", "-x", "-s"], ["-t", "-x", "--count"]])
@pytest.mark.parametrize("fault", ["ask:ENOMEM:2", "ask-1:ENOMEM"])
def test_a_family_that_is_lacking_is_named(sockets, ports, words, fault):
    done = ports("--no-owners", *words, env=faulty(fault), check=0)
    assert one_line(done) == f"ports: unix sockets are not shown ({os.strerror(errno.ENOMEM)})"


@pytest.mark.parametrize("effect", ["cut", "truncated", "ENOBUFS", "refuse-EBUSY"])
def test_the_rest_of_a_dump_that_is_lost_is_missed(sockets, ports, effect):
    """Whichever receipt it befalls: those of TCP come first, which is asked for again."""
    whole = len(ports("-t", "-x", "--no-owners", check=0).stdout.splitlines())
    said = set()
    for receipt in range(1, 30):
        done = ports("-t", "-x", "--no-owners", env=faulty(f"dump:{effect}:{receipt}"), check=0)
        assert len(done.stdout.splitlines()) == whole or done.stderr != ""
        said.add(done.stderr.partition(" (")[0])
    assert said == {"", "ports: unix sockets are not shown"}


@pytest.mark.parametrize("words", [["-t"], ["-u"], ["-x"], ["-t", "--json"], ["-t", "-q"]])
def test_interrupted_dumps_are_asked_for_again_and_then_said_to_be(sockets, ports, words):
    assert ports("--no-owners", *words, env=faulty("dump:interrupted:1"), check=0).stderr == ""
    done = ports("--no-owners", *words, env=faulty("dump:interrupted"), check=0)
    assert "sockets may be missing" in one_line(done)


def test_a_joined_dump_that_fails_is_asked_for_in_two(sockets, ports):
    whole = ports("-t", "--no-owners").stdout
    for fault in ("dump:ENOBUFS:1", "dump:cut:1", "dump:refuse-EBUSY:1"):
        done = ports("-t", "--no-owners", env=faulty(fault), check=0)
        assert (done.stdout, done.stderr) == (whole, "")


def test_a_recording_tells_of_the_faults_too(sockets, ports, tmp_path):
    done = ports("-t", "-x", "--record", tmp_path / "it", env=faulty("ask-1:ENOMEM"), check=0)
    again = ports("--replay", tmp_path / "it", check=0)
    assert (again.stdout, again.stderr) == (done.stdout, done.stderr)


# Commands: what is not told is not taken for what is not there
# -------------------------------------------------------------

# TCP of both families is asked for at once, and when that fails, apart.
NO_IPV4 = "dump:refuse-ENOMEM:1,ask-2:ENOMEM"
LACKS = f"tcp sockets are not shown ({os.strerror(errno.ENOMEM)})"


@pytest.mark.parametrize("goal", [["--free"], ["--bindable", "--no-trial"]], ids=["free", "bindable"])
def test_a_port_is_not_free_because_its_holder_was_not_told(ports, socks, goal):
    socks.listener(port=PORT)
    done = ports("wait", *goal, "--timeout", "0.3", PORT, env=faulty(NO_IPV4), check=124)
    assert LACKS in done.stderr.splitlines()[-1]


def test_a_port_that_was_not_told_once_is_looked_at_again(ports, socks):
    assert ports("wait", "--free", "--timeout", "10", PORT, env=faulty("dump:interrupted:4"), check=0).stdout == ""


@pytest.mark.parametrize("words", [["kill", "--dry-run", PORT], ["destroy", "--dry-run", PORT], ["why", f"127.0.0.1:{PORT}"]])
def test_commands_say_what_they_were_not_told(ports, socks, words):
    socks.listener(port=PORT)
    assert LACKS in ports(*words, env=faulty(NO_IPV4)).stderr


def test_metrics_leave_out_what_is_not_known(ports, socks):
    socks.listener(port=PORT)
    whole, partial = (ports("metrics", env=environment, check=0).stdout for environment in ({}, faulty("ask-0:ENOMEM")))
    assert 'proto="tcp"' in whole and 'proto="tcp"' not in partial


@pytest.mark.parametrize("fault", ["events:ENOBUFS:1", "events:truncated:1", "events:cut:1"])
def test_events_that_are_lost_are_said_to_be(netns, fault):
    command = [os.environ["PORTS"], "events", "-u", "--for", "20", "-c", "0.05", "--count", "1", "--filter", "dport = 1"]
    with subprocess.Popen(command, env={**os.environ, **faulty(fault)}, stdout=subprocess.PIPE, text=True) as running:
        while running.poll() is None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind(("127.0.0.1", PORT))
        assert " lost " in running.stdout.read()


# The walk through /proc
# ----------------------

HOLDERS = """
import os, signal, socket, sys
def listen(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server
shared = listen(int(sys.argv[1]))
os.set_inheritable(shared.fileno(), True)
if os.fork() == 0:
    signal.pause()
print("ready", flush=True)
signal.pause()
"""

# Who ends is followed by another one.
VICTIMS = HOLDERS.partition("shared =")[0] + """
print("ready", flush=True)
while True:
    if os.fork() == 0:
        kept = listen(int(sys.argv[1]))
        signal.pause()
    os.wait()
"""


def answer(world, fault="", victim=0):
    """{port: pids}, and what was said of it."""
    environment = faulty(fault, victim) if fault else {}
    done = world.run("env", *(f"{name}={value}" for name, value in environment.items()), os.environ["PORTS"], "-lt", "--json",
                     "--no-config", check=0)
    return {sock["local"]["port"]: {owner["pid"] for owner in sock["owners"] or []}
            for sock in json.loads(done.stdout)["sockets"]}, done.stderr


def test_no_owner_is_missing_without_a_word(world):
    world.start(sys.executable, "-u", "-c", HOLDERS, PORT)
    world.start(sys.executable, "-u", "-c", HOLDERS, OTHER)
    whole, said = answer(world)
    assert [len(pids) for pids in whole.values()] == [2, 2] and said == ""
    seen = set()
    for call, error, when in itertools.product(
            ["proc", "openat", "opendir", "fdopendir", "readdir", "readlinkat", "read"], ["EMFILE", "ENOMEM"],
            ["from 1", "1", "2", "4", "7", "12", "20", "33", "54", "every 3"]):
        found, said = answer(world, f"{call}:{error}:{when}")
        assert set(found) == {PORT, OTHER}
        assert all(found[port] <= whole[port] for port in found)
        assert found == whole or re.search(r"^ports: .*owner.*/proc", said), f"{call}:{error}:{when}: {found}"
        seen.add(found == whole)
    assert seen == {True, False}


def test_a_process_may_end_before_any_step(world, eventually):
    holder = world.start(sys.executable, "-u", "-c", HOLDERS, PORT)
    world.start(sys.executable, "-u", "-c", VICTIMS, OTHER)
    ended = 0
    for step in range(1, 400):
        victim, = eventually(lambda: answer(world)[0].get(OTHER))
        found, _ = answer(world, f"proc:kill:{step}", victim)
        assert holder in found[PORT] and len(found[PORT]) == 2
        assert found.get(OTHER, set()) <= {victim}
        ended += not found.get(OTHER)
        if victim in answer(world)[0].get(OTHER, set()):
            break
    assert ended > 0 and step > 20      # the last one was behind all steps


@pytest.mark.parametrize("most", range(4, 14))
def test_few_descriptors_are_enough_or_that_is_said(world, most):
    world.start(sys.executable, "-u", "-c", HOLDERS, PORT)
    whole, _ = answer(world)
    done = world.run("prlimit", f"--nofile={most}", os.environ["PORTS"], "-lt", "--json", "--no-config")
    if "Sanitizer" in done.stderr:
        pytest.skip("the sanitizer needs descriptors of its own")
    if done.returncode != 0:
        assert (done.returncode, done.stdout) == (4, "")
    else:
        sock, = json.loads(done.stdout)["sockets"]
        if {owner["pid"] for owner in sock["owners"] or []} == whole[PORT]:
            return
    assert os.strerror(errno.EMFILE) in done.stderr


# Writers
# -------

@pytest.mark.parametrize("fault", ["write:EINTR:every 2", "write:EAGAIN:every 2"])
def test_output_comes_whole(sockets, ports, fault):
    whole = ports("-t", "--no-owners").stdout
    assert ports("-t", "--no-owners", env=faulty(fault), check=0).stdout == whole


@pytest.mark.parametrize("words", [[], ["--json"], ["--csv"], ["metrics"], ["lab", "-l"], ["why", "80"], ["--help"]])
def test_output_that_cannot_be_written_is_an_error(netns, ports, words):
    done = ports(*words, env=faulty("write:EIO"))
    # Nor can the message be; that of a full disk comes through (test_usage).
    assert done.returncode == 4 and done.stdout == ""


@pytest.mark.parametrize("fault, error", [
    ("mkostemp:EROFS", errno.EROFS), ("mkostemp:ENOSPC", errno.ENOSPC), ("fchmod:EPERM", errno.EPERM),
    ("fsync:EIO", errno.EIO), ("fsync:ENOSPC", errno.ENOSPC), ("rename:EROFS", errno.EROFS),
])
def test_metrics_leave_the_old_file_as_it_was(netns, ports, tmp_path, fault, error):
    path = tmp_path / "ports.prom"
    path.write_text("old\n")
    done = ports("metrics", "--textfile", path, env=faulty(fault), check=4)
    assert "left as it was" in one_line(done) and done.stderr.endswith(f": {os.strerror(error)}\n")
    assert path.read_text() == "old\n" and os.listdir(tmp_path) == ["ports.prom"]


def test_a_recording_that_cannot_be_begun_or_go_on_is_said(socks, ports, tmp_path):
    socks.listener(port=PORT)
    path = tmp_path / "it"
    done = ports("--record", path, env=faulty("open:EROFS:from 1"))
    assert (done.returncode, done.stdout) == (2, "")
    assert one_line(done).endswith(f"cannot be written: {os.strerror(errno.EROFS)}")
    done = ports("--record", path, env=faulty("pwrite:EIO:2"), check=0)
    assert f":{PORT}" in done.stdout
    assert "ports: the recording has ended before its time (Input/output error)" in done.stderr
    ports("--replay", path)
    path.unlink()
    ports("--record", path, env=faulty("pwrite:EINTR:every 2"), check=0)
    assert f":{PORT}" in ports("--replay", path, check=0).stdout


READ_ONLY = 'mount -t tmpfs none /mnt && touch /mnt/there && mount -o remount,ro /mnt && cd /mnt && "$@"'
FULL = 'mount -t tmpfs -o size=4k none /mnt && cd /mnt && head -c 4096 /dev/zero >there && "$@"'


@pytest.mark.parametrize("lines, error", [(READ_ONLY, errno.EROFS), (FULL, errno.ENOSPC)], ids=["read-only", "full"])
@pytest.mark.parametrize("words, status", [
    (["metrics", "--textfile", "new"], 4), (["metrics", "--textfile", "there"], 4), (["--record", "new"], None),
], ids=["new", "old", "record"])
def test_a_real_disk_that_takes_nothing(netns, lines, error, words, status):
    argv = ["unshare", "-m", "sh", "-c", lines, "sh", os.environ["PORTS"], *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    if "mount:" in done.stderr:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert status is None or done.returncode == status
    assert os.strerror(error) in done.stderr.splitlines()[-1]


# Readers
# -------

@pytest.mark.parametrize("words", ["-A all", "-s", "metrics", "lab -l", "lab --show=tcp-states", "lab two-addresses", "why 80", "--help",
                                   "events --help", "--columns=help", "lab --matrix"])
def test_a_pipe_without_a_reader_ends_it_quietly(netns, words):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([os.environ["PORTS"], *words.split()], stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
