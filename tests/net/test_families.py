"""Sockets of every family that the kernel has: the same as ss tells, and /proc/net where ss does not."""

import collections
import json
import os
import socket

import pytest

from rows import SS_STATES, lines_of, proc_rows, run, sockets_of

Ends = collections.namedtuple("Ends", "proto state recvq sendq local foreign")

IPPROTO_MPTCP = 262
IPPROTO_UDPLITE = 136
ETH_P_ALL = 3
ETH_P_IP = 0x0800
UNIX_SHOWN = {"stream": "u_str", "dgram": "u_dgr", "seqpacket": "u_seq"}


def opened(socks, *args):
    """A socket of that family, type and protocol, or the reason why there is none."""
    try:
        return socks.keep(socket.socket(*args))
    except OSError as error:
        pytest.skip(f"this kernel makes no such socket: {error}")
        raise


def ss_lines(*options):
    return [line.split() for line in run("ss", "-Han", *options).splitlines()]


def state_of(text):
    return SS_STATES.get(text, text.replace("-", "_"))


def ports_ends(ports, *options):
    done = ports("--no-owners", *options)
    assert done.returncode in (0, 1) and done.stderr == ""
    return collections.Counter(Ends(line.proto, line.state, line.recvq, line.sendq, line.local, line.foreign)
                               for line in lines_of(done.stdout))


# unix
# ----

@pytest.fixture
def many_unix(socks, tmp_path):
    """Of every type: with paths, abstract names and none; connected, or not; accepted and still waiting."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        for name in (str(tmp_path / f"s{int(kind)}"), f"\0abstract-{int(kind)}"):
            server = socks.keep(socket.socket(socket.AF_UNIX, kind))
            server.bind(name)
            server.listen(5)
            for _ in range(20):
                client = socks.keep(socket.socket(socket.AF_UNIX, kind))
                client.connect(name)
                socks.keep(server.accept()[0])
            waiting = socks.keep(socket.socket(socket.AF_UNIX, kind))
            waiting.connect(name)
        socks.keep(*socket.socketpair(socket.AF_UNIX, kind))
        socks.keep(socket.socket(socket.AF_UNIX, kind))
    receiver = socks.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    receiver.bind(str(tmp_path / "log"))
    for _ in range(20):
        sender = socks.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        sender.connect(str(tmp_path / "log"))
    sender.send(b"a line")
    sent, _ = socks.keep(*socket.socketpair())
    sent.send(b"unread")
    closed, _ = socks.keep(*socket.socketpair())
    closed.close()


def unix_end(name, inode):
    return f"{name}:{inode if inode != '0' else '*'}"


def ss_unix():
    """ss shows the inode of a peer, and not its name."""
    return collections.Counter(
        (proto, state_of(state), recvq, sendq, unix_end(local, inode), peer)
        for proto, state, recvq, sendq, local, inode, _, peer, *_ in ss_lines("-x"))


def unix_rows(ports, *options):
    return collections.Counter(
        (ends.proto, ends.state, ends.recvq, ends.sendq, ends.local, ends.foreign.rpartition(":")[2].replace("*", "0"))
        for ends in ports_ends(ports, "-x", *options).elements())


def test_unix_sockets_are_those_of_ss(many_unix, ports):
    rows = unix_rows(ports)

    assert sum(rows.values()) > 180
    assert rows == ss_unix()


def test_the_peer_of_a_unix_socket_is_told_by_its_name_too(many_unix, ports, tmp_path):
    socks = sockets_of(ports, "-x")
    by_inode = {sock["inode"]: sock for sock in socks}
    peers = [sock for sock in socks if sock["remote"]["inode"] in by_inode]

    assert len(peers) > 100
    for sock in peers:
        other = by_inode[sock["remote"]["inode"]]
        assert sock["remote"]["path"] == other["local"]["path"]
        assert sock["remote"]["abstract"] == other["local"]["abstract"]
    assert {sock["remote"]["path"] for sock in peers} >= {None, str(tmp_path / "log")}


@pytest.mark.parametrize("kind", ["stream", "dgram", "seqpacket"])
def test_unix_sockets_of_one_type(many_unix, ports, kind):
    rows = unix_rows(ports, "-A", f"unix_{kind}", "-A", f"unix_{kind}")
    one = sockets_of(ports, "-A", f"unix_{kind}")

    assert {sock["type"] for sock in one} == {kind}
    assert {sock["proto"] for sock in one} == {sock["family"] for sock in one} == {"unix"}
    assert {row[0] for row in rows} >= {UNIX_SHOWN[kind]}
    assert len(one) == sum(count for row, count in ss_unix().items() if row[0] == UNIX_SHOWN[kind])


def test_listening_unix_sockets_are_those_without_a_peer(many_unix, ports):
    assert set(unix_rows(ports, "-l")) == {row for row in ss_unix() if row[1] in ("LISTEN", "UNCONN")}


def test_unix_sockets_are_filtered_by_name(many_unix, ports, tmp_path):
    assert len(sockets_of(ports, f"src unix:{tmp_path}/s*")) == 2 * 21  # two listeners with twenty accepted each
    assert len(sockets_of(ports, f"dst {tmp_path}/log")) == 20
    assert {sock["local"]["abstract"] for sock in sockets_of(ports, "src @abstract-1")} == {"abstract-1"}
    assert sockets_of(ports, "-x", "sport = 80") == sockets_of(ports, "-x", "dst 127.0.0.1") == []
    assert sockets_of(ports, "-x", "-p", "1-65535") == []


def test_names_that_would_harm_a_terminal_do_not(socks, ports, tmp_path):
    name = tmp_path / "a b\x1b[31m\u202e"
    names = [str(name), "\0\0two\0nuls\x07 "]
    for text in names:
        socks.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).bind(text)

    document = sockets_of(ports, "-x")
    assert {sock["local"]["path"] for sock in document} == {names[0], None}
    assert {sock["local"]["abstract"] for sock in document} == {names[1][1:], None}
    for options in ([], ["--format={local.path} {local.abstract}"]):
        shown = ports("-x", *options, check=0).stdout
        assert "\\x1b[31m" in shown and "\\x00two\\x00nuls\\x07" in shown
        assert not set(shown) & {"\x1b", "\x07", "\0", "\u202e"}
    assert len(lines_of(ports("-x", check=0).stdout)) == 2  # as many words as columns


def test_what_stands_at_the_path_is_told(socks, ports, tmp_path):
    for name in ("alive", "gone", "replaced"):
        socks.keep(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).bind(str(tmp_path / name))
    (tmp_path / "gone").unlink()
    (tmp_path / "replaced").unlink()
    (tmp_path / "other").touch()
    (tmp_path / "replaced").write_text("no socket")

    told = {sock["local"]["path"].rpartition("/")[2]: sock["local"]["file"]
            for sock in sockets_of(ports, "-x", "--columns=local,file")}
    assert told == {name: name for name in ("alive", "gone", "replaced")}


def test_the_owner_of_a_unix_socket_is_found(socks, ports):
    one, _ = socks.keep(*socket.socketpair())

    done = ports("-x", "--json", f"inode = {one_inode(one)}", check=0)
    sock, = json.loads(done.stdout)["sockets"]
    assert one.fileno() in [owner["fd"] for owner in sock["owners"]]


def one_inode(sock):
    return os.fstat(sock.fileno()).st_ino


# raw and ping sockets
# --------------------

PROTOCOLS = {"1": "icmp", "17": "udp", "58": "ipv6-icmp", "89": "ospf", "255": "raw"}


def proc_ends(name):
    """/proc/net/raw and its like; the state of all of them is UNCONN until connect()."""
    rows = collections.Counter()
    for row, count in proc_rows(name).items():
        host, number = row.local.rsplit(":", 1)
        number = PROTOCOLS.get(number, number) if name.startswith("raw") else number
        state = {"CLOSE": "UNCONN"}.get(row.state, row.state)
        rows[(row.proto, f"{host}:{number}", row.foreign, state)] = count
    return rows


def inet_rows(ports, *options):
    rows = collections.Counter()
    for ends in ports_ends(ports, *options).elements():
        rows[(ends.proto, ends.local, ends.foreign, ends.state)] += 1
    return rows


@pytest.fixture
def many_raw(socks):
    for protocol in (socket.IPPROTO_ICMP, socket.IPPROTO_UDP, socket.IPPROTO_RAW, 89, 200):
        opened(socks, socket.AF_INET, socket.SOCK_RAW, protocol)
    bound = opened(socks, socket.AF_INET, socket.SOCK_RAW, 89)
    bound.bind(("127.0.0.2", 0))
    bound.connect(("127.0.0.3", 0))
    socks6 = opened(socks, socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    socks6.bind(("::1", 0))


def test_raw_sockets_are_those_of_proc_and_ss(many_raw, ports):
    rows = inet_rows(ports, "-w")

    assert sum(rows.values()) == 7
    assert rows == proc_ends("raw") + proc_ends("raw6")
    assert len(ss_lines("-w")) == 7


def test_the_protocol_of_a_raw_socket_is_no_port(many_raw, ports):
    assert sockets_of(ports, "-w", "-p", "1-65535") == []
    assert {sock["protocol"] for sock in sockets_of(ports, "-w")} == {1, 17, 58, 89, 200, 255}
    assert {sock["local"]["port"] for sock in sockets_of(ports, "-w")} == {None}


def test_ping_sockets_are_those_of_proc(socks, ports):
    try:
        with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as knob:
            knob.write("0 2147483647")
    except OSError as error:
        pytest.skip(f"nobody may have ping sockets here: {error}")
    opened(socks, socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).bind(("127.0.0.1", 77))
    opened(socks, socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6).bind(("::1", 78))

    rows = inet_rows(ports, "--icmp")
    assert sum(rows.values()) == 2
    assert rows == proc_ends("icmp") + proc_ends("icmp6")


# UDP-Lite and MPTCP
# ------------------

def test_udplite_is_asked_for_by_name(socks, ports):
    lite = opened(socks, socket.AF_INET, socket.SOCK_DGRAM, IPPROTO_UDPLITE)
    lite.bind(("127.0.0.1", 0))

    name = f"127.0.0.1:{lite.getsockname()[1]}"
    assert inet_rows(ports, "-U") == {("udplite", name, "0.0.0.0:*", "UNCONN"): 1} == proc_ends("udplite")
    assert inet_rows(ports, "-u") == {}
    assert inet_rows(ports, "proto = udplite") == inet_rows(ports, "-U")


@pytest.fixture
def mptcp(socks):
    """A listener and a connection to it, of MPTCP."""
    listener = opened(socks, socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    client = opened(socks, socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
    client.connect(listener.getsockname())
    return listener, client, socks.keep(listener.accept()[0])


def test_mptcp_sockets_are_those_of_ss(mptcp, ports):
    rows = inet_rows(ports, "--mptcp")

    assert sum(rows.values()) == 3
    assert rows == collections.Counter(("mptcp", local, foreign, state_of(state))
                                       for state, _, _, local, foreign, *_ in ss_lines("-M"))


def test_the_parts_of_an_mptcp_connection_have_its_token(mptcp, ports):
    socks = sockets_of(ports, "-A", "tcp,mptcp", "--columns=+mptcp", "state established")
    tokens = {sock["local"]["port"]: sock["mptcp_token"] for sock in socks if sock["proto"] == "mptcp"}

    parts = [sock for sock in socks if sock["proto"] == "tcp"]
    if parts and parts[0]["mptcp_token"] is None:
        pytest.skip("the kernel tells the token of a part to those with CAP_NET_ADMIN")
    assert len(tokens) == len(parts) == 2
    for part in parts:
        assert part["mptcp_token"] == tokens[part["local"]["port"]]


# packet, netlink and others
# --------------------------

def test_packet_sockets_are_those_of_ss(socks, ports):
    for kind, protocol, device in ((socket.SOCK_RAW, ETH_P_ALL, "lo"), (socket.SOCK_DGRAM, ETH_P_IP, None),
                                   (socket.SOCK_RAW, 0x88b5, "lo"), (socket.SOCK_DGRAM, 0, None)):
        sock = opened(socks, socket.AF_PACKET, kind, socket.htons(protocol))
        if device:
            sock.bind((device, protocol))

    rows = ports_ends(ports, "-0a")
    assert {(row.proto, row.local) for row in rows} == {
        ("p_raw", "all:lo"), ("p_dgr", "ip:*"), ("p_raw", "0x88b5:lo"), ("p_dgr", "none:*")}
    assert rows == ports_ends(ports, "--packet")
    names = {"*": "all", "[0]": "none", "[2048]": "ip", "[34997]": "0x88b5"}
    theirs = collections.Counter()
    for proto, state, recvq, sendq, local, foreign, *_ in ss_lines("-0"):
        protocol, device = local.rsplit(":", 1)
        theirs[Ends(proto, state, recvq, sendq, f"{names[protocol]}:{device}", foreign)] += 1
    assert rows == theirs


def test_netlink_sockets_are_those_of_ss(socks, ports):
    mine = set()
    for protocol in (0, 4, 16):
        sock = socks.keep(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol))
        sock.bind((0, 0))
        mine.add(sock.getsockname()[0])

    told = sockets_of(ports, "--netlink")
    theirs = [line[3].split(":") for line in ss_lines("-A", "netlink")]
    users = {(sock["protocol"], sock["local"]["netlink"]) for sock in told if sock["local"]["netlink"] in mine}
    kernels = {sock["protocol"] for sock in told if sock["local"]["netlink"] == 0}
    assert len(users) == len({(int(number), int(port)) for number, port in theirs if port.isdigit() and int(port) in mine}) == 3
    assert kernels == {int(number) for number, port in theirs if port == "0"}
    assert all(sock["inode"] == 0 and sock["owners"] == [] for sock in told if sock["local"]["netlink"] == 0)


@pytest.mark.parametrize("family, kind, option", [(40, socket.SOCK_STREAM, "vsock"), (44, socket.SOCK_RAW, "xdp"),
                                                  (30, socket.SOCK_SEQPACKET, "tipc")])
def test_other_families_are_told_where_the_kernel_tells_them(socks, ports, family, kind, option):
    opened(socks, family, kind, 0)

    done = ports(f"--{option}", "--json")
    if done.returncode == 4:
        assert "no sock_diag" in done.stderr
        pytest.skip(f"this kernel has no sock_diag for them: {done.stderr.strip()}")
    sock, = json.loads(done.stdout)["sockets"]
    assert sock["family"] == option


# what is named, and what is not
# ------------------------------

def test_tcp_and_udp_are_what_is_usual(many_unix, many_raw, socks, ports):
    socks.listener()

    assert {sock["proto"] for sock in sockets_of(ports)} == {"tcp"}
    assert {sock["proto"] for sock in sockets_of(ports, "-tx")} == {"tcp", "unix"}
    assert {sock["proto"] for sock in sockets_of(ports, "-A", "all")} >= {"tcp", "unix", "raw", "netlink"}
    assert {sock["proto"] for sock in sockets_of(ports, "-A", "all,!unix,!netlink")} == {"tcp", "raw"}
    assert {sock["proto"] for sock in sockets_of(ports, "proto = raw or sport = 1")} == {"raw"}


@pytest.mark.parametrize("word, nearest", [("unx", "unix"), ("unix_steam", "unix_stream"), ("tcp6", "tcp")])
def test_an_unknown_kind_is_told_with_the_nearest(netns, ports, word, nearest):
    done = ports("-A", f"tcp,{word}")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f'"{word}" is no proto; the nearest is "{nearest}"' in done.stderr


def test_what_the_kernel_lacks_is_one_sentence(netns, ports):
    done = ports("-A", "all", "--json", "--no-owners")
    lacking = [line for line in done.stderr.splitlines() if "no sock_diag" in line]

    assert done.returncode in (0, 1)
    assert len(lacking) <= 1 and len(done.stderr.splitlines()) == len(lacking)


def test_all_of_them_are_the_same_again_from_a_recording(many_unix, many_raw, mptcp, ports, tmp_path):
    """The netlink socket of the first run is gone by then, but not from what it saw."""
    recording = tmp_path / "recording"
    document = json.loads(ports("-A", "all", "--json", "--no-owners", "--record", recording).stdout)

    again = json.loads(ports("-A", "all", "--json", "--no-owners", "--replay", recording).stdout)
    assert len(document["sockets"]) > 190
    assert again["sockets"] == document["sockets"]


def test_the_summary_counts_them(many_unix, many_raw, ports):
    lines = [line.split() for line in ports("-A", "raw,unix_dgram", "-s", check=0).stdout.splitlines()]

    assert ["raw", "total", "7", "6", "1"] in lines
    assert ["unix_dgram", "total", "21", "-", "-"] in lines


def test_metrics_count_them_when_they_are_named(many_raw, ports):
    named = ports("metrics", "-A", "tcp,raw", "--no-owners", check=0).stdout

    assert 'ports_sockets{proto="raw",family="inet",state="UNCONN"} 5' in named
    assert 'proto="raw"' not in ports("metrics", "--no-owners", check=0).stdout
