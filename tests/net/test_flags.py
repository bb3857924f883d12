"""The reuse flags of sockets, this process's and other programs': those that getsockopt() says there, or unknown."""

import errno
import itertools
import json
import os
import socket
import subprocess

import pytest

from rows import lines_of, sockets_of
from sandbox import skip_if_allowed, without_pidfd_getfd
from servers import START
from socks import Maker

NOBODY = 65534

A = (socket.SOL_SOCKET, socket.SO_REUSEADDR)
P = (socket.SOL_SOCKET, socket.SO_REUSEPORT)
V6ONLY = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
FREEBIND = (socket.IPPROTO_IP, 15)
TRANSPARENT = (socket.IPPROTO_IP, socket.IP_TRANSPARENT)
NO_PORT = (socket.IPPROTO_IP, 24)
MEMBERS = {"reuseaddr": A, "reuseport": P, "v6only": V6ONLY, "freebind": FREEBIND, "transparent": TRANSPARENT,
           "bind_address_no_port": NO_PORT}
LETTERS = dict(zip(MEMBERS, "AP6FTN"))

# Makes sockets of every combination of flags, and says which is where.
HOLDER = START + """
socks = []
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    for host, family in (("127.0.0.1", socket.AF_INET), ("::", socket.AF_INET6)):  # ::1 would set IPV6_V6ONLY by itself
        for flags in range(8 if family == socket.AF_INET6 else 4):
            sock = socket.socket(family, kind)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, flags & 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, flags >> 1 & 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, flags >> 2 & 1)
            sock.bind((host, 0))
            if kind == socket.SOCK_STREAM and flags & 1:
                sock.listen()
            socks.append((sock, flags))
print("ready", *(f"{sock.type.name}{sock.family.name}{sock.getsockname()[1]}:{flags}" for sock, flags in socks), flush=True)
signal.pause()
"""


def letters(options, family):
    """What the column is to say of what JSON says."""
    text = "".join(letter for member, letter in LETTERS.items() if options[member])
    deciding = ["reuseaddr", "reuseport"] + (["v6only"] if family == "inet6" else [])
    return text + "?" * any(options[member] is None for member in deciding) or "-"


def flags_of(ports, *args, **more):
    """The column, by port."""
    lines = ports("-H", "--columns=local,flags", *args, **more).stdout.splitlines()
    return {int(local.rpartition(":")[2]): flags for local, flags in map(str.split, lines)}


def options_of(ports, *args, **more):
    """The member of JSON, by port."""
    return {sock["local"]["port"]: sock["options"] for sock in sockets_of(ports, *args, owners=True, **more)}


def key(sock):
    kind = {"tcp": "SOCK_STREAM", "udp": "SOCK_DGRAM"}[sock["proto"]]
    return f"{kind}AF_{sock['family'].upper()}{sock['local']['port']}"


@pytest.mark.parametrize("user", [None, NOBODY], ids=["own", "nobody"])
def test_every_combination_in_another_process(netns, children, ports, user):
    expected = dict(word.split(":") for word in children.spawn(HOLDER, user=user).ready.split())
    assert len(expected) == 24

    sockets = sockets_of(ports, owners=True)
    assert {key(sock) for sock in sockets} == set(expected)
    for sock in sockets:
        flags, options = int(expected[key(sock)]), sock["options"]
        assert (options["reuseaddr"], options["reuseport"]) == (bool(flags & 1), bool(flags & 2)), sock
        assert options["v6only"] == (bool(flags & 4) if sock["family"] == "inet6" else None), sock
    lines = [line.split() for line in ports("-H", "--columns=proto,local,flags").stdout.splitlines()]
    assert [flags for _, _, flags in lines] == [letters(sock["options"], sock["family"]) for sock in sockets]


@pytest.mark.parametrize("flags", itertools.chain(([flag] for flag in MEMBERS), [list(MEMBERS)]), ids="+".join)
def test_each_flag_is_told_as_it_is(socks, ports, flags):
    sock = socks.new("::")
    for flag in flags:
        try:
            sock.setsockopt(*MEMBERS[flag], 1)
        except PermissionError:
            pytest.skip(f"{flag} takes rights that there are not")
    if "v6only" not in flags:
        sock.setsockopt(*V6ONLY, 0)
    sock.bind(("::", 9001))

    options, = options_of(ports).values()
    assert options == {member: member in flags for member in MEMBERS}
    assert flags_of(ports) == {9001: "".join(LETTERS[flag] for flag in MEMBERS if flag in flags)}


@pytest.mark.parametrize("flag", [A, P], ids=["reuseaddr", "reuseport"])
def test_flag_that_is_changed_after_bind(socks, ports, flag):
    sock = socks.listener(port=9001)
    member = next(member for member, option in MEMBERS.items() if option == flag)
    for value in (True, False, True):
        sock.setsockopt(*flag, value)
        assert options_of(ports)[9001][member] is value


def test_connection_has_the_flags_of_its_listener(socks, ports):
    listener = socks.listener("::1", 9001, options=[(*A, 1), (*P, 1), (*V6ONLY, 1)])
    client, server = socks.pair(listener)

    found = {sock["remote"]["port"]: sock["options"] for sock in sockets_of(ports, owners=True)
             if sock["state"] == "ESTABLISHED"}
    child, other = found[client.getsockname()[1]], found[server.getsockname()[1]]
    assert (child["reuseaddr"], child["reuseport"], child["v6only"]) == (True, True, True)
    assert (other["reuseaddr"], other["reuseport"]) == (False, False)


def test_what_nobody_holds_is_unknown(socks, ports, eventually):
    """A connection that was not accepted, and what is left of another one that this program never saw alive."""
    listener = socks.listener(port=9001, options=[(*A, 1)])
    socks.client(listener)
    Maker(socks, "127.0.0.1").time_wait()

    def unheld():
        return {sock["state"]: sock for sock in sockets_of(ports, owners=True) if sock["inode"] == 0}

    found = eventually(lambda: len(unheld()) == 2 and unheld())
    for sock in (found["ESTABLISHED"], found["TIME_WAIT"]):
        assert (sock["options"]["reuseaddr"], sock["options"]["reuseport"]) == (None, None)
    lines = [line.split() for line in ports("-H", "--columns=state,local,foreign,flags").stdout.splitlines()]
    assert {flags for state, _, _, flags in lines if state == "TIME_WAIT"} == {"?"}
    assert ports("--json").stderr == ""  # nobody could have been asked: that is no gap


LISTENER_A = START + """
sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("127.0.0.1", {port}))
sock.listen()
{more}
ready()
"""


def test_unprivileged_user_sees_the_own_flags(netns, children, ports):
    children.spawn(LISTENER_A.format(port=9001, more=""), user=NOBODY)
    children.spawn(LISTENER_A.format(port=9002, more=""))

    assert flags_of(ports, user=NOBODY) == {9001: "A", 9002: "?"}
    options = options_of(ports, user=NOBODY)
    assert (options[9001]["reuseaddr"], options[9002]["reuseaddr"]) == (True, None)
    assert flags_of(ports) == {9001: "A", 9002: "A"}


def test_process_that_forbids_to_be_traced_is_unknown_to_its_user(netns, children, ports):
    silent = "libc.prctl(4, 0)"  # PR_SET_DUMPABLE
    children.spawn(LISTENER_A.format(port=9001, more=silent), user=NOBODY)

    assert flags_of(ports, user=NOBODY) == {9001: "?"}
    assert flags_of(ports) == {9001: "A"}




@pytest.mark.parametrize("error, said", [
    (errno.EPERM, "processes may not be asked"), (errno.ENOSYS, "Linux 5.6"), (errno.ENFILE, os.strerror(errno.ENFILE)),
], ids=["not-allowed", "old-kernel", "no-room"])
def test_owners_that_cannot_be_asked_are_counted_and_said(netns, children, error, said):
    children.spawn(LISTENER_A.format(port=9001, more=""))
    children.spawn(LISTENER_A.format(port=9002, more=""))

    for options, silent in (["--json"], False), (["--columns=local,flags,owners"], False), ([], True):
        done = subprocess.run(without_pidfd_getfd(error, os.environ["PORTS"], *options),
                              capture_output=True, text=True, timeout=60, check=False)
        skip_if_allowed(done.stderr)
        assert done.returncode == 0
        if silent:
            assert done.stderr == ""  # no flags were wanted
            continue
        assert done.stderr.startswith("ports: the flags of 2 sockets are not known: ") and said in done.stderr
        if options == ["--json"]:
            document = json.loads(done.stdout)
            assert document["hidden"] == {"owners": 0, "flags": 2}
            assert all(sock["options"]["reuseaddr"] is None and sock["owners"] for sock in document["sockets"])
        else:
            assert [line.split()[1] for line in done.stdout.splitlines()[1:]] == ["?", "?"]


def test_without_owners_nobody_is_asked(socks, ports):
    socks.listener(port=9001, options=[(*A, 1)])

    assert flags_of(ports, "--no-owners") == {9001: "?"}
    assert sockets_of(ports)[0]["options"]["reuseaddr"] is None
    assert ports("--json", "--no-owners").stderr == ""


def test_list_has_the_column_only_when_it_is_asked_for(socks, ports):
    socks.listener(port=9001, options=[(*A, 1), (*P, 1)])

    lines_of(ports().stdout)  # its header is that of always
    header, line = ports("-e").stdout.splitlines()
    assert line.split()[header.split().index("Flags")] == "AP"


# One descriptor stands for one socket and then for another one, over and over; a child keeps both alive.
FLIPPING = START + """
plain, reusing = socket.socket(), socket.socket()
reusing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
plain.bind(("127.0.0.1", 9001))
reusing.bind(("127.0.0.1", 9002))
numbers = plain.fileno(), reusing.fileno()
print("ready", flush=True)
first, second = os.dup(numbers[0]), os.dup(numbers[1])
while True:
    os.dup2(second, numbers[0])
    os.dup2(first, numbers[1])
    os.dup2(first, numbers[0])
    os.dup2(second, numbers[1])
"""


def test_descriptor_that_becomes_another_socket_meanwhile_tells_nothing_wrong(netns, children, ports):
    children.spawn(FLIPPING)
    for _ in range(100):
        options = options_of(ports)
        assert options[9001]["reuseaddr"] in (False, None) and options[9002]["reuseaddr"] in (True, None)
    assert {port: option["reuseaddr"] for port, option in options_of(ports).items()}.keys() == {9001, 9002}


# Children that live for a moment, each with the socket of its parent.
MAYFLIES = START + """
sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("127.0.0.1", 9001))
print("ready", flush=True)
while True:
    if os.fork() == 0:
        os._exit(0)
    os.wait()
"""


def test_processes_that_end_meanwhile_are_no_error(netns, children, ports):
    children.spawn(MAYFLIES)
    for _ in range(50):
        done = ports("--json")
        document = json.loads(done.stdout)
        assert done.returncode == 0 and done.stderr == "" and document["hidden"] == {"owners": 0, "flags": 0}
        assert document["sockets"][0]["options"]["reuseaddr"] is True


# Processes with so many sockets that ports looks into itself while it asks some of them; they end with the parent.
CROWD = START + """
there, tell_there = os.pipe()
done, tell_done = os.pipe()
for _ in range(20):
    if os.fork() == 0:
        os.close(tell_done)
        socks = [socket.socket() for _ in range(200)]
        for sock in socks:
            sock.bind(("127.0.0.1", 0))
        os.write(tell_there, b".")
        os.read(done, 1)
        os._exit(0)
for _ in range(20):
    os.read(there, 1)
ready()
"""


def test_who_asks_is_no_owner(netns, children, ports):
    children.spawn(CROWD)
    for _ in range(10):
        socks = sockets_of(ports, "-t", owners=True)
        assert len(socks) == 4000
        assert {owner["comm"] for sock in socks for owner in sock["owners"]} & {"ports"} == set()


def test_no_duplicate_outlives_the_look(socks, ports):
    """The port is free as soon as its last holder has closed it."""
    for _ in range(20):
        listener = socks.listener(port=9001)
        ports("--json")
        listener.close()
        with socket.socket() as again:
            again.bind(("127.0.0.1", 9001))
