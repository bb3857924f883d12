"""The playground in a real terminal: by keys alone, and nothing is left of it."""

import os
import shutil
import signal
import subprocess
import sys

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
    terminal.until("bind and listen will work")
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
    terminal.until("bind will fail: EADDRINUSE. a.s2 is closed and in TIME_WAIT")
    terminal.key("Enter")
    terminal.until("EADDRINUSE    EADDRINUSE    c: bind(s1")
    terminal.key("n", "Tab", "Tab", "Space")
    terminal.until("bind and listen will work")
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
    terminal.until("a (died)")
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
    eventually(lambda: "a (did not answer)" in terminal.text(), timeout=20)


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


def save_as(terminal, path):
    terminal.tmux("send-keys", "-l", str(path))
    terminal.key("Enter")


def test_a_file_is_opened_again_as_it_was_saved(live, eventually, tmp_path):
    terminal = live("-c", "0.5", width=120)
    make_server(terminal)
    terminal.key("w")
    terminal.until("Save as (.lab, .c, .py): ports-play-")
    terminal.key("C-u")
    save_as(terminal, tmp_path / "mine.txt")
    terminal.until("The name is to end in .lab, .c or .py")
    terminal.key("C-u")
    save_as(terminal, tmp_path / "mine.lab")
    terminal.until("5 steps written to ")
    terminal.key("w", "C-u")
    save_as(terminal, tmp_path / "mine.lab")
    terminal.until("There is such a file already")
    terminal.key("Escape", "F10", "y")
    terminal.prompt()
    eventually(lambda: not left())
    terminal.begin("-c", "0.5", "--playground", str(tmp_path / "mine.lab"))
    terminal.until("Others can reach this address")
    terminal.key("y")
    terminal.until_row("LISTEN")
    terminal.until("a: listen(s1, 128) = 0")


def test_programs_that_are_saved_do_the_same(live, tmp_path):
    terminal = live("-c", "0.5", width=120)
    make_server(terminal)
    for name in ("mine.c", "mine.py"):
        terminal.key("w", "C-u")
        save_as(terminal, tmp_path / name)
        terminal.until("5 steps written to ")
    terminal.key("F10", "y")
    terminal.prompt()
    compiler = shutil.which("cc")
    if compiler is not None:
        subprocess.run([compiler, "-o", str(tmp_path / "mine"), str(tmp_path / "mine.c")], check=True)
        assert subprocess.run([str(tmp_path / "mine"), "--host"], check=False, capture_output=True).returncode == 0
    assert subprocess.run([sys.executable, str(tmp_path / "mine.py"), "--host"], check=False, capture_output=True).returncode == 0


def test_a_lesson_is_gone_through_from_the_start(live):
    terminal = live("-c", "0.5", "--playground", "fork-inherits", width=120)
    terminal.until("Next: parent: socket s tcp4")
    terminal.key("Space")
    terminal.until("Next: parent: bind s ")


def test_what_others_do_changes_the_verdict(live, socks):
    terminal = live("-c", "0.5", "--playground", width=120)
    terminal.until("bind and listen will work")
    listener = socks.listener("127.0.0.1", PORT)
    terminal.until("bind will fail: EADDRINUSE.")
    listener.close()
    terminal.until("bind and listen will work")


def write_crowd(path):
    """200 sockets in 50 actors: each listens, has a client, is one, and has bound another port."""
    lines = []
    for actor in range(50):
        lines += [f"p{actor}: socket s0 tcp4", f"p{actor}: bind s0 127.0.0.1:{4000 + actor}", f"p{actor}: listen s0"]
    for actor in range(50):
        other = (actor + 1) % 50
        lines += [f"p{actor}: socket s1 tcp4", f"p{actor}: connect s1 127.0.0.1:{4000 + other}", f"p{other}: accept s0 s2",
                  f"p{actor}: socket s3 tcp4", f"p{actor}: bind s3 127.0.0.1:{5000 + actor}"]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def test_two_hundred_sockets_of_fifty_actors_are_played_with(live, eventually, tmp_path):
    write_crowd(tmp_path / "crowd.lab")
    terminal = live("-c", "0.5", "--playground", str(tmp_path / "crowd.lab"), width=120, height=40)
    eventually(lambda: "50 actors, 200 sockets" in terminal.text() and "waits" not in terminal.text(), timeout=300)
    terminal.key("n", "Tab")
    for port in ("4000", "77", "5001", "8"):
        terminal.key("C-u")
        terminal.until("Port -")
        for typed in range(1, len(port) + 1):
            terminal.key(port[typed - 1])
            terminal.until(lambda lines, shown=f"Port {port[:typed]}": any(line.endswith(shown) for line in lines))
    terminal.key("C-u")
    terminal.tmux("send-keys", "-l", "4007")
    terminal.until("bind will fail: EADDRINUSE. p7.s0")
    terminal.key("Escape", "C")
    terminal.until("51 actors, 201 sockets")
    terminal.key("F10", "y")
    terminal.prompt()
    eventually(lambda: not left())


def test_readonly_has_none(live):
    terminal = live("--readonly", "-c", "0.5")
    terminal.key("F7")
    terminal.until('"playground" is not to be had with --readonly')
    terminal.key("Tab", "Tab", "Tab")
    assert "Playground" not in terminal.text()
