"""Names of hosts and services in the list and in JSON, with a name server of our own, or without one."""

import json
import os
import subprocess
import time

import pytest

from rows import lines_of
from sandbox import with_etc
from servers import NAME_SERVER

HOSTS = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.0.3 from-the-file\n127.0.0.6 ev\x1bcil\n"

# An address for each kind of answer: from the file, from the server, and none.
ADDRESSES = ("127.0.0.1", "127.0.0.3", "127.0.0.4", "127.0.0.9")


@pytest.fixture
def can_ask(netns, ports):
    if "no c-ares" in ports("-r", "-1").stderr:
        pytest.skip("built without c-ares")


@pytest.fixture
def etc(tmp_path):
    """The command prefix for a system that knows HOSTS and then asks 127.0.0.1."""
    folder = tmp_path / "etc"
    folder.mkdir()
    return with_etc(folder, resolv_conf="nameserver 127.0.0.1\n", hosts=HOSTS, nsswitch_conf="hosts: files dns\n")


@pytest.fixture
def name_server(children, tmp_path):
    """name_server(manner): starts it, and returns the file of what it was asked."""
    def start(manner):
        children.spawn(NAME_SERVER, manner, str(tmp_path / "asked"))
        return tmp_path / "asked"

    return start


@pytest.fixture
def listeners(can_ask, socks):
    for address in ADDRESSES:
        socks.listener(address, 80)
    return socks


def run(etc, *options):
    """The program in that system; its time in seconds is an attribute of what it returns."""
    start = time.monotonic()
    done = subprocess.run([*etc, os.environ["PORTS"], "--no-config", "--no-owners", *options], capture_output=True,
                          text=True, timeout=60, check=False)
    done.seconds = time.monotonic() - start
    assert done.returncode == 0, done.stderr
    return done


def locals_of(done):
    return [line.local for line in lines_of(done.stdout)]


def test_hosts_and_services_have_their_names(listeners, etc, name_server):
    asked = name_server("good")
    listeners.pair(listeners.listener("::1", 22))
    done = run(etc, "-r", "-p", "80,22")

    assert done.stderr == ""
    assert locals_of(done)[:5] == ["localhost:ssh", "localhost:http", "from-the-file:http", "four.example:http",
                                   "127.0.0.9:http"]
    # Each is asked for once; those that the file knows, and wildcards, never.
    assert sorted(asked.read_text().splitlines()) == ["4.0.0.127.in-addr.arpa", "9.0.0.127.in-addr.arpa"]


def test_numbers_are_what_is_shown_unless_names_are_asked_for(listeners, etc, name_server):
    asked = name_server("good")
    for options in ([], ["-n"], ["-r", "-n"]):
        assert locals_of(run(etc, "-p", "80", *options)) == [f"{address}:80" for address in ADDRESSES]
    assert asked.read_text() == ""


def test_ipv6_addresses_are_asked_for_and_mapped_ones_as_ipv4(listeners, etc, name_server):
    asked = name_server("good")
    listeners.bound("::ffff:127.0.0.5", 80)
    done = run(etc, "-r", "-p", "80", "-6")
    assert locals_of(done) == ["five.example:http"] and "5.0.0.127.in-addr.arpa\n" in asked.read_text()


def test_json_stays_numeric_and_has_names_beside(listeners, etc, name_server):
    name_server("good")
    sockets = json.loads(run(etc, "-r", "--json", "-p", "80").stdout)["sockets"]
    assert [(sock["local"]["addr"], sock["local"]["port"], sock["local"]["name"]) for sock in sockets] == [
        ("127.0.0.1", 80, "localhost"), ("127.0.0.3", 80, "from-the-file"), ("127.0.0.4", 80, "four.example"),
        ("127.0.0.9", 80, None)]
    assert {sock["remote"]["name"] for sock in sockets} == {None}
    assert all("name" not in sock["local"] for sock in json.loads(run(etc, "--json", "-p", "80").stdout)["sockets"])


def test_a_late_answer_is_waited_for(listeners, etc, name_server):
    name_server("late")
    done = run(etc, "-r", "-p", "80")
    assert "four.example:http" in locals_of(done) and done.stderr == ""


def test_a_dead_server_costs_no_more_than_the_deadline(listeners, etc, name_server):
    name_server("dead")
    for last in range(20, 40):
        listeners.listener(f"127.0.0.{last}", 80)
    done = run(etc, "-r", "-p", "80")

    assert done.seconds < 3 + 3
    assert done.stderr == "ports: 22 addresses stay numbers: no name server has answered within 3 s\n"
    assert "from-the-file:http" in locals_of(done) and "127.0.0.39:http" in locals_of(done)


def test_no_server_at_all_is_found_out_at_once(listeners, etc):
    done = run(etc, "-r", "-p", "80")
    assert done.seconds < 3
    assert done.stderr == "ports: 2 addresses stay numbers: no name server has answered within 3 s\n"


def test_a_repeated_list_does_not_wait_for_the_same_again(listeners, etc, name_server):
    asked = name_server("dead")
    argv = [*etc, os.environ["PORTS"], "--no-config", "--no-owners", "-r", "-p", "80", "-H", "-c", "0.1"]
    start = time.monotonic()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        lists = sum(next(process.stdout).startswith("#") for _ in range(10 * (1 + len(ADDRESSES))))
        process.kill()
    assert lists == 10
    assert time.monotonic() - start < 2 + 4 + 6     # until it is given up, and some time for the rest
    assert len(asked.read_text().splitlines()) == 2 * 2     # two addresses, and a second try for each


@pytest.mark.parametrize("manner", ["garbage", "evil", "posing"])
def test_what_a_server_says_does_no_harm(listeners, etc, name_server, manner):
    name_server(manner)
    listeners.listener("127.0.0.6", 80)
    done = run(etc, "-r", "-p", "80")

    assert "\x1b" not in done.stdout and "\x07" not in done.stdout
    assert [local.rpartition(":")[2] for local in locals_of(done)] == ["http"] * 5
    assert "127.0.0.1:http" not in locals_of(done)     # nobody poses as it
    assert "ev\\x1bcil:http" in locals_of(done)
    assert "127.0.0.4:http" in locals_of(done) or manner == "evil"


def test_a_build_without_c_ares_says_so_and_names_services(netns, ports, socks):
    socks.listener(port=80)
    done = ports("-r", "-1", "--no-owners")
    local, = [line.local for line in lines_of(done.stdout)]
    if "c-ares" not in done.stderr:
        pytest.skip("built with c-ares")
    assert done.stderr == "ports: hosts stay numbers: this build has no c-ares\n" and local == "127.0.0.1:http"
    sock, = json.loads(ports("-r", "--json", "--no-owners").stdout)["sockets"]
    assert sock["local"]["name"] is None and sock["remote"]["name"] is None
