"""However it ends, the shell gets its terminal back as it was."""

import errno
import os
import pty
import shlex
import signal

import pytest

from sandbox import skip_if_allowed, without_netlink

PORT = 9999


@pytest.fixture
def terminal(live, socks):
    socks.listener(port=PORT)
    started = live("-c", "0.2")
    started.until_row("LISTEN")
    assert (started.ask("alternate_on"), started.ask("cursor_flag")) == ("1", "0")
    return started


def status(terminal):
    """Of the last command."""
    terminal.run("echo status=$?.")
    line = terminal.until(lambda lines: next((line for line in lines if line.startswith("status=")), None))
    return int(line[len("status="):-1])


@pytest.mark.parametrize("key", ["q", "F10", "C-c"])
def test_quitting(terminal, key):
    terminal.key(key)
    terminal.eventually(lambda: terminal.pid() is None)
    assert status(terminal) == 0
    assert terminal.state() == terminal.before


@pytest.mark.parametrize("key", ["F10", "C-c"])
def test_quitting_from_the_help(terminal, key):
    terminal.key("?")
    terminal.until("this help")
    terminal.key(key)
    terminal.eventually(lambda: terminal.pid() is None)
    assert terminal.state() == terminal.before


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGSEGV", "SIGABRT", "SIGQUIT", "SIGBUS"])
def test_signals(terminal, number):
    number = getattr(signal, number)
    os.kill(terminal.pid(), number)
    terminal.eventually(lambda: terminal.pid() is None)
    assert status(terminal) == 128 + number
    assert terminal.state() == terminal.before


def test_sigint_from_elsewhere(terminal):
    os.kill(terminal.pid(), signal.SIGINT)
    terminal.eventually(lambda: terminal.pid() is None)
    assert terminal.state() == terminal.before


def suspend(terminal):
    terminal.key("C-z")
    terminal.eventually(lambda: terminal.ask("alternate_on") == "0")
    terminal.prompt()


def go_on(terminal):
    terminal.run("clear; fg")
    terminal.until_row("LISTEN")


def test_suspending_gives_the_shell_back(terminal):
    suspend(terminal)
    assert terminal.state() == terminal.before

    go_on(terminal)
    terminal.until_title("every 0.2 s")
    assert (terminal.ask("alternate_on"), terminal.ask("cursor_flag")) == ("1", "0")
    terminal.key("?")
    terminal.until("this help")
    terminal.key("Escape", "q")
    terminal.eventually(lambda: terminal.pid() is None)
    assert terminal.state() == terminal.before


def test_suspending_works_while_the_screen_is_drawn(terminal):
    """The key comes with the first characters of the redrawn screen; ncurses must not swallow the signal then."""
    for _ in range(10):
        suspend(terminal)
        go_on(terminal)


def test_ending_while_suspended(terminal):
    suspend(terminal)
    os.kill(terminal.pid(), signal.SIGTERM)
    terminal.run("fg")
    terminal.eventually(lambda: terminal.pid() is None)
    assert terminal.state() == terminal.before


def test_size_that_changed_while_suspended_is_followed(terminal):
    suspend(terminal)
    terminal.resize(100, 30)
    terminal.run("fg")
    terminal.until(lambda lines: len(lines[0]) == 100 and "Quit" in lines[-1])


def test_stop_and_go_on_from_elsewhere(terminal, socks):
    pid = terminal.pid()
    os.kill(pid, signal.SIGSTOP)
    terminal.prompt()
    go_on(terminal)
    socks.listener(port=PORT - 1)
    terminal.until_row(f":{PORT - 1}")


@pytest.fixture
def alone():
    """The program without a shell, as ssh -t starts it; tmux would not do, it wakes what has stopped."""
    pid, tty = pty.fork()
    if pid == 0:
        os.execve(os.environ["PORTS"], ["ports", "-c", "0.2"], {**os.environ, "TERM": "xterm"})
    os.set_blocking(tty, False)
    yield pid, tty
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(tty)


def test_suspending_without_a_shell_changes_nothing(socks, alone, eventually):
    """Nobody could continue it, so nothing may stop it: the kernel drops the SIGTSTP of such processes, POSIX orphans."""
    socks.listener(port=PORT)
    _, tty = alone
    shown = bytearray()

    def shows(text):
        try:
            shown.extend(os.read(tty, 65536))
        except BlockingIOError:
            pass
        return text in shown

    eventually(lambda: shows(b"LISTEN"))
    os.write(tty, b"\x1a")
    os.write(tty, b"?")
    eventually(lambda: shows(b"this help"))


def is_over(pid):
    """A zombie is, too: in a container nobody may collect it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_terminal_that_goes_away_ends_it(terminal, eventually):
    pid = terminal.pid()
    terminal.tmux("respawn-pane", "-k", "exec sh -i")
    eventually(lambda: is_over(pid))


def test_what_cannot_start_leaves_the_terminal_alone(shell, netns):
    terminal = shell()
    before = terminal.state()
    terminal.run("clear; " + shlex.join(without_netlink(errno.EPERM, os.environ["PORTS"])))
    lines = terminal.until(lambda lines: lines if any("not permitted" in line for line in lines) else None)
    skip_if_allowed(lines[0])
    terminal.prompt()
    assert terminal.state() == before


def test_a_terminal_without_a_second_screen_gives_the_shell_an_empty_line(live, socks):
    socks.listener(port=PORT)
    terminal = live(prefix="TERM=vt100")
    terminal.until_row("LISTEN")
    terminal.key("q")
    terminal.prompt()
    assert not any("F9Kill" in line for line in terminal.lines())
