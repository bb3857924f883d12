"""make bench: what ports takes beside what the kernel takes at least, and beside other programs.

Every size has namespaces of its own (network, PIDs, /proc), which this program enters by running itself in them; so the
load is all that there is to be seen, and nothing is left of it."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types

import live
import measure
import report
import wants

SIZES = ["100", "10000", "220000"]
ALL_SIZES = [*SIZES, "1000000", "200000x1", "20000x10000"]
ROUNDS = 5
ROUNDS_OF_FEW = 30      # what takes milliseconds is measured more often
KEYS = 60               # of each kind
CHURN = 1000            # connections opened, and closed, in a second while keys are pressed

# Seconds between quiet refreshes, by the sockets that there are at most: none may take longer, as they are counted by time.
QUIET_INTERVALS = [(50_000, 1), (500_000, 2), (10_000_000, 10)]

ISOLATED = ["unshare", "--net", "--pid", "--fork", "--mount-proc", "--kill-child",
            *([] if os.geteuid() == 0 else ["--map-root-user"])]


def quiet_interval(sockets):
    return next(seconds for most, seconds in QUIET_INTERVALS if sockets <= most)


def say(text):
    """Where we are, on one line, for somebody who waits."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text[:100]}", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def quiet_host():
    """All owners are looked for again while processes come and go anywhere on this machine, and those that measure do: for so
    long nobody hears of them here. To be called in the namespaces."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as file, open("/proc/loadavg", encoding="ascii") as loads:
        file.write(loads.read())
        file.flush()
        subprocess.run(["mount", "--bind", file.name, "/proc/loadavg"], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "/proc/loadavg"], check=True)


def measure_size(size, options):
    """To be called in the namespaces."""
    def tell(text):
        say(f"{size.name}: {text}")

    plan = measure.load_options(size)
    rounds = options.rounds or (ROUNDS_OF_FEW if size.sockets <= wants.FEW_SOCKETS else ROUNDS)
    found = {"size": size.name, "sockets": size.sockets, "load": plan, "others_load": os.getloadavg()[0]}
    tell("making the load")
    with measure.Load(**plan):
        # First, as TIME_WAIT sockets are replaced after a minute.
        if options.keys:
            with quiet_host():
                found["quiet"] = live.measure_quiet(measure.PORTS, quiet_interval(size.sockets), tell)
        found["descriptors"], found["processes"] = measure.count(measure.COMMANDS["walk"])
        runs = measure.run_rounds(rounds, options.full, tell)
    found["commands"] = {name: measure.summary(own) for name, own in runs.items()}
    if options.keys:
        tell("making the load again, with churn")
        with measure.Load(**plan, churn=min(CHURN, size.sockets // 10)):
            found["live"] = live.measure_keys(measure.PORTS, options.keys, tell)
    found["wants"] = wants.of_size(found, runs)
    return found


def inside(told):
    """Writes what was found, or why nothing was, to stdout; told as isolated() tells it."""
    options = types.SimpleNamespace(**json.loads(told))
    try:
        found = measure_size(measure.parse_size(options.size), options)
    except measure.LoadError as error:
        found = {"size": options.size, "failed": str(error)}
    json.dump(found, sys.stdout)


def isolated(size, options):
    """The same in namespaces of its own."""
    told = json.dumps({"size": size.name, "rounds": options.rounds, "keys": options.keys, "full": options.full})
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent"}    # nobody's configuration
    done = subprocess.run([*ISOLATED, sys.executable, __file__, "--inside", told], stdout=subprocess.PIPE,
                          env=environment, check=False, text=True)
    say("")
    if done.returncode != 0:
        sys.exit(f"bench: {size.name}: ended with status {done.returncode}")
    return json.loads(done.stdout)


def parse(argv):
    parser = argparse.ArgumentParser(prog="bench", description="What ports takes beside the kernel and others.")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help="TCP sockets, or SOCKETSxPROCESSES")
    parser.add_argument("--full", action="store_true", help="every size unless they are named, and slow programs in every round")
    parser.add_argument("--rounds", type=int, default=0, help=f"instead of {ROUNDS}, or {ROUNDS_OF_FEW} with few sockets")
    parser.add_argument("--keys", type=int, default=KEYS, help="of each kind, in the live table; 0: leave it out")
    parser.add_argument("--json", metavar="FILE", help="write everything there, every single run included")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    try:
        options.sizes = [measure.parse_size(word) for word in options.sizes or (ALL_SIZES if options.full else SIZES)]
    except ValueError as error:
        parser.error(str(error))
    return options


def main(argv):
    options = parse(argv)
    if options.inside:
        inside(options.inside)
        return
    found = {"date": datetime.date.today().isoformat(), "machine": report.machine(), "sizes": []}
    print(report.head(found), flush=True)
    for size in options.sizes:
        found["sizes"].append(isolated(size, options))
        print(report.size(found["sizes"][-1]), flush=True)
    found["wants"] = wants.of_sizes(found["sizes"])
    print(report.end(found))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
