"""Which processes hold a socket: all of them, with all their descriptors, whatever they call themselves."""

import array
import os
import re
import socket

import pytest

from rows import lines_of, sockets_of
from servers import LISTENER, NAMED, PREFORK
from socks import Maker

PORT = 9999


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return [int(child) for child in children.read().split()]


def descriptors(pid, inode):
    directory = f"/proc/{pid}/fd"
    return [int(fd) for fd in os.listdir(directory) if os.readlink(f"{directory}/{fd}") == f"socket:[{inode}]"]


def comm_of(pid):
    with open(f"/proc/{pid}/comm", "rb") as comm:
        return comm.read()[:-1]


def listener_of(ports, **more):
    sock, = sockets_of(ports, "-l", f"-p{PORT}", owners=True, **more)
    return sock


def raw(text):
    """The bytes that a JSON string stands for."""
    return text.encode("utf-8", "surrogateescape")


def test_every_process_of_a_prefork_server_is_named(netns, ports, children):
    parent = children.spawn(PREFORK.format(port=PORT)).pid
    pids = sorted([parent, *children_of(parent)])
    assert len(pids) == 5

    sock = listener_of(ports)
    found = [(owner["pid"], owner["fd"]) for owner in sock["owners"]]
    assert found == [(pid, fd) for pid in pids for fd in sorted(descriptors(pid, sock["inode"]))]
    assert len(found) == 9  # each worker holds it twice, the list names it once
    line, = lines_of(ports("-l").stdout)
    assert line.owners == ",".join(f"{pid}/{comm_of(pid).decode()}" for pid in pids)


def test_name_is_that_of_proc(netns, ports, children):
    pid = children.spawn(LISTENER.format(port=PORT)).pid

    owner, = listener_of(ports)["owners"]
    assert owner["pid"] == pid and raw(owner["comm"]) == comm_of(pid)


HOSTILE = [
    b"\x1b[31m\n\xff\xe2\x80\xaeevil",  # an escape sequence, a line break, no UTF-8, right-to-left override
    b"\x9b2J\xc2\x9b2J\x7f\x08",        # CSI in eight bits, as a character, delete, backspace
    b"a b\tc\r\"\\{[,",
    b"\xf0\x9f\x94\xa5 \xe6\xbc\xa2\xe5\xad\x97",
    b"fourteen-char\r\n",
    b"\xe2\x80\xe2\x80\xed\xa0\x80\xf5\x80\x80\x80",
]


@pytest.mark.parametrize("comm", HOSTILE, ids=ascii)
def test_hostile_name_harms_neither_list_nor_json(netns, ports, children, comm):
    pid = children.spawn(NAMED.format(port=PORT, comm=comm)).pid
    assert comm_of(pid) == comm[:15]

    text = ports("-l").stdout
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", text)
    line, = lines_of(text)
    assert line.owners.startswith(f"{pid}/")
    owner, = listener_of(ports)["owners"]
    assert raw(owner["comm"]) == comm[:15]


def test_connection_that_waits_for_accept_has_no_owner(socks, ports):
    client = socks.client(socks.listener())

    waiting, = [sock for sock in sockets_of(ports, owners=True)
                if sock["remote"]["port"] == client.getsockname()[1]]
    assert (waiting["inode"], waiting["owners"], waiting["former_owners"]) == (0, [], False)
    line, = [line for line in lines_of(ports().stdout) if line.foreign.endswith(f":{client.getsockname()[1]}")]
    assert (line.state, line.owners) == ("ESTABLISHED", "-")


@pytest.mark.parametrize("state, make", [("TIME_WAIT", Maker.time_wait), ("SYN_RECV", Maker.syn_recv)])
def test_what_nobody_holds_has_no_owner(socks, ports, eventually, state, make):
    make(Maker(socks, "127.0.0.1"))

    assert eventually(lambda: [line for line in lines_of(ports().stdout) if line.state == state])
    line, = [line for line in lines_of(ports().stdout) if line.state == state]
    assert (line.owners, line.user) == ("-", "-")
    sock, = [sock for sock in sockets_of(ports, owners=True) if sock["state"] == state]
    assert (sock["inode"], sock["owners"], sock["uid"], sock["user"]) == (0, [], None, None)
    assert ports().stderr == ""  # there is nothing to see, so nothing is hidden


def test_owner_is_this_process_and_its_user(socks, ports):
    listener = socks.listener(port=PORT)

    sock = listener_of(ports)
    assert [(owner["pid"], owner["fd"]) for owner in sock["owners"]] == [(os.getpid(), listener.fileno())]
    assert sock["uid"] == os.getuid()
    assert lines_of(ports("-l").stdout)[0].user == sock["user"]


def test_inode_and_cookie_are_shown_on_request(socks, ports):
    socks.listener(port=PORT)

    header, line = ports("-le").stdout.splitlines()
    inode, cookie = header.split().index("Inode"), header.split().index("Cookie")
    sock = listener_of(ports)
    assert int(line.split()[inode]) == sock["inode"] and int(line.split()[cookie]) == sock["cookie"]


def test_descriptor_without_a_process_that_can_be_seen(socks, ports):
    """A socket on its way through another one belongs to nobody for the moment, and that is said."""
    here, there = socks.keep(*socket.socketpair())
    listener = socks.listener(port=PORT)
    here.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener.fileno()]))])
    listener.close()

    done = ports("-l")
    line, = lines_of(done.stdout)
    assert line.owners == "-" and done.stderr.startswith("ports: the owner of 1 socket is not known: ")
    assert listener_of(ports)["owners"] is None


def test_owners_can_be_left_out(socks, ports):
    socks.listener(port=PORT)

    done = ports("-l", "--no-owners")
    assert lines_of(done.stdout)[0].owners == "-" and done.stderr == ""
