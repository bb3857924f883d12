"""--record and --replay: what was seen is seen again, by anybody, without the kernel and without /proc."""

import errno
import json
import os
import subprocess

import pytest

from sandbox import skip_if_allowed, without_netlink
from servers import LISTENER, PREFORK

PORT = 9999
NOBODY = 65534


@pytest.fixture
def recording(public_path):
    """Where one is to be; the folder is open to everybody."""
    return public_path / "recording"


@pytest.fixture
def busy(socks, children):
    """Sockets in several states, of several processes."""
    children.spawn(PREFORK.format(port=PORT))
    socks.listener("::1")
    client, server = socks.pair(socks.listener())
    server.close()
    client.close()
    socks.pair(socks.listener())
    socks.udp()


def test_the_list_is_the_same_again(busy, ports, recording):
    document = json.loads(ports("--json", "--record", recording, check=0).stdout)

    again = json.loads(ports("--json", "--replay", recording, check=0).stdout)
    assert len(document["sockets"]) > 6
    assert len({owner["pid"] for sock in document["sockets"] for owner in sock["owners"]}) == 6  # five and this one
    assert again["sockets"] == document["sockets"]
    assert again["hidden"] == document["hidden"]
    assert again["time"][:19] <= document["time"][:19]


def test_what_could_not_be_seen_is_said_again(busy, ports, recording):
    recording.parent.chmod(0o777)

    done = ports("--record", recording, user=NOBODY, check=0)
    assert "not known" in done.stderr
    again = ports("--replay", recording, check=0)
    assert (again.stdout, again.stderr) == (done.stdout, done.stderr)


def test_anybody_can_replay_it_without_a_kernel(busy, ports, recording):
    text = ports("--record", recording, check=0).stdout
    recording.chmod(0o644)

    assert ports("--replay", recording, user=NOBODY, check=0).stdout == text
    argv = without_netlink(errno.EPERM, os.environ["PORTS"], "--replay", recording)
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
    skip_if_allowed(done.stderr)
    assert done.stdout == text


def test_options_choose_among_what_was_recorded(busy, ports, recording):
    ports("--record", recording, "-t", check=0)

    assert ports("--replay", recording, "-u").returncode == 1
    rows = json.loads(ports("--replay", recording, "-p", PORT, "-l", "--json", check=0).stdout)["sockets"]
    assert [(row["local"]["port"], row["state"]) for row in rows] == [(PORT, "LISTEN")]
    rows = json.loads(ports("--replay", recording, "--no-owners", "--json", check=0).stdout)["sockets"]
    assert all(row["owners"] in (None, []) for row in rows)


def test_a_repeated_list_is_recorded_while_it_goes_on(busy, ports, recording, eventually):
    argv = [os.environ["PORTS"], "-c", "0.1", "--record", recording]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as started:
        header = started.stdout.readline().startswith(b"#") and started.stdout.readline()
        while started.stdout.readline() != header:
            pass
        started.kill()

    done = ports("--replay", recording, check=0)
    assert f":{PORT} " in done.stdout and done.stderr == ""


def test_a_file_that_is_there_is_not_touched(busy, ports, recording):
    recording.write_text("mine")

    done = ports("--record", recording)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f'ports: --record: "{recording}" is there already, and is not overwritten\n'
    assert recording.read_text() == "mine"


def test_a_file_that_cannot_be_made_is_named(ports, recording):
    done = ports("--record", recording / "in" / "it")

    assert done.returncode == 2
    assert done.stderr == f'ports: --record: "{recording}/in/it" cannot be written: No such file or directory\n'


def test_a_disk_that_is_full_ends_the_recording_only(busy, recording):
    done = subprocess.run(f'ulimit -f 1; "$PORTS" --record {recording} | cat', shell=True, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=True, timeout=60)

    assert f":{PORT} " in done.stdout
    assert done.stderr == "ports: the recording has ended before its time (File too large)\n"


@pytest.mark.parametrize("text, expected", [
    (b"", "is no recording: at byte 0 was expected"), (b"\x1b[2J" * 20, "is no recording: at byte 0 was expected"),
    (b"ports recording 2\n" + bytes(10), "is a recording of another version: at byte 16 was expected 1"),
])
def test_what_is_no_recording_is_refused_in_one_line(ports, recording, text, expected):
    recording.write_bytes(text)

    done = ports("--replay", recording)
    assert (done.returncode, done.stdout) == (2, "")
    line, = done.stderr.splitlines()
    assert line.startswith(f'ports: --replay: "{recording}" {expected}')


def test_a_recording_of_a_recording_makes_no_sense(ports):
    done = ports("--replay", "a", "--record", "b")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'ports: --record "b" records the kernel, and nothing with --replay\n'


def test_listener_and_its_owner_are_recorded_by_anybody(netns, children, ports, recording):
    pid = children.spawn(LISTENER.format(port=PORT), user=NOBODY).pid
    recording.parent.chmod(0o777)

    ports("--record", recording, user=NOBODY, check=0)
    assert f"{pid}/" in ports("--replay", recording, check=0).stdout
