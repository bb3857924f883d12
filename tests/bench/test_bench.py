"""The tools of make bench say what is so: few sockets, and no measurement."""

import json
import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent

sys.path.insert(0, str(HERE))
import bench  # noqa: E402: neighbours
import live  # noqa: E402
import measure  # noqa: E402
import report  # noqa: E402
import screen  # noqa: E402
import wants  # noqa: E402
from measure import PORTS, TOOLS  # noqa: E402

FIFTY = {"pairs": 20, "processes": 4, "matches": 3, "time-wait": 4, "listeners": 6, "udp": 5}


def run(*argv):
    return subprocess.run(list(map(str, argv)), capture_output=True, text=True, timeout=60, check=False)


def options(counts):
    return [f"--{name}={count}" for name, count in counts.items()]


def rows(ports, *args):
    return list(map(json.loads, ports("--ndjson", *args).stdout.splitlines()))


@pytest.fixture
def fifty(netns, children):
    return children.spawn([TOOLS / "load", *options(FIFTY)])


def test_the_load_is_what_was_asked_for_and_both_the_floor_and_ports_see_it(fifty, ports):
    assert fifty.ready == "tcp=50 udp=5"
    assert run(TOOLS / "dump", "tcp").stdout == "50\n"
    assert run(TOOLS / "dump", "tcp", "udp").stdout == "55\n"
    assert run(TOOLS / "dump", "-p", "9999", "tcp").stdout == "6\n"
    states = [sock["state"] for sock in rows(ports, "-t")]
    assert {state: states.count(state) for state in states} == {"ESTABLISHED": 40, "TIME_WAIT": 4, "LISTEN": 6}
    assert len(rows(ports, "-u")) == 5 and len(rows(ports, "-p", "9999")) == 6


def test_processes_have_different_numbers_of_sockets(fifty, ports):
    pids = [sock["owners"][0]["pid"] for sock in rows(ports, "-t") if sock["state"] == "ESTABLISHED"]
    assert sorted(pids.count(pid) for pid in set(pids)) == [4, 8, 12, 16]


def test_the_walk_sees_the_descriptors_of_the_load(fifty):
    descriptors, processes = map(int, run(TOOLS / "walk").stdout.split())
    assert descriptors >= 40 + 6 + 5 and processes >= 6


def test_nothing_is_left_of_the_load_when_its_input_ends(fifty, eventually):
    fifty.process.stdin.close()
    assert fifty.process.wait(10) == 0
    assert run(TOOLS / "dump", "udp").stdout == "0\n"
    assert eventually(lambda: run(TOOLS / "dump", "tcp").stdout == "4\n")     # in TIME_WAIT, of nobody


def test_churn_opens_and_closes_and_their_number_stays(netns, children, ports, eventually):
    children.spawn([TOOLS / "load", "--pairs=0", "--churn=50"])

    def cookies():
        return {sock["cookie"] for sock in rows(ports, "-t") if sock["state"] == "ESTABLISHED"}

    before = cookies()
    assert 96 <= len(before) <= 104
    assert eventually(lambda: not before & cookies())
    assert 96 <= len(cookies()) <= 104


@pytest.mark.parametrize("argument, complaint", [
    ("--pairs=many", "load: --pairs=many is no number from 0 to 10000000"),
    ("--matches=1", "load: --matches=1: the process that is to have them has 0 pairs"),
    ("--processes=0", "load: at least one process and one listener are needed"),
    ("--pairs=10000000", "of memory, and|one process needs"),
])
def test_what_cannot_be_made_is_said_before(netns, argument, complaint):
    done = run(TOOLS / "load", argument)
    assert done.returncode == 1 and re.search(complaint, done.stderr) and done.stdout == ""


def test_the_meter_tells_time_memory_and_status():
    status, wall, user, system, peak = map(int, run(TOOLS / "meter", 10, "sh", "-c", "sleep 0.1; exit 3").stdout.split())
    assert status == 3 and wall >= 100000 and user + system < wall and 100 < peak < 100000
    assert run(TOOLS / "meter", 1, "sleep", "10").stdout.startswith("137 ")


def test_the_load_of_a_size_adds_up_to_it():
    for word in ("100", "10000", "220000", "1000000", "200000x1", "20000x10000"):
        plan = measure.load_options(measure.parse_size(word))
        assert 2 * plan["pairs"] + plan["time-wait"] + plan["listeners"] == int(word.partition("x")[0])


def test_the_screen_does_what_a_terminal_does():
    shown = screen.Screen(8, 4)
    shown.feed(b"one\r\ntwo\r\nthree\r\nfour\x1b[2;4r\x1b[4;1H\n\x1b[7mfi\xc3")
    shown.feed(b"\xa9\x1b[m\x1b[1;2H\x1b[K\x1b[2;1H\x1b")
    shown.feed(b"[3Cse and more")
    assert shown.lines() == ["o", "thrse an", "d more", "fi\u00e9"]
    assert shown.selected(0, 4) == "fi\u00e9"


def test_keys_in_the_live_table_have_effects_that_are_seen(fifty):
    found = live.measure_keys(PORTS, 5, lambda _: None)
    assert found["rows_s"] is not None and found["owners_s"] is not None and found["peak_kib"] > 1000
    for kind, keys in found["keys"].items():
        assert keys["count"] >= 5 and 0 < keys["p50_ms"] <= keys["p99_ms"] <= keys["max_ms"], kind


def test_what_a_quiet_refresh_takes_is_counted(fifty, monkeypatch):
    monkeypatch.setattr(live, "QUIET_REFRESHES", 1)
    monkeypatch.setattr(live, "TRACED_SECONDS", 2)
    found = live.measure_quiet(PORTS, 1, lambda _: None)
    assert found["cpu_ms"] >= found["cpu_of_threads_ms"] >= 0
    if found["calls"] is None:
        pytest.skip("strace is not here, or may not look at processes")
    assert found["calls"]["sendto"] > 0


def test_a_whole_benchmark_has_a_table_and_its_json(tmp_path):
    tried = run(*bench.ISOLATED, "true")
    if tried.returncode != 0:
        pytest.skip(f"no namespaces of our own: {tried.stderr.strip()}")
    done = run(sys.executable, HERE / "bench.py", "--rounds=2", "--keys=0", f"--json={tmp_path}/json", "50", "40x2")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "json").read_text(encoding="utf-8"))
    first, second = found["sizes"]
    assert first["sockets"] == 50 and second["load"]["processes"] == 2
    assert all(own["rounds"] == 2 and own["wall_ms"] > 0 for name, own in first["commands"].items() if "ports" in name)
    assert {line["met"] for line in first["wants"]} <= {True, False, None}
    assert re.search(r"^  ports -t --ndjson +[0-9.]+ m?s", done.stdout, re.MULTILINE)
    assert re.search(r"^[0-9] of [0-9] wanted ratios are met.$", done.stdout, re.MULTILINE)


def test_a_size_that_cannot_be_made_is_said_and_the_others_are_measured():
    assert "not measured: load: no" in report.size({"size": "1", "failed": "load: no"})
    assert run(sys.executable, HERE / "bench.py", "many").stderr.endswith('"many" is no size such as 220000 or 200000x1\n')


def test_a_ratio_is_the_median_of_the_rounds_that_have_all_of_it():
    runs = {"a": [{"ms": 2}, {"ms": 3}, {"ms": 90}], "b": [{"ms": 1}, {"ms": 1}], "c": [{"ms": 3}, {"ms": 2}], "d": []}
    assert wants.ratio(runs, "a", ["b", "c"], "ms") == 0.75
    assert wants.ratio(runs, "a", ["b", "d"], "ms") is None


def test_a_wish_is_met_at_its_limit_and_judged_only_where_it_is_one():
    assert wants.want("x", 2, 1)["met"] is False and wants.want("x", 1, 1)["met"] is True
    assert wants.want("x", None, 1)["met"] is None and wants.want("x", 2, 1, judged=False)["met"] is None
