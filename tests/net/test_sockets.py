"""UDP, mapped addresses, dual stack, devices, and a host that lacks IPv6."""

import socket

import pytest

from rows import Row, json_row, lines_of, list_rows, proc_rows, sockets_of, ss_rows
from socks import ends

V6ONLY = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
DUAL = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
TO_LO = (socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")


def only_socket(ports, *args):
    sock, = sockets_of(ports, *args)
    return sock


@pytest.mark.parametrize("host, proto", [("127.0.0.1", "udp"), ("::1", "udp6")])
def test_udp_connected_or_not(socks, ports, host, proto):
    server = socks.udp(host)
    client = socks.udp_to(server, host)

    rows = list_rows(ports)
    assert set(rows) == {Row(proto, *ends(server), "UNCONN"), Row(proto, *ends(client), "ESTABLISHED")}
    assert rows == ss_rows() == proc_rows(proto)


def test_datagrams_that_wait_count_in_the_queue(socks, ports):
    server = socks.udp()
    socks.udp().sendto(b"hello", server.getsockname())

    port = server.getsockname()[1]
    sock = only_socket(ports, f"-p{port}")
    assert sock["recvq"] > 0
    assert sock["timer"] is None


def test_mapped_address_belongs_to_ipv6(socks, ports):
    listener = socks.listener("::", options=[DUAL])
    client = socks.new()
    client.connect(("127.0.0.1", listener.getsockname()[1]))
    server = socks.keep(listener.accept()[0])

    row = Row("tcp6", *ends(server), "ESTABLISHED")
    assert row.local.startswith("[::ffff:127.0.0.1]:")
    assert row in list_rows(ports)
    assert row in list_rows(ports, "-6")
    assert row not in list_rows(ports, "-4")
    assert list_rows(ports) == ss_rows()


@pytest.mark.parametrize("option, said", [(DUAL, False), (V6ONLY, True)])
@pytest.mark.parametrize("make", ["listener", "bound", "udp"])
def test_v6only_is_told_where_it_matters(socks, ports, option, said, make):
    getattr(socks, make)("::", options=[option])

    assert only_socket(ports)["options"]["v6only"] is said


def test_v6only_is_unknown_elsewhere(socks, ports):
    socks.pair(socks.listener("::1"))
    socks.listener("127.0.0.1")

    for sock in sockets_of(ports):
        if sock["family"] == "inet" or sock["state"] == "ESTABLISHED":
            assert sock["options"]["v6only"] is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_device_is_shown(socks, ports, host):
    bound = socks.udp(host, options=[TO_LO])

    sock = only_socket(ports)
    assert sock["local"]["dev"] == "lo"
    line, = lines_of(ports("--no-owners").stdout)
    shown = f"[{host}]" if ":" in host else host
    assert line.local == f"{shown}%lo:{bound.getsockname()[1]}"
    assert list_rows(ports) == ss_rows()


def test_without_a_device_it_is_null(socks, ports):
    socks.udp()
    assert only_socket(ports)["local"]["dev"] is None


def test_sockets_that_share_an_address_stay_apart(socks, ports):
    reuse = (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    first = socks.listener(options=[reuse])
    socks.listener(port=first.getsockname()[1], options=[reuse])

    row = Row("tcp", *ends(first), "LISTEN")
    assert list_rows(ports) == {row: 2} == ss_rows()
    one, other = sockets_of(ports)
    assert one["cookie"] != other["cookie"] and json_row(one) == json_row(other) == row


def test_works_where_ipv6_is_disabled(socks, ports):
    try:
        with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w", encoding="ascii") as knob:
            knob.write("1")
    except OSError as error:
        pytest.skip(f"IPv6 cannot be disabled here: {error}")
    listener = socks.listener()

    assert list_rows(ports) == {Row("tcp", *ends(listener), "LISTEN"): 1}
    assert sockets_of(ports, "-6") == []
