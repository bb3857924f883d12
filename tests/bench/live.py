"""The live table through a pseudo-terminal: how long keys take to show an effect, and what a quiet refresh costs."""

import fcntl
import os
import pty
import random
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time

from screen import Screen

WIDTH, HEIGHT = 120, 40
STATUS = HEIGHT - 2
ROWS = range(3, STATUS)

START_SECONDS = 30      # to the first rows, and to their owners
EFFECT_SECONDS = 30     # of a key
SETTLED_SECONDS = 8     # then all owners have been looked for once more
QUIET_REFRESHES = 10    # in which what a quiet table takes is counted, at most
QUIET_SECONDS = 30      # and that long at most: once a minute all owners are looked for whatever happens
TRACED_SECONDS = 7      # in which its system calls are: long enough for what is done again from time to time
PAUSES = (0.02, 0.09)   # between keys: at any time of a refresh


class Live:
    """The program in a pseudo-terminal, and its screen."""

    def __init__(self, program, interval=1, *options):
        self.folder = tempfile.mkdtemp(prefix="ports-bench-")
        os.mkdir(os.path.join(self.folder, "ports"))
        with open(os.path.join(self.folder, "ports", "config"), "w", encoding="ascii") as config:
            config.write(f"interval={interval}\n")
        self.screen = Screen(WIDTH, HEIGHT)
        self.pid, self.pty = pty.fork()
        if self.pid == 0:
            environment = {**os.environ, "TERM": "vt100", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": self.folder}
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", HEIGHT, WIDTH, 0, 0))
            os.execve(program, [program, "--no-color", "--no-mouse", *options], environment)

    def read(self):
        try:
            return os.read(self.pty, 65536)
        except OSError as error:
            raise RuntimeError("the program has ended:\n" + "\n".join(self.screen.lines())) from error

    def until(self, effect, seconds):
        """Reads until the screen has the effect: how many seconds that took, or None if it did not come."""
        begin = now = time.monotonic()
        while not effect(self.screen):
            if not select.select([self.pty], [], [], max(0, begin + seconds - now))[0]:
                return None
            self.screen.feed(self.read())
            now = time.monotonic()
        return now - begin

    def watch(self, seconds):
        """Reads for so long."""
        end = time.monotonic() + seconds
        self.until(lambda _: time.monotonic() >= end, seconds)

    def press(self, key, effect):
        """Seconds from the key to its effect."""
        os.write(self.pty, key)
        taken = self.until(effect, EFFECT_SECONDS)
        if taken is None:
            text = "\n".join(self.screen.lines())
            raise TimeoutError(f"the key {key!r} had no effect within {EFFECT_SECONDS} s:\n{text}")
        return taken

    def cpu_seconds(self):
        """Of the thread that draws, and of all others."""
        ticks = {}
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/stat", encoding="utf-8") as file:
                fields = file.read().rpartition(")")[2].split()
            ticks[int(thread)] = int(fields[11]) + int(fields[12])
        own = ticks[self.pid]
        return [count / os.sysconf("SC_CLK_TCK") for count in (own, sum(ticks.values()) - own)]

    def peak_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmHWM:\s*(\d+)", file.read())[1])

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.pty)
        shutil.rmtree(self.folder)


# Effects
# -------
# Refreshes change the screen, too: each of these is true of what the key did and of nothing else.

def title(screen):
    """What is asked for, without the clock."""
    return screen.line(0).partition(" every ")[0].strip()


def selected_addresses(screen):
    """Of the selected row; blanks between them do not count, as columns may become wider at any time."""
    return " ".join(re.findall(r"\S+:[\d*]+", screen.selected(ROWS.start, ROWS.stop)))


def status_is(text):
    """Whatever is said behind it."""
    return lambda screen: screen.line(STATUS).startswith(text)


def status_is_not(text):
    return lambda screen: not screen.line(STATUS).startswith(text)


def changed(what, screen):
    before = what(screen)
    return lambda screen: what(screen) not in ("", before)


def sorting(screen):
    line = screen.line(STATUS)
    return line if line.startswith("Sorted by") else ""


# Keys
# ----
# Each of these yields keys with their effects, and leaves the table as it was. Without a key it is only waited for.

def moves(screen):
    for key in (b"j", b"\x06", b"j", b"\x06", b"\x02", b"k", b"G", b"\x02", b"k", b"g"):
        yield key, changed(selected_addresses, screen)


def sorts(screen):
    for key in (b">", b">", b">", b">", b">", b"I", b"I", b"<", b"<", b"<", b"<", b"<"):
        yield key, changed(sorting, screen)


def typed(label, text):
    """The keys of a prompt. What is typed shows when what it does is done, as both are drawn together."""
    for count, char in enumerate(text, 1):
        yield char.encode(), status_is(f"{label}: {text[:count]}_")


def searches(screen):
    """One that ends in the last rows, and one that finds nothing."""
    yield b"/", status_is("Search: _")
    yield from typed("Search", "127.254.235")
    yield b"\r", status_is_not("Search")
    for _ in range(4):
        yield b"n", changed(selected_addresses, screen)
    yield b"/", status_is("Search: _")
    yield from typed("Search", "z")
    yield b"\b", status_is("Search: _")
    yield b"\b", status_is_not("Search")
    yield b"g", changed(selected_addresses, screen)


def filters(screen):
    yield b"\\", status_is("Filter: _")
    yield from typed("Filter", "9999")
    for count in (3, 2, 1, 0):
        yield b"\b", status_is(f"Filter: {'9' * count}_")
    yield b"\r", status_is_not("Filter")
    for _ in range(4):
        yield b"u", changed(title, screen)
    yield b"", lambda screen: "UNCONN" in screen.line(1)


KINDS = {"scroll": moves, "search": searches, "sort": sorts, "filter": filters}


def percentile(values, percent):
    """The smallest value that so many percent are not above."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def measure_keys(program, keys, say):
    """Seconds from start to the first rows and to owners, and of so many keys of each kind to their effects."""
    live = Live(program)
    pauses = random.Random(1)
    taken = {kind: [] for kind in KINDS}
    try:
        result = {
            "rows_s": live.until(lambda screen: "LISTEN" in screen.line(ROWS.start), START_SECONDS),
            "owners_s": live.until(lambda screen: re.search(r"\d+/\w+$", screen.line(ROWS.start)), START_SECONDS),
        }
        while any(len(values) < keys for values in taken.values()):
            for kind, make in KINDS.items():
                if len(taken[kind]) >= keys:
                    continue
                say(f"{kind} keys, {len(taken[kind])} of {keys}")
                for key, effect in make(live.screen):
                    live.watch(pauses.uniform(*PAUSES))
                    took = live.press(key, effect)
                    taken[kind] += [took] if key else []
        result["peak_kib"] = live.peak_kib()
    finally:
        live.end()
    result["keys"] = {kind: {
        "count": len(values),
        "p50_ms": 1000 * statistics.median(values),
        "p99_ms": 1000 * percentile(values, 99),
        "max_ms": 1000 * max(values),
        "all_ms": [round(1000 * value, 2) for value in values],
    } for kind, values in taken.items()}
    return result


# Quiet refreshes
# ---------------

def calls_of(live, interval):
    """The system calls of a refresh that scan /proc and that ask the kernel; None where strace cannot tell."""
    if not shutil.which("strace"):
        return None
    seconds = max(TRACED_SECONDS, 2 * interval)
    names = ("openat", "readlinkat", "getdents64", "sendto")
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as counts:
        tracer = subprocess.Popen(["strace", "-f", "-c", "-o", counts.name, "-e", "trace=" + ",".join(names), "-p",
                                   str(live.pid)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        live.watch(seconds)
        tracer.send_signal(signal.SIGINT)
        if tracer.wait(30) not in (0, -signal.SIGINT):
            return None
        found = {fields[-1]: int(fields[3]) for fields in map(str.split, counts) if fields and fields[-1] in names}
    return {name: found.get(name, 0) * interval / seconds for name in names}


def measure_quiet(program, interval, say):
    """What a refresh takes in which nothing has changed, when all owners are known."""
    refreshes = min(QUIET_REFRESHES, QUIET_SECONDS // interval)
    live = Live(program, interval)
    try:
        say("the live table, while nothing changes")
        live.until(lambda screen: re.search(r"\d+/\w+$", screen.line(ROWS.start)), START_SECONDS)
        live.watch(SETTLED_SECONDS + interval)
        before = live.cpu_seconds()
        live.watch(refreshes * interval)
        own, others = (b - a for a, b in zip(before, live.cpu_seconds()))
        return {
            "cpu_ms": 1000 * (own + others) / refreshes,
            "cpu_of_threads_ms": 1000 * others / refreshes,
            "calls": calls_of(live, interval),
            "peak_kib": live.peak_kib(),
        }
    finally:
        live.end()
