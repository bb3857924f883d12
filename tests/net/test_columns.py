"""What the columns say of real sockets, beside what ss, /proc and the sockets themselves say."""

import os
import re
import socket
import struct
import subprocess
import time

import pytest

from rows import run
from servers import LISTENER, START
from socks import ends

PORT = 9999

# linux/sockios.h, asm-generic/socket.h
SO_BINDTODEVICE = 25

# Of struct tcp_info (linux/tcp.h): the offset and the format of what the columns show.
TCP_INFO = {"rtt": (68, "I"), "cwnd": (80, "I"), "retrans": (100, "I"), "out": (120, "Q"), "in": (128, "Q")}

WITH_ARGUMENTS = START + """
listener = socket.create_server(("127.0.0.1", {port}))
ready()
# """ + "x" * 10000


def table_of(ports, columns, *args):
    """The list with these columns, as one dictionary for each socket."""
    done = ports("-H", *args, f"--columns={columns}")
    assert done.returncode in (0, 1), done.stderr
    names = columns.split(",")
    return [dict(zip(names, line.split(None, len(names) - 1))) for line in done.stdout.splitlines()]


def quick(ports, columns, *args):
    return table_of(ports, columns, "--no-owners", *args)


def row_of(ports, sock, columns, *args):
    rows = quick(ports, f"local,foreign,{columns}", *args)
    row, = [row for row in rows if (row["local"], row["foreign"]) == ends(sock)]
    return row


def ss_of(sock, *options):
    """What ss tells of the socket, the lines below it joined."""
    text = re.sub(r"\n\s+", " ", run("ss", "-Hanmie", *options))
    line, = [line for line in text.splitlines() if tuple(line.split()[3:5]) == ends(sock)]
    return line


def tcp_info(sock):
    data = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return {name: struct.unpack_from(form, data, offset)[0] for name, (offset, form) in TCP_INFO.items()}


@pytest.fixture
def talked(socks):
    """A connection over which both sides have said something."""
    client, server = socks.pair(socks.listener())
    client.sendall(b"x" * 50000)
    server.sendall(b"y" * 10)
    server.recv(20000)
    return client, server


def test_what_tcp_measured_is_what_the_socket_says(talked, ports):
    for sock in talked:
        row = row_of(ports, sock, "rtt,cwnd,retrans,in,out,cong", "-t")
        told = tcp_info(sock)
        assert row["rtt"] == f"{told['rtt'] // 1000}.{told['rtt'] % 1000:03}"
        assert [int(row[name]) for name in ("cwnd", "retrans", "in", "out")] == \
               [told[name] for name in ("cwnd", "retrans", "in", "out")]
        algorithm = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode()
        assert row["cong"] == algorithm


def test_what_ss_says_is_what_the_columns_say(talked, ports):
    for sock in talked:
        row = row_of(ports, sock, "rtt,cwnd,in,out,mem,drops,inode,cookie,cong", "-t")
        told = ss_of(sock, "-t")
        assert f" rtt:{float(row['rtt']):g}/" in told
        assert f" cwnd:{row['cwnd']} " in told
        assert f" bytes_received:{row['in']} " in told
        assert f" bytes_acked:{row['out']} " in told
        assert f" ino:{row['inode']} " in told
        assert f" sk:{int(row['cookie']):x} " in told
        assert f" {row['cong']} " in told
        received, queued, drops = map(int, re.search(r"skmem:\(r(\d+),.*,w(\d+),.*,d(\d+)\)", told).groups())
        assert int(row["mem"]) == received + queued
        assert int(row["drops"]) == drops


def test_user_is_the_socket_s(socks, ports):
    sock = socks.listener()
    os.fchown(sock.fileno(), 12345, -1)

    assert row_of(ports, sock, "user")["user"] == "12345"
    assert " uid:12345 " in ss_of(sock, "-t")


def test_dropped_datagrams_are_counted(socks, ports):
    sock = socks.udp(options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    peer = socks.udp()
    for _ in range(100):
        peer.sendto(b"x" * 1000, sock.getsockname())

    drops = int(row_of(ports, sock, "drops", "-u")["drops"])
    assert drops > 0
    assert f",d{drops})" in ss_of(sock, "-u")


def test_device_is_that_of_the_socket(socks, ports):
    bound = socks.new()
    bound.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, b"lo")
    bound.bind(("127.0.0.1", PORT))
    bound.listen()
    free = socks.listener()

    rows = quick(ports, "device,local", "-l")
    assert {row["local"]: row["device"] for row in rows} == {
        f"127.0.0.1%lo:{PORT}": "lo",
        ends(free)[0]: "-",
    }


def test_backlog_counts_who_waits_for_accept(socks, ports):
    listener = socks.listener(port=PORT, backlog=7)
    for _ in range(3):
        socks.client(listener)

    rows = quick(ports, "state,backlog")
    assert {row["backlog"] for row in rows if row["state"] == "LISTEN"} == {"3/7"}
    assert {row["backlog"] for row in rows if row["state"] != "LISTEN"} == {"-"}


def test_rates_need_a_second_look(talked, ports):
    assert {row["in-rate"] for row in quick(ports, "in-rate", "-t")} == {"-"}
    assert {row["out-rate"] for row in quick(ports, "out-rate", "-t")} == {"-"}


def number(text):
    units = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    return float(text[:-1]) * units[text[-1]] if text[-1] in units else float(text)


def test_rates_are_bytes_in_the_time_between_two_looks(socks, ports):
    """A known number of bytes between two lists, which are a second apart, or more on a busy host."""
    client, server = socks.pair(socks.listener())
    command_begins = time.monotonic()
    command = [os.environ["PORTS"], "--no-owners", "--no-config", "-H", "-c", "1", "--columns=in-rate,in,local,foreign", "-t"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        def look():
            """The rate, and the bytes so far."""
            for line in child.stdout:
                rate, received, *names = line.split()
                if tuple(names) == ends(server):
                    return rate, int(received)
            pytest.fail("the list has ended")

        try:
            assert look() == ("-", 0)
            client.sendall(b"x" * 60000)
            server.recv(60000, socket.MSG_WAITALL)
            rate, received = look()
            assert received == 60000
            assert 60000 / (time.monotonic() - command_begins) <= number(rate) <= 60000
            assert look() == ("0", 60000)
        finally:
            child.terminate()


def test_command_is_that_of_proc(netns, ports, children):
    pid = children.spawn(LISTENER.format(port=PORT)).pid
    with open(f"/proc/{pid}/cmdline", "rb") as arguments:
        expected = arguments.read()[:-1].replace(b"\0", b" ").replace(b"\n", b"\\x0a").decode()

    row, = table_of(ports, "state,command", f"-p{PORT}")
    assert row["command"] == expected.strip()


def test_long_command_ends_after_4_kib(netns, ports, children):
    children.spawn(WITH_ARGUMENTS.format(port=PORT))

    row, = table_of(ports, "state,command", f"-p{PORT}")
    assert len(row["command"].replace("\\x0a", "\n")) == 4095
    assert row["command"].endswith("xxxx")


def test_unit_is_the_cgroup_s(netns, ports, children):
    pid = children.spawn(LISTENER.format(port=PORT)).pid
    with open(f"/proc/{pid}/cgroup", encoding="ascii") as lines:
        paths = [line.strip().split(":", 2)[2] for line in lines if re.match(r"\d+:(name=systemd)?:", line)]
    parts = [part for part in max(paths[0], paths[-1], key=lambda path: path != "/").split("/") if part]
    units = [part for part in parts if re.search(r".\.(service|scope|socket|slice)$", part)]

    row, = table_of(ports, "unit,state", f"-p{PORT}")
    assert row["unit"] == (units or parts or ["-"])[-1]


def test_what_has_no_process_has_no_command(socks, ports):
    client, server = socks.pair(socks.listener())
    client.close()
    server.close()

    assert all(row["command"] == "-" for row in quick(ports, "state,unit,command") if row["state"] == "TIME_WAIT")
    rows = table_of(ports, "state,unit,command")
    assert {(row["unit"], row["command"]) for row in rows if row["state"] == "TIME_WAIT"} == {("-", "-")}


def test_ss_s_letters_add_up_in_any_order(socks, ports):
    """-tinmoe is what fingers type for ss."""
    socks.listener()

    headers = {tuple(sorted(ports(letters).stdout.splitlines()[0].split())) for letters in ("-tinmoe", "-etinmo", "-tmeion")}
    assert len(headers) == 1
    assert {"RTT-ms", "In-B/s", "Out-B/s", "Memory", "Drops", "Inode", "Cookie", "Timer"} <= set(*headers)
