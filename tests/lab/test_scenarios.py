"""What scenarios do and tell: results, predictions, what is seen, formats, exit statuses."""

import os
import re
import signal
import socket

import pytest

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="an actor becomes another user")

LISTENER = """
a: socket s tcp4
a: bind s 127.0.0.1:8080
a: listen s
"""


def test_step_has_prediction_result_and_reason(steps):
    done, end = steps(LISTENER + "b: socket s tcp4\nb: set s reuseaddr 1\nb: bind s 0.0.0.0:8080 => EADDRINUSE\n")

    step = done[-1]
    blocker, = step.pop("blockers")
    assert blocker["local"] == "127.0.0.1:8080" and blocker["state"] == "LISTEN" and blocker["cookie"] > 0
    assert step.pop("file").endswith("/x.lab") and "SO_REUSEADDR" in step.pop("why")
    assert step == {"type": "step", "line": 7, "text": "b: bind s 0.0.0.0:8080", "predicted": "EADDRINUSE",
                    "actual": "EADDRINUSE", "expected": "EADDRINUSE", "ok": True}
    assert done[0]["predicted"] is None and done[0]["expected"] is None and done[0]["blockers"] == []
    assert (end["result"], end["steps"], end["failed"], end["title"]) == ("passed", 6, 0, None)


def test_wrong_result_fails_and_the_rest_is_done_all_the_same(steps):
    done, end = steps("title one  is wrong\na: socket s tcp4\na: bind s 127.0.0.1:80 => EADDRINUSE\na: listen s => ok\n",
                      check=1)

    assert [step["ok"] for step in done] == [True, False, True]
    assert (end["result"], end["failed"], end["title"]) == ("failed", 1, "one  is wrong")


def test_failure_is_told_with_its_line_and_what_was_right(lab):
    done = lab(text=LISTENER + "b: socket s tcp4\nb: bind s *:8080 => ok\n", check=1)

    assert "EADDRINUSE      FAILED, expected ok, line 6" in done.stdout
    assert done.stdout.endswith("  failed: 1 of 5 steps\n\n1 scenario: 0 passed, 1 failed, 0 skipped\n")
    assert done.stderr == ""


def test_socket_and_set_must_succeed_without_a_word(steps):
    done, _ = steps("a: socket s udp4\na: set s nodelay 1\na: listen s\n", check=1)
    assert [(step["actual"], step["ok"]) for step in done] == [
        ("ok", True), ("ENOPROTOOPT", False), ("EOPNOTSUPP", True)]


def test_see_tells_what_is_there_instead(lab):
    done = lab(text=LISTENER + "see 127.0.0.1:8080 LISTEN x2\nsee 127.0.0.1:8081 LISTEN\nowners 127.0.0.1:8080 LISTEN -\n",
               check=1)

    assert "the table shows 127.0.0.1:8080 LISTEN\n" in done.stdout
    assert "the table shows nothing on this port\n" in done.stdout
    assert "the table shows 127.0.0.1:8080 LISTEN held by a\n" in done.stdout


def test_text_and_values_are_compared(steps):
    talk = LISTENER + """
        b: socket s tcp4
        b: connect s 127.0.0.1:8080
        a: accept s conn
        b: send s "one\\x00\\"two\\"\\xff"
        a: recv conn "one\\x00\\"two\\"\\xff"
        b: send s "three"
        a: recv conn "THREE"
        b: set s sndbuf 10000
        b: get s sndbuf => 20000
        b: get s linger => off
        b: set s linger 1
        b: get s linger => 1
        b: get s device => -
        b: shutdown s w
        a: recv conn => eof
    """
    done, _ = steps("\n".join(line.strip() for line in talk.splitlines()), check=1)
    assert [step["text"] for step in done if not step["ok"]] == ['a: recv conn "THREE"']


def test_waiting_ends_after_three_seconds(steps):
    done, _ = steps(LISTENER + "a: accept s c => ETIMEDOUT\na: socket u udp4\na: bind u *:0\na: recv u => ETIMEDOUT\n")
    assert done[-1]["actual"] == "ETIMEDOUT"


def test_unprivileged_port_may_be_bound_in_a_network_of_its_own(steps):
    steps("a: socket s tcp4\na: bind s *:1 => ok\n")


@pytest.mark.parametrize("kind, address", [
    ("tcp4", "127.0.0.1:80"), ("tcp6", "[::1]:80"), ("udp4", "*:80"), ("udp6", "[::ffff:127.0.0.1]:80"), ("udplite4", "*:80"),
    ("unix", "unix:x"), ("unix-dgram", "unix:@x"), ("unix-seqpacket", '"unix:with blank"'),
])
def test_each_kind_is_predicted(steps, kind, address):
    done, _ = steps(f"a: socket s {kind}\na: bind s {address} => ok\nb: socket s {kind}\nb: bind s {address} => EADDRINUSE\n")
    assert [step["predicted"] for step in done] == [None, "ok", None, "EADDRINUSE"]


@ROOT
def test_other_user_is_another_user(steps):
    done, _ = steps("""
a: user 65534
a: socket s tcp4
a: set s reuseport 1
a: bind s 127.0.0.1:8080 => ok
a: fork b
b: socket t tcp4
b: set t reuseport 1
b: bind t 127.0.0.1:8080 => ok
c: socket s tcp4
c: set s reuseport 1
c: bind s 127.0.0.1:8080 => EADDRINUSE
a: socket low tcp4
a: bind low 127.0.0.1:80 => EACCES
""")
    assert done[-1]["predicted"] == "EACCES"


def test_sockets_of_one_scenario_are_not_there_in_the_next(lab, tmp_path):
    one = tmp_path / "one.lab"
    one.write_text(LISTENER + "a: socket u unix\na: bind u unix:file => ok\n")
    done = lab("--tap", one, one, one, check=0)
    assert done.stdout.count("\nok ") + done.stdout.startswith("ok ") == 3


@pytest.fixture
def start(lab, children, tmp_path):
    """start(text): a run of the scenario that goes on while the test does."""
    def run(text):
        lab(text="pause\n")     # skips where it cannot be run
        path = tmp_path / "long.lab"
        path.write_text(text)
        return children.spawn(["sh", "-c", 'echo ready; exec "$0" lab "$1" >/dev/null', os.environ["PORTS"], path])

    return run


def test_agents_hold_nothing_and_may_do_nothing(start, agents, eventually):
    child = start("a: socket s tcp4\na: fork b\nwait 60 s\n")

    eventually(lambda: len(agents(child.pid)) == 2)
    for pid in agents(child.pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
        assert (status["NoNewPrivs"], int(status["CapEff"], 16), int(status["CapPrm"], 16)) == ("1", 0, 0)
        with open(f"/proc/{pid}/environ", "rb") as file:
            assert file.read() == b""
        links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        assert sorted(link.split(":")[0] for link in links) == ["/dev/null"] * 3 + ["socket"] * 2


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_whatever_ends_it(start, agents, eventually, sign):
    child = start(LISTENER + "a: fork b\nb: fork c\nd: socket s tcp4\nd: connect s 127.0.0.1:8080\na: exit\nb: exit\n"
                  "c: socket u udp4\nc: bind u *:0\nc: recv u\nwait 60 s\n")

    def names():
        try:
            return sorted(open(f"/proc/{pid}/comm", encoding="ascii").read().strip() for pid in agents(child.pid))
        except FileNotFoundError:
            return []       # one has just ended

    eventually(lambda: names() == ["c", "d"])       # grandchildren of agents that have ended; c waits
    child.process.send_signal(sign)
    child.process.wait(10)
    eventually(lambda: not agents(child.pid), timeout=2)


def test_host_is_left_as_it_was(lab, netns):
    """--host uses the network that it is started in; what it made there is gone afterwards."""
    done = lab("--host", text=LISTENER + "see 127.0.0.1:8080 LISTEN x1\n", check=0)
    assert "1 passed" in done.stdout
    with socket.create_server(("127.0.0.1", 8080)):
        done = lab("--host", text=LISTENER, check=0)
    assert "EADDRINUSE      as predicted" in done.stdout


def test_host_uses_loopback_only(lab, netns):
    outside = "a: socket s tcp4\na: bind s 0.0.0.0:8080 => ok\n"

    done = lab("--host", text=outside, check=77)
    assert "line 2 uses 0.0.0.0:8080" in done.stdout and "--any-address" in done.stdout
    lab("--host", "--any-address", text=outside, check=0)


def test_step_by_step_waits_for_enter_and_shows_the_table(lab):
    done = lab("--step", "two-addresses", stdin="\n" * 30, check=0)

    assert done.stdout.count("Local-Address") == 10      # one for each step of an actor but the first
    assert re.search(r"tcp +0 +128 127\.0\.0\.2:6666 +0\.0\.0\.0:\* +LISTEN .*\d+/b +\S+\n", done.stdout)


def test_step_by_step_goes_on_when_nobody_is_there(lab):
    assert "1 passed" in lab("--step", "two-addresses", stdin="", check=0).stdout


def test_tap_tells_skips_and_failures(lab, tmp_path):
    bad = tmp_path / "bad.lab"
    bad.write_text("title C# is not a directive\na: socket s tcp4 => EMFILE\n")
    done = lab("--tap", "two-addresses", bad, check=1)

    assert f"# {bad}:2: a: socket s tcp4: ok, FAILED, expected EMFILE, line 2\n" in done.stdout
    assert f"not ok 2 - {bad}: C%23 is not a directive\n1..2\n" in done.stdout
