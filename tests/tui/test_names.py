"""Names in the live table, and name services that keep one waiting."""

import os

import pytest

from sandbox import as_prefix, with_etc
from servers import NAME_SERVER

HOSTS = "127.0.0.1 localhost\n127.0.0.3 from-the-file\n"

# Seconds in which keys are answered, however busy the machine; who waited for a name server would take longer.
AT_ONCE = 4


@pytest.fixture
def etc(tmp_path):
    folder = tmp_path / "etc"
    folder.mkdir()
    return folder


@pytest.fixture
def prefix(netns, etc, ports):
    if "no c-ares" in ports("-r", "-1").stderr:
        pytest.skip("built without c-ares")
    return as_prefix(with_etc(etc, resolv_conf="nameserver 127.0.0.1\n", hosts=HOSTS, nsswitch_conf="hosts: files dns\n"))


def test_r_shows_names_and_r_takes_them_away(live, socks, children, prefix, tmp_path):
    children.spawn(NAME_SERVER, "good", str(tmp_path / "asked"))
    for address in ("127.0.0.1", "127.0.0.3", "127.0.0.4", "127.0.0.9"):
        socks.listener(address, 80)
    terminal = live("-p", "80", "--columns", "local,foreign", prefix=prefix)
    terminal.until_row("127.0.0.4:80")
    terminal.key("r")
    terminal.until_title("ports  -p 80 -r ")
    for local in ("localhost:http", "from-the-file:http", "four.example:http", "127.0.0.9:http"):
        terminal.until_row(f"{local} ")
    assert terminal.rows()[2].startswith("four.example:http")    # sorted as before: by address
    terminal.key("Enter")
    terminal.until("Socket     tcp 127.0.0.1:80, LISTEN")
    terminal.key("Escape", "r")
    terminal.until_row("127.0.0.4:80")
    assert "-r" not in terminal.title() and "http" not in terminal.text()


def test_names_come_while_the_table_is_paused_or_filtered(live, socks, children, prefix, tmp_path):
    children.spawn(NAME_SERVER, "late", str(tmp_path / "asked"))
    for address in ("127.0.0.4", "127.0.0.5"):
        socks.listener(address, 80)
    terminal = live("-r", "-c", "0.2", "-p", "80", "--columns", "local,foreign", prefix=prefix)
    terminal.until_row("127.0.0.4:http")     # the number stands there until the name has come
    terminal.key("p")
    terminal.until_row("four.example:http")
    terminal.key("p", "\\")
    terminal.tmux("send-keys", "-l", "five.example")
    terminal.until(lambda _: [row.split()[0] for row in terminal.rows()] == ["five.example:http"])


def test_a_dead_name_server_costs_nothing_but_numbers(live, socks, children, eventually, prefix, tmp_path):
    asked = tmp_path / "asked"
    children.spawn(NAME_SERVER, "dead", str(asked))
    for last in range(10, 30):
        socks.listener(f"127.0.0.{last}", 80)
    terminal = live("-r", "-c", "0.2", "-p", "80", prefix=prefix)
    eventually(lambda: len(asked.read_text().splitlines()) >= 10)
    for last in range(11, 18):
        terminal.key("j")
        eventually(lambda: f"127.0.0.{last}:http" in (terminal.selected() or ""), timeout=AT_ONCE)
    terminal.key("?")
    eventually(lambda: "this help" in terminal.text(), timeout=AT_ONCE)
    terminal.key("Escape", "q")
    eventually(lambda: terminal.pid() is None, timeout=AT_ONCE)


def test_users_have_the_names_of_the_user_database(live, socks, netns, etc):
    socks.listener(port=8080)
    users = with_etc(etc, passwd="somebody:x:0:0::/:/bin/sh\n", nsswitch_conf="passwd: files\n")
    terminal = live("--columns", "local,user", prefix=as_prefix(users))
    terminal.until_row("127.0.0.1:8080 somebody")


# The row as it is while nobody has said who the user is.
NUMBER = "127.0.0.1:8080 0"


@pytest.fixture
def slow_users(etc):
    """A prefix with a user database whose opening has no end: a pipe that nobody writes to."""
    os.mkfifo(etc / "passwd")
    return as_prefix(with_etc(etc, nsswitch_conf="passwd: files\n"))


def test_a_slow_user_database_is_not_waited_for(live, socks, eventually, slow_users):
    socks.listener(port=8080)
    terminal = live("--no-owners", "-c", "0.2", "--columns", "local,user", prefix=slow_users)
    terminal.until_row(NUMBER)
    terminal.key("?")
    eventually(lambda: "this help" in terminal.text(), timeout=AT_ONCE)
    terminal.key("Escape")
    terminal.until_row(NUMBER)


def test_the_end_does_not_wait_for_a_slow_user_database(live, socks, eventually, slow_users):
    socks.listener(port=8080)
    terminal = live("--columns", "local,user", prefix=slow_users)
    terminal.until_row(NUMBER)
    terminal.key("q")
    eventually(lambda: terminal.pid() is None, timeout=AT_ONCE)
    terminal.prompt()
    assert terminal.state() == terminal.before
