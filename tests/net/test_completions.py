"""The completions of the shells: bash's by its own line editor, as a user would press Tab."""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

SOURCE = pathlib.Path(os.environ["PORTS_SRCDIR"])
TABLES = pathlib.Path(os.environ["PORTS_BUILDDIR"]) / "man" / "tables"
SCRIPTS = {"bash": SOURCE / "completions/bash/ports", "zsh": SOURCE / "completions/zsh/_ports",
           "fish": SOURCE / "completions/fish/ports.fish"}

INSERT_ALL, TO_START, TO_END = "\x1b*", "\x01", "\x05"     # keys of readline


class Bash:
    """An interactive bash that has the completion."""

    def __init__(self, folder):
        self.answer = folder / "answer"
        self.reader, writer = pty.openpty()
        path = f"{pathlib.Path(os.environ['PORTS']).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "TERM": "dumb", "HISTFILE": "", "INPUTRC": "/dev/null"}
        self.process = subprocess.Popen(["bash", "--norc", "--noprofile", "-i"], stdin=writer, stdout=writer, stderr=writer,
                                        env=environment, cwd=folder, start_new_session=True)
        os.close(writer)
        self.say(f". {SCRIPTS['bash']}; bind 'set completion-query-items 0'\n")

    def say(self, text):
        os.write(self.reader, text.encode())

    def complete(self, line, keys=INSERT_ALL):
        """The words of the line with all that bash would offer in place of the last one, which stays if there is nothing."""
        self.answer.unlink(missing_ok=True)
        self.say(f"{line}{keys}{TO_START}printf '%s\\n' {TO_END} >made; mv made answer\n")
        deadline = time.monotonic() + 20
        while not self.answer.exists():
            assert time.monotonic() < deadline, "bash did not answer"
            if select.select([self.reader], [], [], 0.01)[0]:
                os.read(self.reader, 65536)
        return self.answer.read_text(encoding="utf-8").splitlines()

    def close(self):
        self.process.kill()
        self.process.wait(timeout=10)
        os.close(self.reader)


@pytest.fixture
def bash(netns, tmp_path):
    """In a namespace of our own, so that its ports are those of the test."""
    started = Bash(tmp_path)
    yield started
    started.close()


def test_options_are_completed(bash):
    assert bash.complete("ports --js") == ["ports", "--json"]
    assert bash.complete("ports -l --no-o") == ["ports", "-l", "--no-owners"]
    assert bash.complete("ports --nonsense") == ["ports", "--nonsense"]


def test_every_option_of_the_help_is_offered(bash, ports):
    for command in ([], ["why"], ["lab"]):
        listed = re.findall(r"^ +(?:-., )?(--[a-z0-9-]+)", ports(*command, "--help").stdout, re.MULTILINE)
        assert len(listed) > 5
        assert sorted(bash.complete(" ".join(["ports", *command, "--"]))[1 + len(command):]) == sorted(listed)


def test_letters_are_options_too(bash):
    offered = bash.complete("ports -")
    assert {"-p", "-t", "-0", "-s", "-q", "--csv"} <= set(offered)
    assert bash.complete("ports -p -l --cs") == ["ports", "-p", "-l", "--csv"]


@pytest.mark.parametrize("line", ["ports -p 90", "ports --port 90", "ports --port=90", "ports -tp 90", "ports 90", "ports :90",
                                  "ports why 90", "ports why 127.0.0.1:90", "ports -l 90"])
def test_ports_are_those_that_are_there(bash, socks, line):
    socks.listener(port=9001)
    socks.udp(port=9002)
    socks.bound(port=8003)
    last = bash.complete(line)
    assert re.findall(r"\b(?:9001|9002|8003)\b", " ".join(last)) == ["9001", "9002"]


def test_ports_are_completed_in_a_list(bash, socks):
    socks.listener(port=9001)
    assert bash.complete("ports -p 80,90") == ["ports", "-p", "80,9001"]


def test_services_are_completed_by_name(bash):
    assert "https" in bash.complete("ports -p http")


def test_words_of_a_filter_are_completed(bash, socks):
    socks.listener(port=9001)
    assert bash.complete("ports spo") == ["ports", "sport"]
    assert bash.complete("ports -l excl") == ["ports", "-l", "exclude"]
    assert bash.complete("ports state time-") == ["ports", "state", "time-wait"]
    assert bash.complete("ports 80 exclude lis") == ["ports", "80", "exclude", "listen", "listening"]
    assert bash.complete("ports sport = :900") == ["ports", "sport", "=", ":9001"]
    assert bash.complete("ports --filter=retr") == ["ports", "--filter=retrans"]


def test_columns_are_completed_in_a_list(bash):
    assert bash.complete("ports --columns sta") == ["ports", "--columns", "state"]
    assert bash.complete("ports --columns=sta") == ["ports", "--columns=state"]
    assert bash.complete("ports --columns state,loc") == ["ports", "--columns", "state,local"]
    assert bash.complete("ports --columns +uni") == ["ports", "--columns", "+unit"]
    assert bash.complete("ports --sort -rec") == ["ports", "--sort", "-recvq"]


@pytest.mark.parametrize("line, words", [
    ("--theme ", ["auto", "both", "dark", "light", "mono"]), ("--pane d", ["detail"]), ("--group=po", ["--group=port"]),
    ("--linger ", []), ("--format he", ["help"]),
])
def test_arguments_of_few_words_are_completed(bash, line, words):
    option, _, _ = line.partition(" ")
    assert sorted(bash.complete(f"ports {line}")) == sorted(["ports", *([option] if " " in line else []), *words])


def test_members_are_completed_in_a_template(bash):
    assert bash.complete("ports --format {local.po") == ["ports", "--format", "{local.port}"]
    assert bash.complete("ports --format '{state} {owners.com", "\t") == ["ports", "--format", "{state} {owners.comm}"]


def test_files_are_completed(bash, tmp_path):
    (tmp_path / "seen it.ports").touch()
    assert bash.complete("ports --replay see") == ["ports", "--replay", "seen it.ports"]


def test_commands_and_lessons_are_completed(bash):
    assert bash.complete("ports la") == ["ports", "lab"]
    assert "why" in bash.complete("ports wh")
    assert bash.complete("ports lab time-wait-re") == ["ports", "lab", "time-wait-restart", "time-wait-reuseaddr"]
    assert bash.complete("ports lab --show ghost") == ["ports", "lab", "--show", "ghost-ipv6"]
    assert bash.complete("ports lab --as py") == ["ports", "lab", "--as", "python"]
    assert bash.complete("ports why --device l") == ["ports", "why", "--device", "lo"]


def test_namespaces_are_completed(bash):
    if os.path.isdir("/run/netns") and os.listdir("/run/netns"):
        pytest.skip("this system has names for network namespaces")
    assert bash.complete("ports -N ") == ["ports", "-N", "all", "own"]
    assert bash.complete("ports --netns=al") == ["ports", "--netns=all"]
    assert bash.complete("ports events -N red,o") == ["ports", "events", "-N", "red,own"]


def test_a_command_is_one_only_in_its_place(bash):
    assert "--csv" in bash.complete("ports -l why --cs")
    assert bash.complete("ports why --cs") == ["ports", "why", "--cs"]


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_tables_are_up_to_date(shell):
    text = SCRIPTS[shell].read_text(encoding="utf-8")
    emptied = re.sub(r"(# BEGIN \w+\n).*(# END\n)", r"\1\2", text, flags=re.DOTALL)
    made = subprocess.run([TABLES], input=emptied, capture_output=True, text=True, check=True, timeout=30).stdout
    assert emptied != text and made == text, "make manual"


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_shell_finds_no_fault(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    done = subprocess.run([shell, "-n", SCRIPTS[shell]], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
@pytest.mark.parametrize("line, offered", [("ports --js", "--json"), ("ports la", "lab"), ("ports --columns sta", "state"),
                                           ("ports --columns=local,sta", "--columns=local,state"),
                                           ("ports -p 80,90", "80,9001"), ("ports lab ghost", "ghost-ipv6"),
                                           ("ports --theme d", "dark"), ("ports why --reusep", "--reuseport"),
                                           ("ports state time", "time-wait"), ("ports events exclude lis", "listening")])
def test_fish_offers_the_same(socks, tmp_path, line, offered):
    socks.listener(port=9001)
    path = f"{pathlib.Path(os.environ['PORTS']).parent}:{os.environ['PATH']}"
    done = subprocess.run(["fish", "--no-config", "-c", f"source {SCRIPTS['fish']}; complete -C {line!r}"],
                          capture_output=True, text=True, timeout=30, check=False,
                          env={**os.environ, "PATH": path, "HOME": str(tmp_path)})
    assert offered in [words.split("\t")[0] for words in done.stdout.splitlines()] and done.stderr == ""
