"""-c in a pipe: the list again and again, each under its time, until the reader leaves."""

import contextlib
import json
import os
import re
import subprocess

import pytest

from rows import HEADER

STAMP = re.compile(r"# \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}\n")


@contextlib.contextmanager
def repeating(*options):
    argv = [os.environ["PORTS"], "--no-owners", *options]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def leave(started, statuses=(0,)):
    started.stdout.close()
    assert started.wait(timeout=10) in statuses
    assert started.stderr.read() == ""


def test_lists_come_again_under_their_time(socks):
    port = socks.listener().getsockname()[1]

    with repeating("-c", "0.2") as started:
        for _ in range(3):
            assert STAMP.fullmatch(started.stdout.readline())
            assert started.stdout.readline().split() == HEADER
            assert f"127.0.0.1:{port} " in started.stdout.readline()
        leave(started)


def test_new_sockets_appear(socks):
    with repeating("-c", "0.1") as started:
        assert STAMP.fullmatch(started.stdout.readline())
        port = socks.listener().getsockname()[1]
        for _ in range(600):
            if f"127.0.0.1:{port} " in started.stdout.readline():
                break
        else:
            pytest.fail("the new listener never came")
        leave(started)


@pytest.mark.parametrize("options", [["-p", "1"], ["-H", "-p", "1"], ["-H"]], ids=" ".join)
def test_ends_quietly_when_the_reader_leaves_though_there_is_nothing_to_list(netns, options):
    with repeating("-c", "0.1", *options) as started:
        assert STAMP.fullmatch(started.stdout.readline())
        leave(started, statuses=(0, 1))  # that nothing matched may be told, or not


def test_ndjson_comes_again(socks):
    socks.listener()

    with repeating("-c", "0.1", "--ndjson") as started:
        first, second = (json.loads(started.stdout.readline()) for _ in range(2))
        assert first["cookie"] == second["cookie"]
        leave(started)


def test_once_ends_after_one(socks, ports):
    socks.listener()
    done = ports("-1", "-c", "0.1", "--no-owners")
    assert done.returncode == 0 and done.stdout.count("\n") == 2
