"""What is wanted of ports, as ratios to what others take in the same round."""

import statistics

import measure
from live import HEIGHT

JUDGED_SOCKETS = 200_000        # ratios are judged with so many sockets
FEW_SOCKETS = 1000              # or with so few; in between they are only told
BYTES_A_SOCKET = 250
KEY_MS = 40
QUIET_RATIO = 1.3
GROWTH = 1.1                    # to a million sockets, against what the floors grow

LIST = "ports -t"
FLOORS = ("dump tcp", "walk")

# (what, the command, the sum of what it is compared with, at most, judged with few sockets)
RATIOS = [
    ("list without owners / dump", "ports -t --no-owners", ["dump tcp"], 1.25, False),
    ("list without owners / ss -tan", "ports -t --no-owners", ["ss -tan"], 0.5, False),
    ("list / dump + walk", LIST, FLOORS, 0.8, False),
    ("list / ss -tanp", LIST, ["ss -tanp"], 1 / 30, False),
    ("list / netstat -antp", LIST, ["netstat -antp"], 1 / 20, False),
    ("list / lsof -nP -iTCP", LIST, ["lsof -nP -iTCP"], 1 / 5, False),
    ("one port / dump port + walk", "ports -p 9999", ["dump port", "walk"], 1.1, False),
    ("--ndjson / list", "ports -t --ndjson", [LIST], 1.5, False),
    ("list / ss -tanp, few sockets", LIST, ["ss -tanp"], 1.0, True),
]


def want(what, value, limit, judged=True, **more):
    """A line of the table. met is None where it is not judged, or was not measured."""
    met = value <= limit if judged and value is not None else None
    return {"what": what, "value": value, "limit": limit, "met": met, "unit": "x", "cpu": None, "note": "", **more}


def ratio(runs, command, others, what):
    """The median of those of each round that has all of them; None if none has."""
    found = [own[what] / sum(other[what] for other in rest)
             for own, *rest in zip(runs[command], *(runs[other] for other in others))]
    return statistics.median(found) if found else None


def of_lists(runs, sockets):
    few = sockets <= FEW_SOCKETS
    found = []
    for what, command, others, limit, with_few in RATIOS:
        if with_few != few:
            continue
        judged = few or sockets >= JUDGED_SOCKETS
        cut = any(run["status"] == measure.CUT_SHORT for other in others for run in runs[other])
        found.append(want(what, ratio(runs, command, others, "wall_ms"), limit, judged,
                          cpu=ratio(runs, command, others, "cpu_ms"),
                          note="at most, as that was cut short" if cut else ""))
    return found


def of_memory(commands, sockets):
    """Over what a list with nothing in it takes. Few sockets go into what that one has, too."""
    if sockets <= FEW_SOCKETS:
        return []
    extra = commands[LIST]["peak_kib"] - commands["ports -t --no-owners -p 1"]["peak_kib"]
    return [want("memory of the list, a socket", 1024 * extra / sockets, BYTES_A_SOCKET, sockets >= JUDGED_SOCKETS,
                 unit="B")]


def of_keys(live, sockets):
    return [want(f"{kind} keys, 99th percentile", keys["p99_ms"], KEY_MS, sockets >= JUDGED_SOCKETS, unit="ms")
            for kind, keys in live["keys"].items()]


def of_quiet(quiet, commands, sockets):
    calls = quiet["calls"]
    note = "strace is not here" if calls is None else ""
    walks, links = (None, None) if calls is None else (calls["getdents64"], calls["readlinkat"])
    cpu = quiet["cpu_ms"] / commands["dump all"]["cpu_ms"]
    return [
        want("a refresh without changes, CPU / dump all", cpu, QUIET_RATIO, sockets >= JUDGED_SOCKETS),
        want("its calls that walk through /proc", walks, 0, unit="calls", note=note),
        want("its looks at descriptors on the screen", links, HEIGHT, unit="calls", note=note),
    ]


def of_size(found, runs):
    sockets, commands = found["sockets"], found["commands"]
    lines = of_lists(runs, sockets) + of_memory(commands, sockets)
    if "live" in found:
        lines += of_keys(found["live"], sockets) + of_quiet(found["quiet"], commands, sockets)
    return lines


def of_growth(small, large):
    """How much more the list grew than the floors did."""
    def grown(names):
        small_ms, large_ms = (sum(size["commands"][name]["wall_ms"] for name in names) for size in (small, large))
        return large_ms / small_ms

    return want(f"growth of the list from {small['size']} to {large['size']} / that of dump + walk",
                grown([LIST]) / grown(FLOORS), GROWTH)


def of_sizes(sizes):
    """What is wanted of several together."""
    measured = {size["size"]: size for size in sizes if "failed" not in size}
    return [of_growth(measured["220000"], measured["1000000"])] if {"220000", "1000000"} <= measured.keys() else []
