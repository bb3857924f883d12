"""The live table while the kernel, the terminal and the disk do what they may: it goes on, or it ends, and says what it lacks."""

import fcntl
import os
import pathlib
import pty
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "bench"))

import live as bench  # noqa: E402: neighbours
from faults import faulty  # noqa: E402
from screen import Screen  # noqa: E402

PORT = 9999
SECONDS = 30
STATUS = bench.STATUS


class Table(bench.Live):
    """In a pseudo-terminal, and not in tmux, so that its other end can be held, closed and shaken."""

    def shows(self, text, seconds=SECONDS):
        __tracebackhide__ = True
        if self.until(lambda screen: any(text in line for line in screen.lines()), seconds) is None:
            pytest.fail(f"{text!r} is not on the screen:\n" + "\n".join(self.screen.lines()))

    def says(self, text, seconds=SECONDS):
        """In the line of the status."""
        __tracebackhide__ = True
        if self.until(lambda screen: text in screen.line(STATUS), seconds) is None:
            pytest.fail(f"{text!r} is not said:\n" + "\n".join(self.screen.lines()))

    def resize(self, width, height):
        fcntl.ioctl(self.pty, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))

    def pass_over(self, seconds):
        """Reads what comes until nothing has for so long, and does not look at it."""
        while select.select([self.pty], [], [], seconds)[0]:
            self.read()

    def redraw(self, width, height):
        """What was sent for a size that it no longer has is nothing to look at."""
        self.resize(width, height)
        self.pass_over(0.3)
        self.screen = Screen(width, height)
        os.write(self.pty, b"\x0c")

    def status(self, eventually):
        """The exit status, once it has ended; -N: by that signal."""
        _, status = eventually(lambda: next((done for done in [os.waitpid(self.pid, os.WNOHANG)] if done[0]), None), timeout=SECONDS)
        self.pid = None
        return os.waitstatus_to_exitcode(status)

    def quit(self, eventually):
        os.write(self.pty, b"q")
        end = time.monotonic() + SECONDS
        try:
            while time.monotonic() < end:
                self.watch(0.05)
        except RuntimeError:    # it has ended
            pass
        return self.status(eventually)


@pytest.fixture
def table(netns, socks, monkeypatch):
    """table(fault="", program=None): the live table with a listener, refreshed ten times a second."""
    begun = []
    socks.listener(port=PORT)

    def begin(fault="", program=os.environ["PORTS"]):
        for name, value in (faulty(fault) if fault else {}).items():
            monkeypatch.setenv(name, value)
        begun.append(Table(program, 0.1))
        for name in ("FAULT", "LD_PRELOAD"):
            monkeypatch.delenv(name, raising=False)
        return begun[-1]

    yield begin
    for one in begun:
        if one.pid is not None:
            one.end()


@pytest.mark.parametrize("fault, said", [
    ("dump:interrupted:from 6", "sockets may be missing"),
    ("dump:refuse-ENOMEM:from 6", "tcp sockets are not shown (Cannot allocate memory)"),
    ("dump:ENOBUFS:from 6", "tcp sockets are not shown (No buffer space available)"),
    ("dump:cut:from 6", "tcp sockets are not shown (Bad message)"),
    ("ask:ENOMEM:from 4", "tcp sockets are not shown (Cannot allocate memory)"),
    ("readdir:ENOMEM:from 2", "/proc"),
])
def test_what_is_lacking_is_said_and_rows_stay(table, eventually, fault, said):
    shown = table(fault)
    shown.shows(f"127.0.0.1:{PORT}")
    shown.says(said)
    shown.watch(1)
    shown.shows(f"127.0.0.1:{PORT}")
    assert shown.quit(eventually) == 0


def test_what_is_over_is_no_longer_said(table, eventually):
    shown = table("ask:ENOMEM:40")
    shown.shows(f"127.0.0.1:{PORT}")
    shown.says("are not shown (Cannot allocate memory)")
    assert shown.until(lambda screen: "not shown" not in screen.line(STATUS), SECONDS) is not None
    assert shown.quit(eventually) == 0


def test_events_that_are_lost_are_counted(table, eventually):
    shown = table("events:ENOBUFS:1")
    shown.shows(f"127.0.0.1:{PORT}")
    os.write(shown.pty, b"\t\t")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", PORT))
    shown.shows("events lost 1 time")
    assert shown.quit(eventually) == 0


def test_keys_are_served_while_a_dump_has_no_end_and_it_is_given_up(table, eventually):
    shown = table("dump:endless:from 12,clock:10")
    shown.shows(f"127.0.0.1:{PORT}")
    for key, text in ((b"?", "this help"), (b"\x1b", f"127.0.0.1:{PORT}"), (b"/", "Search: _")):
        os.write(shown.pty, key)
        shown.shows(text)
    os.write(shown.pty, b"\x1b")
    shown.says("not shown (Connection timed out)")
    assert shown.quit(eventually) == 0


# The terminal
# ------------

def test_a_terminal_that_goes_away_ends_it(table, eventually):
    shown = table()
    shown.shows(f"127.0.0.1:{PORT}")
    os.close(shown.pty)
    assert shown.status(eventually) == -signal.SIGHUP
    shown.pty = os.open("/dev/null", os.O_RDONLY)


def test_one_that_goes_away_without_a_signal_does_too(netns, eventually):
    """Not its controlling terminal: nobody is told."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        for fd in (0, 1, 2):
            os.dup2(theirs, fd)
        os.execve(os.environ["PORTS"], ["ports"], {**os.environ, "TERM": "vt100"})
    os.close(theirs)
    screen = Screen(80, 24)
    while not screen.line(23).startswith("F1"):
        screen.feed(os.read(ours, 65536))
    os.close(ours)
    _, status = eventually(lambda: next((done for done in [os.waitpid(pid, os.WNOHANG)] if done[0]), None), timeout=SECONDS)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGHUP


@pytest.mark.parametrize("fault", ["write:EINTR:every 3", "write:EAGAIN:every 3", "poll:EINTR:every 2", "read:EINTR:every 2"])
def test_calls_that_are_interrupted_are_made_again(table, eventually, fault):
    shown = table(fault)
    shown.shows(f"127.0.0.1:{PORT}")
    os.write(shown.pty, b"?")
    shown.shows("this help")
    os.write(shown.pty, b"\x1b")
    shown.shows(f"127.0.0.1:{PORT}")
    assert shown.quit(eventually) == 0


def test_stopped_and_continued_at_any_time(table, eventually, socks):
    shown = table()
    shown.shows(f"127.0.0.1:{PORT}")
    pauses = random.Random(1)
    for _ in range(100):
        os.kill(shown.pid, signal.SIGSTOP)
        os.kill(shown.pid, signal.SIGCONT)
        shown.watch(pauses.uniform(0, 0.01))
    socks.listener(port=PORT - 1)
    shown.shows(f"127.0.0.1:{PORT - 1}")
    assert shown.quit(eventually) == 0


def test_a_terminal_that_is_resized_a_thousand_times_a_second(table, eventually):
    shown = table()
    shown.shows(f"127.0.0.1:{PORT}")
    sizes = random.Random(1)
    begin = time.monotonic()
    for number in range(3000):
        shown.resize(*sizes.choice([(1, 1), (500, 200), (sizes.randint(1, 500), sizes.randint(1, 200))]))
        shown.pass_over(0)
        time.sleep(max(0, begin + number / 1000 - time.monotonic()))
    for size in ((1, 1), (500, 200), (bench.WIDTH, bench.HEIGHT)):
        shown.redraw(*size)
        assert shown.until(lambda screen: any(screen.lines()), SECONDS) is not None
    shown.shows(f"127.0.0.1:{PORT}")
    assert shown.screen.line(0).startswith("ports ") and shown.screen.line(bench.HEIGHT - 1).startswith("F1Help")
    assert shown.quit(eventually) == 0


# Files
# -----

MOUNTS = {
    "Read-only file system": "mount -t tmpfs -o ro none /mnt",
    "No space left on device": "mount -t tmpfs -o size=4k none /mnt && head -c 4096 /dev/zero >/mnt/all",
}


@pytest.mark.parametrize("why", MOUNTS)
def test_what_cannot_be_saved_is_said(table, eventually, socks, tmp_path, why):
    tried = subprocess.run(["unshare", "-m", "sh", "-c", MOUNTS[why]], capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {tried.stderr.strip()}")
    program = tmp_path / "ports"
    program.write_text("#!/bin/sh\nexec unshare -m sh -c '" + MOUNTS[why] + """ && mount --bind /mnt "$XDG_CONFIG_HOME/ports" &&
                       cd /mnt && exec "$PORTS" "$@"' sh "$@"\n""", encoding="ascii")
    program.chmod(0o755)
    shown = table(program=program)
    shown.shows(f"127.0.0.1:{PORT}")
    socks.listener(port=PORT - 1)   # so that there is something to write
    shown.shows(f"127.0.0.1:{PORT - 1}")
    os.write(shown.pty, b"e")       # and to save
    shown.shows("Inode")
    os.write(shown.pty, b"w")
    shown.says(f"cannot be written here: {why}")
    os.write(shown.pty, b"S")
    shown.says(f"the view is not saved: {why}")
    assert shown.quit(eventually) == 0
