"""--headless, --script and --clock: what is typed wrongly, and what time does."""

import json
import os
import re
import socket
import subprocess

import pytest

CLOCK = "2026-11-20T14:02:11Z"


@pytest.fixture
def headless(ports):
    """headless(script, *options, size=...): what it prints, at 80x24 with a hundred made-up sockets unless told otherwise."""
    def run(script, *options, size="80x24", source=("--synthetic", "100")):
        __tracebackhide__ = True
        return ports("--headless", size, "--script", "-", *source, *options, stdin=script, env={"TZ": "UTC"})

    return run


def screens(done):
    assert (done.returncode, done.stderr) == (0, "")
    return {name: text for name, text in re.findall(r"^=== screen (.*)\n((?:(?!=== ).*\n)*)", done.stdout, re.MULTILINE)}


BAD = [
    ("\nkez j", 2, '"kez" is no step; the nearest is "key"'),
    ("key Dwn", 1, '"Dwn" is no key; the nearest is "Down"'),
    ("key F13", 1, '"F13" is no key; the nearest is "F1"'),
    ("key", 1, '"" is no key; such as j, Down, F4, ^L, Space and Esc are'),
    ("wait soon", 1, '"soon" is no number of seconds from 0 to 86400'),
    ("wait", 1, '"" is no number of seconds from 0 to 86400'),
    ("# right\nwait 1 2", 2, '"2" is one word too many'),
    ("resize 80", 1, '"80" is no size such as 80x24, of 1 to 1000 each'),
    ("resize 80x24x1", 1, '"80x24x1" is no size such as 80x24, of 1 to 1000 each'),
    ("click 1", 1, '"" is no line from 0 to 999'),
    ("click a 1", 1, '"a" is no column from 0 to 999'),
    ("wheel left 1 1", 1, '"left" is neither "up" nor "down"'),
    ("screen a b", 1, '"b" is one word too many'),
    ("# right\nkey j\0\nkey q", 2, "a NUL byte is in it, which no script has"),
    ("type a\x1b[2J", 1, r'"\x1b[2J" begins with what cannot be typed'),
    ("key \x1b[2J", 1, r'"\x1b[2J" is no key; the nearest is "F2"'),
]


@pytest.mark.parametrize("script, line, fault", BAD, ids=ascii)
def test_bad_step_is_named_before_anything_is_done(headless, script, line, fault):
    done = headless(script + "\n")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"ports: standard input:{line}: {fault}\n"


def test_file_of_a_bad_step_is_named(ports, tmp_path):
    script = tmp_path / "x.keys"
    script.write_text("screen\nscren\n")

    done = ports("--headless", "80x24", "--synthetic", "1", "--script", script)
    assert done.stderr == f'ports: {script}:2: "scren" is no step; the nearest is "screen"\n'
    done = ports("--headless", "80x24", "--synthetic", "1", "--script", tmp_path / "none")
    assert (done.returncode, done.stderr) == (2, f"ports: {tmp_path}/none cannot be read: No such file or directory\n")


USAGE = [
    (["--script", "x"], 'ports: --script "x" needs --headless\n'),
    (["--clock", "5"], 'ports: "--clock" needs --headless\n'),
    (["--headless", "80x24", "-1"], 'ports: "--headless" prints screens, and no list as -1 does\n'),
    (["--headless", "80x24", "--json"], 'ports: --headless does not go with --json\n'),
    (["--headless", "80"], 'ports: --headless: "80": not a size such as 80x24, of 1 to 1000 each\n'),
    (["--headless", "80x 24"], 'ports: --headless: "80x 24": not a size such as 80x24, of 1 to 1000 each\n'),
    (["--headless", "0x24"], 'ports: --headless: "0x24": not a size such as 80x24, of 1 to 1000 each\n'),
    (["--headless", "80x24", "--clock", "noon"],
     'ports: --clock: "noon": not a time such as 2026-11-20T14:02:11Z, or seconds since 1970\n'),
    (["--headless", "80x24", "--clock", "2026-02-31T00:00:00Z"],
     'ports: --clock: "2026-02-31T00:00:00Z": not a time such as 2026-11-20T14:02:11Z, or seconds since 1970\n'),
    (["--synthetic", "many"], 'ports: --synthetic: "many": not a number of sockets to 10000000, and behind a comma one of '
                              "events to 1000000\n"),
    (["--synthetic", "1", "--replay", "x"], 'ports: --replay "x" and --synthetic cannot both be shown\n'),
    (["--synthetic", "1", "--record", "x"], 'ports: --record "x" records the kernel, and nothing with --synthetic\n'),
]


@pytest.mark.parametrize("args, line", USAGE, ids=ascii)
def test_options_that_mean_nothing_are_named(ports, args, line):
    done = ports(*args)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_without_a_script_the_first_screen_is_printed(ports):
    done = ports("--headless", "60x8", "--synthetic", "3", "--clock", CLOCK, env={"TZ": "UTC"}, check=0)

    lines = done.stdout.split("\n")
    assert len(lines) == 9 and lines[0].startswith("ports ") and lines[0].endswith(" 14:02:11")
    assert sum("LISTEN " in line for line in lines[3:]) == 3


@pytest.mark.parametrize("clock", [CLOCK, "2026-11-20T15:02:11+01:00", "2026-11-20T14:02:11.25Z", "1795183331", "1795183331.25"])
def test_the_clock_says_when_it_is(headless, clock):
    assert headless("screen\n", "--clock", clock).stdout.split("\n")[0].endswith(" 14:02:11")


def test_time_stands_still_but_for_waiting(headless):
    seen = screens(headless("screen a\nkey j k\nscreen b\nwait 61.5\nscreen c\n", "--clock", CLOCK))

    assert seen["a"].split("\n")[0].endswith("14:02:11") and seen["b"] == seen["a"]
    assert seen["c"].split("\n")[0].endswith("14:03:12")
    assert "TIME_WAIT" in seen["a"] and "TIME_WAIT" not in seen["c"]


def test_a_day_passes_in_no_time(headless):
    seen = screens(headless("wait 86400\nscreen a\n", "--clock", CLOCK, "-c", "60"))
    assert seen["a"].split("\n")[0].endswith("14:02:11")


def test_the_same_script_prints_the_same(headless):
    script = "key j j\nwait 3.3\nscreen a\nkey Tab Tab\nscreen b\nstyle c\n"
    options = ("--clock", CLOCK, "-c", "0.7")

    first = headless(script, *options, source=("--synthetic", "5000,700"))
    assert first.returncode == 0 and "closed" in first.stdout
    assert headless(script, *options, source=("--synthetic", "5000,700")).stdout == first.stdout


def test_churn_is_in_the_history(headless, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    headless("wait 2\nkey w\nscreen a\n", "--clock", CLOCK, source=("--synthetic", "40,5"))

    written, = tmp_path.glob("ports-history-*.ndjson")
    events = [json.loads(line)["event"] for line in written.read_text().splitlines()]
    # Ten events in two seconds, of eight connections: six that are closed at both ends, and two that are opened anew; then
    # two more of those that were hit before.
    assert events.count("closed") == 12 and events.count("opened") >= 4


def test_keys_that_quit_end_it(headless):
    done = headless("screen a\nkey q\nscreen b\n")
    assert list(screens(done)) == ["a"]


def test_a_live_source_lives_in_real_time(netns, headless):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        seen = screens(headless("screen a\nwait 1.2\nscreen b\n", "--clock", CLOCK, "--no-owners", source=()))

    assert f":{port} " in seen["a"] and seen["a"].split("\n")[0].endswith(("14:02:11", "14:02:12"))
    assert seen["b"].split("\n")[0].endswith(("14:02:12", "14:02:13", "14:02:14"))


@pytest.fixture
def recording(netns, ports, tmp_path):
    """Two listeners, of which one goes away a while later, recorded by the live table itself."""
    file = tmp_path / "recording"
    argv = [os.environ["PORTS"], "--headless", "80x24", "--script", "-", "-c", "0.1", "--record", str(file)]
    first, second = socket.create_server(("127.0.0.1", 9001)), socket.create_server(("127.0.0.1", 9002))
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        started.stdin.write("wait 0.3\nscreen\nwait 1\n")
        started.stdin.close()
        assert started.stdout.readline().startswith("ports ")
        second.close()
        started.stdout.read()
    first.close()
    assert started.returncode == 0
    return file


def test_a_recording_is_played_at_its_own_pace(headless, recording):
    seen = screens(headless("screen a\nwait 0.2\nkey K\nscreen refused\nwait 60\nscreen b\nwait 60\nscreen c\n",
                            source=("--replay", recording)))

    assert ":9001 " in seen["a"] and ":9002 " in seen["a"] and "recorded  " in seen["a"]
    assert '"kill" is not to be had with --replay' in seen["refused"]
    assert "recording over  " in seen["b"] and "The recording is over; this is its last state" in seen["b"]
    assert re.search("^-tcp .* 127.0.0.1:9002 ", seen["b"], re.MULTILINE) and "1 gone" in seen["b"]
    assert seen["c"].split("\n")[:-3] == seen["b"].split("\n")[:-3]


def test_a_paused_recording_goes_on_where_it_was(headless, recording):
    seen = screens(headless("screen a\nkey p\nwait 60\nscreen b\nkey p\nwait 60\nscreen c\n", source=("--replay", recording)))

    assert "PAUSED" in seen["b"] and seen["b"].split("\n")[1:-3] == seen["a"].split("\n")[1:-3]
    assert "recording over" in seen["c"]


def test_what_is_asked_for_in_a_replay_comes_from_what_was_recorded(headless, recording):
    seen = screens(headless("wait 60\nkey u\nscreen a\nkey u\nscreen b\nkey +\nscreen c\n", "-t",
                            source=("--replay", recording)))

    assert "127.0.0.1:9001 " in seen["a"] and "127.0.0.1:9001 " in seen["b"]
    assert "A recording goes at its own pace" in seen["c"]
