"""Golden screens of the playground: scripts of keys, with real sockets in a network of their own.

What differs from run to run is made the same: process ids have five digits, which are not compared, and neither are seconds.
PORTS_GOLDEN=write (make golden) writes the files instead."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

HERE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parents[2])) / "tests" / "script" / "play"
SCRIPTS = sorted(path.stem for path in HERE.glob("*.keys"))
SIZES = ["80x24", "120x40", "50x10"]

OPTIONS = ["--no-config", "--linger", "0", "--columns", "proto,local,foreign,state", "--clock", "2026-11-20T14:02:11Z", "-C"]

# The first process that is made in it has this number.
START = "echo 20000 > /proc/sys/kernel/ns_last_pid && exec \"$@\""


def in_pid_namespace(*words):
    return ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", START, "sh", *words]


@pytest.fixture
def alone(netns):
    """A network and process numbers that are the same every time."""
    if shutil.which("unshare") is None or subprocess.run(in_pid_namespace("true"), capture_output=True, check=False).returncode != 0:
        pytest.skip("no pid namespace is to be had, or its numbers cannot be set")
    pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("40000 40001", encoding="ascii")


def same(text):
    text = re.sub(r"\b2\d{4}\b(?!\d)", "NNNNN", text)
    text = re.sub(r"\b\d\d:\d\d:\d\d\b", "HH:MM:SS", text)
    return re.sub(r"wait \d\d s", "wait NN s", text)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCRIPTS)
def test_screens_are_those(alone, name, size, tmp_path):
    words = [os.environ["PORTS"], "--headless", size, "--script", str(HERE / f"{name}.keys"), *OPTIONS]
    done = subprocess.run(in_pid_namespace(*words), capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path,
                          env={**os.environ, "TZ": "UTC"})
    assert (done.returncode, done.stderr) == (0, "")
    golden = HERE / "golden" / f"{name}-{size}.txt"
    drawn = same(done.stdout)
    if "PORTS_GOLDEN" in os.environ:
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8"), "make golden"


def test_every_golden_file_has_its_script():
    assert SCRIPTS
    files = {path.name for path in (HERE / "golden").iterdir()}
    assert files == {f"{name}-{size}.txt" for name in SCRIPTS for size in SIZES}


def test_nothing_is_foreseen_wrongly_in_the_experiment():
    """In every line of a system call the first two words are what was foreseen and what came."""
    steps = re.findall(r"^(\w+|-) +(\w+) +\w: (?:bind|listen|connect)\(", (HERE / "golden" / "seed-120x40.txt").read_text("utf-8"),
                       re.MULTILINE)
    done = [(foreseen, result) for foreseen, result in steps if result not in ("waits", "...")]
    assert ("EADDRINUSE", "EADDRINUSE") in done and ("ok", "ok") in done
    assert all(foreseen == result for foreseen, result in done)
