"""make soak: hours of work in minutes. Connections are opened and closed all the time, the live table and ports events look on.

What is wanted: memory that stays as it is after the first minute, no descriptor that stays open, and, at ten stops of the load,
on the screen what ss and ports --json say, and nothing else. All of it is in namespaces of its own (network, PIDs, /proc)."""

import argparse
import collections
import fcntl
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "bench"), str(HERE.parent / "net")]

import bench  # noqa: E402: neighbours
import live  # noqa: E402
import measure  # noqa: E402
import rows  # noqa: E402
from screen import Screen  # noqa: E402

STOPS = 10
RATE = 2000             # connections that are opened, and closed, in a second
INTERVAL = 0.2          # between refreshes
TALL = 200              # lines of the terminal at a stop
FIRST_SECONDS = 60      # in which memory may grow, as everything happens in them that will
HELD_SECONDS = 3        # in which nobody looks on, so that more is waiting than at any later time
GROWTH = 1.05           # more than this is too much
RATE_MISSED = 0.8       # less than this part of the load is none
SETTLE_SECONDS = 60
END_SECONDS = 30

# What does not change beside what does.
STEADY = {"pairs": 100, "processes": 4, "listeners": 20, "time-wait": 300, "udp": 20}

# A build with sanitizers keeps what was freed for a while, usually 256 MB of it, which would look like growth for long.
# What ncurses reads once, it never frees.
SANITIZER = {
    "ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:log_path={folder}/report",
    "UBSAN_OPTIONS": "log_path={folder}/report:print_stacktrace=1",
    "LSAN_OPTIONS": "suppressions={folder}/kept:print_suppressions=0",
}

LINE = re.compile(r"[ +~-](tcp6?|udp6?) +\d+ +\d+ +(\S+) +(\S+) +([A-Z_0-9]+) .*?(\S+(?: \+\d+)?)$")


def resident_kib(pid):
    return int(re.search(r"VmRSS:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))[1])


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def opened_so_far():
    """Connections in this network namespace since it is there (proc_net_snmp(5))."""
    names, values = (line.split() for line in pathlib.Path("/proc/self/net/snmp").read_text(encoding="ascii").splitlines()
                     if line.startswith("Tcp:"))
    return int(values[names.index("ActiveOpens")])


class Load(measure.Load):
    """The sockets, which can be made to stand still."""

    def tell(self, number):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in children.read_text(encoding="ascii").split():
            os.kill(int(pid), number)


class Events:
    """ports events, whose lines are counted by what they tell."""

    def __init__(self):
        self.counts = collections.Counter()
        self.process = subprocess.Popen([measure.PORTS, "events", "-t"], stdout=subprocess.PIPE)
        self.pid = self.process.pid
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        rest = b""
        while data := os.read(self.process.stdout.fileno(), 1 << 20):
            *lines, rest = (rest + data).split(b"\n")
            self.counts.update(line.split(b" ", 2)[1].decode() for line in lines)

    def end(self):
        """The exit status, when whoever read its lines has gone."""
        self.process.terminate()
        status = self.process.wait(END_SECONDS)
        self.reader.join()
        self.process.stdout.close()
        return 0 if status == -signal.SIGTERM else status


class Table(live.Live):
    """The live table: its rows, all of them."""

    def resize(self, height):
        self.screen = Screen(live.WIDTH, height)
        fcntl.ioctl(self.pty, termios.TIOCSWINSZ, struct.pack("4H", height, live.WIDTH, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
        self.until(lambda screen: screen.line(height - 1).startswith("F1"), SETTLE_SECONDS)

    def page(self):
        """What is selected, and {Row: owners} of what is on the screen."""
        found = [line for text in self.screen.lines() if (line := LINE.match(text))]
        return (self.screen.selected(live.ROWS.start, self.screen.height - 2),
                {rows.Row(*line.groups()[:4]): line[5] for line in found})

    def all_rows(self):
        """{Row: owners} of the whole table, from top to bottom, where a page down selects nothing else."""
        os.write(self.pty, b"g")
        self.watch(2 * INTERVAL)
        found, before = {}, None
        while (page := self.page()) != before:
            found |= page[1]
            before = page
            os.write(self.pty, b"\x06")
            self.until(lambda _, old=page[0]: self.page()[0] not in ("", old), 1)
        return found

    def quit(self):
        """The exit status."""
        os.write(self.pty, b"q")
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            try:
                self.watch(0.1)
            except RuntimeError:
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Watch:
    """Memory and descriptors of a process, from second to second."""

    def __init__(self, name, pid, begin):
        self.name, self.pid, self.begin = name, pid, begin
        self.samples = []

    def sample(self):
        self.samples.append((time.monotonic() - self.begin, resident_kib(self.pid), descriptors(self.pid)))

    def result(self):
        """Against what it was when the first minute was over, in the first samples."""
        early, later = (sorted(kib for _, kib, _ in part) for part in (self.samples[:5], self.samples))
        # Those of a search through /proc come and go: the fewest of a while are those that stay.
        fewest = [min(count for _, _, count in part) for part in (self.samples[:30], self.samples[-30:])]
        return {"first_kib": early[len(early) // 2], "most_kib": later[-1], "last_kib": self.samples[-1][1], "descriptors": fewest,
                "samples": self.samples}


def rows_told():
    """What ss says of TCP and UDP, and what ports --json says: {Row: the pids of owners}."""
    document = json.loads(subprocess.run([measure.PORTS, "--json"], stdout=subprocess.PIPE, check=True, text=True).stdout)
    owners = {rows.json_row(sock): {owner["pid"] for owner in sock["owners"] or []} for sock in document["sockets"]}
    return set(rows.ss_rows()), owners


def wrong_rows(shown, by_ss, by_json):
    """What is on the screen and should not be, is not and should, or has another owner."""
    wrong = [f"{row}: only on the screen" for row in shown if row not in by_ss]
    wrong += [f"{row}: only in ss" for row in by_ss if row not in shown]
    wrong += [f"{row}: not alike in ss and --json" for row in by_ss ^ set(by_json)]
    wrong += [f"{row}: of {shown[row]}, and not of {pids}" for row, pids in by_json.items()
              if pids and row in shown and not shown[row].startswith(tuple(f"{pid}/" for pid in pids))]
    return wrong


def compare(table, load):
    """Stops the load until the table shows all that there is, or does not within a while."""
    begin = time.monotonic()
    load.tell(signal.SIGSTOP)
    table.resize(TALL)
    wrong, shown = ["never looked"], {}
    while wrong and time.monotonic() - begin < SETTLE_SECONDS:
        shown = table.all_rows()
        wrong = wrong_rows(shown, *rows_told())     # what ends meanwhile (TIME_WAIT) makes it look again
    took = time.monotonic() - begin
    table.resize(live.HEIGHT)
    load.tell(signal.SIGCONT)
    return {"rows": len(shown), "wrong": wrong, "seconds": took}


def watch_load(table, watches, seconds, say):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        say(f"{left:.0f} s to the next stop")
        table.watch(min(1, left))
        for watch in watches:
            watch.sample()


def warm_up(table, events, load, seconds):
    """The first minute: a stop, and both programs held up by something else, so that what they keep room for is there."""
    begin = time.monotonic()
    table.watch(seconds / 4)
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in (table.pid, events.pid):
            os.kill(pid, number)
        table.watch(min(HELD_SECONDS, seconds / 4))
    told = compare(table, load)
    table.watch(begin + seconds - time.monotonic())
    return told


def soak(options, folder):
    """To be called in the namespaces."""
    stops, spent, first_seconds = [], 0, min(FIRST_SECONDS, options.seconds / 4)
    with Load(**STEADY, churn=options.rate) as load:
        begin = time.monotonic()
        table, events = Table(measure.PORTS, INTERVAL, "--pane=history"), Events()
        watches = [Watch("live", table.pid, begin), Watch("events", events.pid, begin)]
        warm_up(table, events, load, first_seconds)
        before = opened_so_far()
        part = (options.seconds - first_seconds) / options.stops
        for number in range(1, options.stops + 1):
            watch_load(table, watches, part, lambda text, n=number: bench.say(f"stop {n} of {options.stops}: {text}"))
            stops.append(compare(table, load))
            spent += part
        opened = opened_so_far() - before
        found = {watch.name: watch.result() for watch in watches}
        statuses = {"live": table.quit(), "events": events.end()}
    reports = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(folder).glob("report*"))]
    return {"seconds": options.seconds, "rate": options.rate, "opened_per_s": opened / spent, "stops": stops, "processes": found,
            "statuses": statuses, "events": dict(events.counts), "reports": reports}


def faults(found):
    """What is not as it is wanted, in words."""
    said = []
    if found["opened_per_s"] < RATE_MISSED * found["rate"]:
        said.append(f"only {found['opened_per_s']:.0f} connections a second were opened, and not {found['rate']}")
    for name, told in found["processes"].items():
        if told["most_kib"] > GROWTH * told["first_kib"]:
            said.append(f"{name}: memory grew from {told['first_kib']} to {told['most_kib']} KiB")
        if told["descriptors"][1] > told["descriptors"][0]:
            said.append(f"{name}: {told['descriptors'][0]} descriptors have become {told['descriptors'][1]}")
    for number, stop in enumerate(found["stops"], 1):
        said += [f"stop {number}: {len(stop['wrong'])} wrong rows, such as {stop['wrong'][0]}"] if stop["wrong"] else []
    said += [f"{name} ended with status {status}" for name, status in found["statuses"].items() if status != 0]
    return said + [f"a sanitizer says:\n{report}" for report in found["reports"]]


def table_of(found):
    lines = [f"{found['seconds']} s, {found['opened_per_s']:.0f} connections a second opened and closed",
             f"{'':10}{'KiB after a minute':>20}{'most later':>12}{'at the end':>12}{'growth':>9}{'descriptors':>13}"]
    for name, told in found["processes"].items():
        growth = 100 * (told["most_kib"] / told["first_kib"] - 1)
        lines.append(f"{name:10}{told['first_kib']:20}{told['most_kib']:12}{told['last_kib']:12}{growth:8.1f}%"
                     f"{told['descriptors'][0]:>7} to {told['descriptors'][1]}")
    wrong = sum(len(stop["wrong"]) for stop in found["stops"])
    counts = sorted(stop["rows"] for stop in found["stops"])
    lines.append(f"{len(found['stops'])} stops, {counts[0]} to {counts[-1]} rows against ss and --json: {wrong} wrong; "
                 f"right within {max(stop['seconds'] for stop in found['stops']):.1f} s")
    lines.append("events told: " + ", ".join(f"{count} {kind}" for kind, count in sorted(found["events"].items())))
    return "\n".join(lines)


def parse(argv):
    parser = argparse.ArgumentParser(prog="soak", description="The live table and ports events under a load that does not end.")
    parser.add_argument("seconds", type=int, nargs="?", default=900, help="of load; the stops are not among them")
    parser.add_argument("--rate", type=int, default=RATE, help="connections a second")
    parser.add_argument("--stops", type=int, default=STOPS, help="at which rows are compared")
    parser.add_argument("--json", metavar="FILE", help="write everything there, every sample included")
    parser.add_argument("--inside", metavar="FOLDER", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def isolated(argv):
    """The same in namespaces of its own; its exit status."""
    with tempfile.TemporaryDirectory(prefix="ports-soak-") as folder:
        (pathlib.Path(folder) / "kept").write_text("leak:libncurses\nleak:libtinfo\n", encoding="ascii")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent",
                       **{name: value.format(folder=folder) for name, value in SANITIZER.items()}}
        return subprocess.run([*bench.ISOLATED, sys.executable, __file__, f"--inside={folder}", *argv], env=environment,
                              check=False).returncode


def main(argv):
    options = parse(argv)
    if not options.inside:
        sys.exit(isolated(argv))
    try:
        found = soak(options, options.inside)
    except measure.LoadError as error:
        sys.exit(f"soak: {error}")
    bench.say("")
    print(table_of(found))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    said = faults(found)
    print("\n".join(said) or "All is as wanted.")
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
