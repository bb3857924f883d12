"""What the live program keeps of root's capabilities in a real terminal."""

import os
import pathlib

import pytest

# linux/capability.h
KILL, NET_BIND_SERVICE, NET_ADMIN, SYS_PTRACE, SYS_ADMIN, DAC_READ_SEARCH = (1 << bit for bit in (5, 10, 12, 19, 21, 2))
READONLY = DAC_READ_SEARCH | SYS_PTRACE | NET_BIND_SERVICE


def status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def sets(pid):
    """Those of all its threads."""
    tasks = [f"{pid}/task/{task}" for task in os.listdir(f"/proc/{pid}/task")]
    return {int(status(task)[name], 16) for task in tasks for name in ("CapPrm", "CapEff", "CapBnd")}


@pytest.fixture
def root():
    if os.geteuid() != 0 or int(status("self")["CapEff"], 16) & (SYS_ADMIN | READONLY) != SYS_ADMIN | READONLY:
        pytest.skip("this takes a root that has all capabilities")


def test_readonly_keeps_what_looking_takes(root, live, socks):
    socks.listener(port=9999)
    terminal = live("-c", "0.2", "--readonly")
    terminal.until_row("LISTEN")
    assert sets(terminal.pid()) == {READONLY}
    assert status(terminal.pid())["NoNewPrivs"] == "1"


def test_without_it_what_keys_take_is_kept_and_no_more(root, live, socks):
    socks.listener(port=9999)
    terminal = live("-c", "0.2")
    terminal.until_row("LISTEN")
    kept, = sets(terminal.pid())
    assert kept & (READONLY | KILL | NET_ADMIN) == READONLY | KILL | NET_ADMIN
    assert kept & sum(1 << bit for bit in (16, 17, 18, 20, 22, 23, 24, 25, 27, 34, 38, 39)) == 0    # modules, devices, bpf


def test_actors_of_the_playground_have_what_binding_takes(root, live, eventually):
    terminal = live("-c", "0.2", width=120, height=40)
    terminal.key("F7")
    terminal.until("Playground on this host")
    terminal.key("F5")
    terminal.until_row("LISTEN")
    children = pathlib.Path(f"/proc/{terminal.pid()}/task/{terminal.pid()}/children")
    pid, = eventually(lambda: children.read_text(encoding="ascii").split())
    assert int(status(pid)["CapPrm"], 16) == int(status(pid)["CapEff"], 16) == NET_BIND_SERVICE | 1 << 13     # and NET_RAW
    assert (int(status(pid)["CapBnd"], 16), status(pid)["NoNewPrivs"]) == (0, "1")
    terminal.key("q", "y")
    terminal.until_gone("Playground on this host")
