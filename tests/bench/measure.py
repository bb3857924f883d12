"""One size: the load, the programs that look at it in turn, and what they took."""

import collections
import os
import pathlib
import shutil
import statistics
import subprocess

SOURCE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("PORTS_BUILDDIR", SOURCE))
PORTS = os.environ.get("PORTS", str(BUILD / "ports"))
TOOLS = BUILD / "tests" / "bench"

READY_SECONDS = 600
SLOW_SECONDS = 3        # another program that takes longer is run in the first round only, unless all is asked for
LIMIT_SECONDS = {False: 60, True: 300}  # of a run; by whether all is asked for

FOUND_NOTHING = 1       # the statuses of ports and lsof, and of what was killed
CUT_SHORT = 137

MATCH_PORT = "9999"     # LOAD_MATCH_PORT in load.h
TCP = ["tcp"]
ALL = ["tcp", "udp", "udplite"]     # what ports asks for when it is not told what

# What is run, in this order, in each round. A program that is not there is left out, and that is said.
COMMANDS = {
    "dump tcp": [str(TOOLS / "dump"), *TCP],
    "dump all": [str(TOOLS / "dump"), *ALL],
    "dump port": [str(TOOLS / "dump"), "-p", MATCH_PORT, *ALL],
    "walk": [str(TOOLS / "walk")],
    "ports -t --no-owners": [PORTS, "-t", "--no-owners"],
    "ports -t": [PORTS, "-t"],
    f"ports -p {MATCH_PORT}": [PORTS, "-p", MATCH_PORT],
    "ports -t --ndjson": [PORTS, "-t", "--ndjson"],
    "ports -t --no-owners -p 1": [PORTS, "-t", "--no-owners", "-p", "1"],
    "ss -tan": ["ss", "-tan"],
    "ss -tanp": ["ss", "-tanp"],
    "netstat -antp": ["netstat", "-antp"],
    "lsof -nP -iTCP": ["lsof", "-nP", "-iTCP"],
}

Size = collections.namedtuple("Size", "name sockets processes")


def parse_size(word):
    """220000, or 200000x1: so many TCP sockets in so many processes."""
    sockets, _, processes = word.partition("x")
    if not sockets.isdigit() or int(sockets) < 10 or (processes or "1") != str(int(processes or "1")):
        raise ValueError(f'"{word}" is no size such as 220000 or 200000x1')
    usual = 100 if int(sockets) >= 10000 else max(1, int(sockets) // 20)
    return Size(word, int(sockets), int(processes or usual))


def load_options(size):
    """Mostly established pairs, and a few of everything else; TCP sockets add up to the size."""
    time_wait = size.sockets // 50
    listeners = max(1, min(1000, size.sockets // 100))
    pairs = (size.sockets - time_wait - listeners) // 2
    return {
        "pairs": pairs,
        "processes": size.processes,
        "matches": min(500, pairs // size.processes // 2),
        "time-wait": time_wait,
        "listeners": size.sockets - time_wait - 2 * pairs,
        "udp": max(10, min(1000, size.sockets // 20)),
    }


class LoadError(Exception):
    """The load cannot be made here."""


class Load:
    """The sockets, from when it is entered until it is left."""

    def __init__(self, **options):
        self.argv = [str(TOOLS / "load"), *(f"--{name}={value}" for name, value in options.items())]

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline().split()
        if self.ready[:1] != ["ready"]:
            raise LoadError(self.process.communicate(timeout=READY_SECONDS)[1].strip())
        return self

    def __exit__(self, *_):
        self.process.communicate(timeout=READY_SECONDS)


def meter(argv, limit):
    """One run: status, wall and CPU milliseconds, peak KiB."""
    told = subprocess.run([TOOLS / "meter", str(limit), *argv], capture_output=True, text=True, check=True).stdout
    status, wall, user, system, peak = map(int, told.split())
    return {"status": status, "wall_ms": wall / 1000, "cpu_ms": (user + system) / 1000, "peak_kib": peak}


def run_rounds(rounds, everything, say):
    """name: its runs, one a round; a slow one has fewer of them, one that is not there has none."""
    runs = {name: [] for name in COMMANDS}
    for number in range(rounds):
        for name, argv in COMMANDS.items():
            is_other = argv[0] != PORTS and TOOLS != pathlib.Path(argv[0]).parent
            slow = is_other and runs[name] and runs[name][0]["wall_ms"] > 1000 * SLOW_SECONDS
            if shutil.which(argv[0]) is None or (slow and not everything):
                continue
            say(f"round {number + 1} of {rounds}: {name}")
            runs[name].append(meter(argv, LIMIT_SECONDS[everything]))
    return runs


def summary(runs):
    return {
        "rounds": len(runs),
        "status": max(run["status"] for run in runs),
        "wall_ms": statistics.median(run["wall_ms"] for run in runs),
        "cpu_ms": statistics.median(run["cpu_ms"] for run in runs),
        "peak_kib": max(run["peak_kib"] for run in runs),
        "runs": runs,
    } if runs else {"rounds": 0}


def count(argv):
    return [int(word) for word in subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()]
