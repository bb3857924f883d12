"""What is no scenario: one clear line, exit status 2, and nothing started."""

import random
import re
import subprocess

import pytest


def test_fault_names_file_line_and_column(lab):
    done = lab(text="a: socket s tcp4\n\na: bnid s *:80\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r'ports lab: /\S+/x\.lab:3:4: "bnid": unknown step; the nearest is bind\n', done.stderr)


def test_nothing_is_begun_when_a_later_file_is_wrong(lab):
    done = lab("two-addresses", text="a: exit\na: exit\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith('x.lab:2:1: the actor "a" has ended in line 1\n')


@pytest.mark.parametrize("text", [b"", b"\0" * 100, b"pause\n" * 2_000_000, b"x" * 10_000_000, b"\xff\xfe" * 50,
                                  *(random.Random(seed).randbytes(5000) for seed in range(20))],
                         ids=lambda text: ascii(text[:4]))
def test_any_bytes_are_told_in_one_line(lab, text):
    done = lab(text=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"ports lab: /[^\n]*x\.lab:[^\n]+\n", done.stderr)
    assert len(done.stderr) < 500


@pytest.mark.parametrize("words, told", [
    ([], "name lessons or files"),
    (["no-adress"], '"no-adress" is no lesson and no file; the nearest lesson is no-address'),
    (["/"], '"/" cannot be read: Is a directory'),
    (["--show", "dualstack"], '"dualstack" is no lesson; the nearest is dual-stack'),
    (["--nonsense"], 'unknown option "--nonsense"; the nearest is --'),
    (["--show"], "option --show needs LESSON"),
])
def test_wrong_words_are_told(ports, words, told):
    done = ports("lab", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ports lab: {told}") and done.stderr.count("\n") == 1


def test_help_names_every_option(ports):
    text = ports("lab", "--help", check=0).stdout
    for option in ("--list", "--all", "--show=LESSON", "--as=LANGUAGE", "--step", "--host", "--any-address", "--no-predict", "--tap", "--json"):
        assert option in text


def test_agent_is_not_for_people(ports):
    assert ports("--agent").returncode == 127
    assert ports("--agent", "a", "0", "1").returncode == 127


FORBID = """
echo 0 >/proc/sys/user/max_user_namespaces &&
exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$PORTS" lab two-addresses
"""


def test_where_no_namespace_is_to_be_had_host_is_the_way_out():
    done = subprocess.run(["unshare", "-Ur", "sh", "-c", FORBID], capture_output=True, text=True, timeout=30, check=False)
    if "ports lab: " not in done.stderr:
        pytest.skip(f"namespaces cannot be forbidden here: {done.stderr.strip()}")
    assert (done.returncode, done.stdout) == (3, "")
    assert "--host" in done.stderr and done.stderr.count("\n") == 1
