"""The parts of make soak: what it takes for a fault, and a few seconds of it."""

import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import soak  # noqa: E402: a neighbour
from rows import Row  # noqa: E402

LISTENER = Row("tcp", "127.0.0.1:80", "0.0.0.0:*", "LISTEN")
CLIENT = Row("tcp", "127.0.0.1:5000", "127.0.0.1:80", "ESTABLISHED")
TOLD = {LISTENER: {7}, CLIENT: set()}


def samples(*kib, descriptors=11):
    watch = soak.Watch("live", 0, 0)
    watch.samples = [(60 + at, value, descriptors) for at, value in enumerate(kib)]
    return watch.result()


def found(**other):
    return {"seconds": 20, "rate": 10, "opened_per_s": 10, "stops": [{"rows": 2, "wrong": [], "seconds": 1}],
            "processes": {"live": samples(100, 100, 100, 105)}, "statuses": {"live": 0, "events": 0}, "events": {"closed": 2},
            "reports": [], **other}


def test_what_is_as_wanted_is_no_fault():
    assert soak.faults(found()) == []
    assert "0 wrong" in soak.table_of(found()) and "2 closed" in soak.table_of(found())


@pytest.mark.parametrize("other, fault", [
    ({"opened_per_s": 7}, "only 7 connections a second were opened, and not 10"),
    ({"processes": {"live": samples(100, 100, 100, 106, 100)}}, "live: memory grew from 100 to 106 KiB"),
    ({"processes": {"live": {**samples(100), "descriptors": [11, 12]}}}, "live: 11 descriptors have become 12"),
    ({"stops": [{"rows": 2, "wrong": ["x: only in ss"], "seconds": 1}]}, "stop 1: 1 wrong rows, such as x: only in ss"),
    ({"statuses": {"live": 1, "events": 0}}, "live ended with status 1"),
    ({"reports": ["leak"]}, "a sanitizer says:\nleak"),
])
def test_each_fault_is_said(other, fault):
    assert soak.faults(found(**other)) == [fault]


@pytest.mark.parametrize("shown, by_ss, fault", [
    ({LISTENER: "7/server", CLIENT: "-"}, {LISTENER, CLIENT}, None),
    ({LISTENER: "7/server +1"}, {LISTENER, CLIENT}, f"{CLIENT}: only in ss"),
    ({LISTENER: "8/server", CLIENT: "-"}, {LISTENER, CLIENT}, f"{LISTENER}: of 8/server, and not of {{7}}"),
    ({LISTENER: "7/server", CLIENT: "-"}, {LISTENER}, f"{CLIENT}: only on the screen"),
])
def test_rows_are_compared_with_both(shown, by_ss, fault):
    wrong = soak.wrong_rows(shown, by_ss, TOLD)
    assert wrong == [] if fault is None else fault in wrong


def test_a_few_seconds_of_it():
    """Memory may still grow in so short a time; rows and descriptors are as they are later."""
    tried = subprocess.run([*soak.bench.ISOLATED, "true"], capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode != 0:
        pytest.skip(f"no namespaces of our own: {tried.stderr.strip()}")
    done = subprocess.run([sys.executable, HERE / "soak.py", "4", "--rate=50", "--stops=1"], capture_output=True, text=True, timeout=110,
                          check=False)
    assert "1 stops, " in done.stdout and " 0 wrong" in done.stdout, done.stdout + done.stderr
    said = done.stdout.partition("events told: ")[2].splitlines()[1:]
    assert said and all("memory grew" in line or line == "All is as wanted." for line in said)
