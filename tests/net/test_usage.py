"""What was typed wrongly, and outputs that do not work: one line that names it, and a status."""

import os
import re
import subprocess

import pytest

from rows import HEADER

BAD = [
    (["--nonsense"], "--nonsense"), (["-y"], "-y"), (["-tzu"], "-z"), (["--once=3"], "--once"), (["--port"], "--port"),
    (["70000"], "70000"), ([":70000"], "70000"), (["-p", "70000"], "70000"), (["-p70000"], "70000"), (["0"], "0"),
    (["80-70"], "80-70"), (["-p", "80-70"], "80-70"), (["1-70000"], "1-70000"), (["80-x"], "80-x"), (["1-2-3"], "1-2-3"),
    (["99999999999999999999"], "99999999999999999999"), (["-p", "80,x y"], "x y"), (["-p", "80,,81"], "80,,81"),
    ([""], '""'), (["-p", ""], '""'), (["--port="], '""'), ([":"], '":"'),
    ([":no-such-service"], "no-such-service"), (["-p", ":no-such-service"], "no-such-service"), (["state", "foo"], "column 7"),
    (["(", "80"], "column 5"), (["x", "or"], "column 5"), (["--filter", "sport ="], "column 8"), (["recq", ">", "0"], "recvq"),
    (["-c", "soon"], "soon"), (["-c", "0"], "0"), (["-c", "-1"], "-1"), (["-c", "nan"], "nan"), (["-c", ""], '""'),
    (["-c"], "--interval"), (["--interval"], "--interval"), (["-"], '"-"'), (["-pzz"], "-pzz"), (["80", "70000"], "70000"),
    ([":\x1b[31m\n"], r"\x1b[31m"), (["--\x1b[31m\n"], r"\x1b[31m\x0a"), (["-\n"], r"\x0a"), (["-ppp\n"], r"\x0a"),
    (["--save-view"], "--save-view"), (["--theme", "drak"], "dark"), (["--bind", "F5"], "F5"), (["--sort", "sate"], "state"),
    (["-\u202e"], None), (["80,\u202e"], "\\u202e"),
]


@pytest.mark.parametrize("args, word", BAD, ids=ascii)
def test_bad_word_is_named_in_one_line(ports, args, word):
    done = ports(*args)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("\n")
    line, = done.stderr[:-1].split("\n")
    assert line.startswith("ports: ") and (word is None or word in line)
    assert not re.search("[\0-\x1f\x7f-\x9f\u202e\ufffd]", line)


def test_list_is_sorted_by_a_column(ports, socks):
    for port in (9002, 9001, 9003):
        socks.listener(port=port)
    found = {}
    for option in ("--sort=local", "--sort=-local"):
        lines = ports("-1", "-H", "--columns=local", option).stdout.split()
        found[option] = [int(line.rpartition(":")[2]) for line in lines]
    assert found["--sort=local"] == [9001, 9002, 9003] and found["--sort=-local"] == [9003, 9002, 9001]


def test_interval_of_the_configuration_repeats_no_list(socks, tmp_path):
    socks.listener()
    (tmp_path / "ports").mkdir()
    (tmp_path / "ports" / "config").write_text("interval=0.1\n", encoding="utf-8")
    done = run(f'XDG_CONFIG_HOME={tmp_path} "$PORTS" -H')
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 1


def run(command):
    """A shell command in which $PORTS is the program."""
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("options", ["", "--json", "--ndjson", "--help", "--version", "-c 0.1"])
def test_full_disk_is_an_error(socks, options):
    socks.listener()

    done = run(f'"$PORTS" {options} > /dev/full')
    assert done.returncode == 4
    assert done.stderr == "ports: cannot write: No space left on device\n"


@pytest.mark.parametrize("options", ["", "--json", "--help", "--version"])
def test_closed_output_is_an_error(socks, options):
    """The first descriptor that the program opens is number 1, and must not be taken for the output."""
    socks.listener()

    done = run(f'"$PORTS" {options} >&-')
    assert done.returncode == 4 and done.stderr.startswith("ports: cannot write: ")


@pytest.mark.parametrize("options", [[], ["--json"], ["--ndjson"]], ids=["list", "json", "ndjson"])
def test_reader_that_leaves_ends_it_quietly(many_descriptors, socks, options):
    for _ in range(1500):
        socks.udp()

    argv = [os.environ["PORTS"], "--no-owners", *options]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout.readline()
        started.stdout.close()
        assert (started.wait(timeout=30), started.stderr.read()) == (0, b"")


def test_help_names_every_option_of_the_design(ports):
    done = ports("--help")
    assert done.returncode == 0 and done.stderr == ""
    for option in ("-p", "-t", "-u", "-l", "-a", "-n", "-4", "-6", "-e", "-1", "-c", "-H", "-C", "--json", "--ndjson"):
        assert re.search(rf"^ +(-., )?{option}\b", done.stdout, re.MULTILINE), option
    assert all(len(line) <= 132 for line in done.stdout.splitlines())


def test_version_is_told(ports):
    assert re.fullmatch(r"ports \d+\.\d+\S*\n", ports("--version").stdout)


def test_standard_input_is_not_needed(socks):
    socks.listener()
    done = run('"$PORTS" --no-owners <&-')
    assert done.returncode == 0 and done.stdout.split()[:len(HEADER)] == HEADER
