"""Names of users in the live table, and a user database that keeps one waiting."""

import os

import pytest

from sandbox import as_prefix, with_etc

# Seconds in which keys are answered, however busy the machine; who waited for the database would take longer.
AT_ONCE = 4


@pytest.fixture
def etc(tmp_path):
    folder = tmp_path / "etc"
    folder.mkdir()
    return folder


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
