"""The playground in a real terminal: by keys alone, and nothing is left of it."""

import os
import signal
import subprocess

import pytest

PORT = 9999


def left():
    """What ss shows of this network, but for TIME_WAIT."""
    told = subprocess.run(["ss", "-Htuan"], capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if "TIME-WAIT" not in line]


def agents(pid):
    told = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [line for line in told.splitlines() if "--agent" in line]


def make_server(terminal):
    """0.0.0.0:9999 with both options, by the form."""
    terminal.key("F7")
    terminal.until("Playground on this host")
    terminal.tmux("send-keys", "-l", "0.0.0.0")
    terminal.key("Tab", "Tab", "Space", "Tab", "Space")
    terminal.until("bind will work")
    terminal.key("F5")
    terminal.until("Others can reach this address")
    terminal.key("y")
    terminal.until_row("LISTEN")


def test_the_experiment_by_keys_alone(live, eventually):
    terminal = live("-c", "0.5", width=120, height=40)
    make_server(terminal)
    terminal.key("C")
    terminal.until_row("ESTABLISHED")
    terminal.key("a")
    terminal.until("accept(s1, NULL, NULL) = s2")
    terminal.key("Down", "X")
    terminal.until_row("TIME_WAIT")
    terminal.key("e")
    terminal.until("a (ended)")
    terminal.key("n", "Tab", "Tab", "Space", "Tab", "Space")
    terminal.until("bind will fail: EADDRINUSE")
    terminal.key("Enter")
    terminal.until("EADDRINUSE    EADDRINUSE    c: bind(s1")
    terminal.key("n", "Tab", "Tab", "Space")
    terminal.until("bind will work")
    terminal.key("F5")
    terminal.until("ok            ok            d: listen(s1, 128) = 0")
    assert left()
    terminal.key("q")
    terminal.until("end its actors? y/n")
    terminal.key("y")
    terminal.until_gone("Playground on this host")
    eventually(lambda: not left())
    assert not agents(terminal.pid())


def test_the_end_of_the_program_is_asked_for_and_ends_all(live, eventually):
    terminal = live("-c", "0.5")
    make_server(terminal)
    terminal.key("F10")
    terminal.until("end its actors? y/n")
    terminal.key("n")
    terminal.until_gone("y/n")
    terminal.key("F10")
    terminal.until("end its actors? y/n")
    terminal.key("y")
    terminal.prompt()
    eventually(lambda: not left())


def test_nothing_survives_a_kill(live, eventually):
    terminal = live("-c", "0.5")
    make_server(terminal)
    assert len(agents(terminal.pid())) == 1
    os.kill(terminal.pid(), signal.SIGKILL)
    eventually(lambda: not left())


def test_an_actor_that_is_killed_is_shown_as_ended(live, eventually):
    terminal = live("-c", "0.5")
    make_server(terminal)
    os.kill(int(agents(terminal.pid())[0].split()[0]), signal.SIGKILL)
    terminal.until("a (ended)")
    terminal.key("n", "F5")
    terminal.until("b: listen(s1, 128) = 0")


def test_an_actor_that_hangs_stops_nothing_else(live, eventually):
    terminal = live("-c", "0.5")
    make_server(terminal)
    pid = int(agents(terminal.pid())[0].split()[0])
    os.kill(pid, signal.SIGSTOP)
    terminal.key("a")
    terminal.until("...           a: accept(s1")
    terminal.key("C")
    terminal.until("b: connect(s1")
    terminal.key("Escape")
    terminal.until("F1Help")
    eventually(lambda: "a (ended)" in terminal.text(), timeout=20)


def test_beside_a_row_its_address_is_filled_in(live, socks, eventually):
    socks.listener("127.0.0.3", PORT)
    terminal = live("-c", "0.5")
    terminal.until_row("LISTEN")
    terminal.key("b")
    terminal.until("Address 127.0.0.3  Port 9999")
    eventually(lambda: f"{os.getpid()}/" in terminal.text() and "bind will fail: EADDRINUSE" in terminal.text(), timeout=40)


def test_a_private_network_has_a_table_of_its_own(live, socks, eventually):
    socks.listener("127.0.0.1", PORT)
    terminal = live("-c", "0.5", "--playground")
    terminal.until_row("LISTEN")
    terminal.key("Escape", "N")
    if "not to be had" in terminal.text():
        pytest.skip("no private network is to be had")
    terminal.until("Playground in a private network")
    terminal.until("0 sockets")
    terminal.key("F5")
    terminal.until("listen(s1, 128) = 0")
    terminal.until_row("LISTEN")
    assert len(left()) == 1  # ours, and not the one in there
    terminal.key("F10", "y")
    terminal.prompt()


def test_a_file_is_opened_again_as_it_was_saved(live, eventually):
    terminal = live("-c", "0.5", width=120)
    make_server(terminal)
    terminal.key("w")
    line = eventually(lambda: next((line for line in terminal.lines() if "steps written to" in line), None))
    name = line.split()[-1]
    terminal.key("F10", "y")
    terminal.prompt()
    eventually(lambda: not left())
    terminal.begin("-c", "0.5", "--playground", name)
    terminal.until("Others can reach this address")
    terminal.key("y")
    terminal.until_row("LISTEN")
    terminal.until("a: listen(s1, 128) = 0")


def test_readonly_has_none(live):
    terminal = live("--readonly", "-c", "0.5")
    terminal.key("F7")
    terminal.until('"playground" is not to be had with --readonly')
    terminal.key("Tab", "Tab", "Tab")
    assert "Playground" not in terminal.text()
