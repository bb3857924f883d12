"""Two thousand sockets in all states: the same set as ss, and the same through every filter."""

import collections

import pytest

from rows import json_row, list_rows, sockets_of, ss_bound_rows, ss_rows
from socks import LOCALHOSTS, STATES, Maker

COUNTS = {
    "LISTEN": 100, "BOUND": 60, "SYN_SENT": 40, "SYN_RECV": 40, "ESTABLISHED": 120, "FIN_WAIT1": 10, "FIN_WAIT2": 60,
    "TIME_WAIT": 200, "CLOSE_WAIT": 40, "LAST_ACK": 10, "CLOSING": 10,
}
UDP_COUNT = 100
SOCKETS = 2000


@pytest.fixture
def crowd(many_descriptors, socks):
    for host in LOCALHOSTS:
        maker = Maker(socks, host)
        for state, count in COUNTS.items():
            for _ in range(count):
                STATES[state](maker)
        for _ in range(UDP_COUNT):
            socks.udp_to(socks.udp(host), host)
    return socks


def settled(ports, eventually):
    """Until nothing is on its way any more."""
    def all_there():
        counts = dict.fromkeys(COUNTS, 0)
        for sock in sockets_of(ports, "-t"):
            counts[sock["state"]] += 1
        return all(counts[state] >= 2 * count for state, count in COUNTS.items())

    assert eventually(all_there)


def test_same_set_as_ss_three_times_out_of_three(crowd, ports, eventually):
    settled(ports, eventually)
    for _ in range(3):
        shown = list_rows(ports)
        bound = collections.Counter({row: count for row, count in shown.items() if row.state == "BOUND"})
        assert shown.total() >= SOCKETS and bound.total() == 2 * COUNTS["BOUND"]
        assert shown - bound == ss_rows()
        assert bound == (ss_bound_rows() or bound)


LISTENING = ("LISTEN", "BOUND", "UNCONN")


def in_ports(*wanted):
    return lambda sock: sock["local"]["port"] in wanted or sock["remote"]["port"] in wanted


def filters(sockets):
    """Options, and the same said in Python."""
    used = sorted({sock["local"]["port"] for sock in sockets})
    some, scattered = used[10:400:7], range(1, 65536, 4)
    low, high = used[len(used) // 4], used[len(used) // 2]
    listener = next(sock["remote"]["port"] for sock in sockets if sock["state"] == "TIME_WAIT")
    return [
        (["-t"], lambda sock: sock["proto"] == "tcp"),
        (["-u"], lambda sock: sock["proto"] == "udp"),
        (["-tu"], lambda sock: True),
        (["-4"], lambda sock: sock["family"] == "inet"),
        (["-6"], lambda sock: sock["family"] == "inet6"),
        (["-46"], lambda sock: True),
        (["-l"], lambda sock: sock["state"] in LISTENING),
        (["-l", "-a"], lambda sock: True),
        (["-t", "-4"], lambda sock: sock["proto"] == "tcp" and sock["family"] == "inet"),
        (["-u6l"], lambda sock: sock["proto"] == "udp" and sock["family"] == "inet6" and sock["state"] in LISTENING),
        (["-p", str(listener)], in_ports(listener)),
        (["-p", f"{low}-{high}"], in_ports(*range(low, high + 1))),
        (["-p", "1-65535"], lambda sock: True),
        (["-p", ",".join(map(str, some))], in_ports(*some)),
        (["-p", str(some[0]), f":{some[1]}", f"{low}-{high}"], in_ports(some[0], some[1], *range(low, high + 1))),
        (["-tl4", "-p", f"{low}-{high}"],
         lambda sock: sock["proto"] == "tcp" and sock["family"] == "inet" and sock["state"] in LISTENING and
         in_ports(*range(low, high + 1))(sock)),
        # More runs than a filter in the kernel can have: these are told apart in the program.
        (["-p", ",".join(map(str, scattered))], in_ports(*scattered)),
        (["-6", "-p", ",".join(map(str, scattered[:3000])) + f",{low}-{high}"],
         lambda sock: sock["family"] == "inet6" and in_ports(*scattered[:3000], *range(low, high + 1))(sock)),
    ]


def test_filters_of_the_kernel_say_the_same_as_filtering_here(crowd, ports, eventually):
    settled(ports, eventually)
    everything = sockets_of(ports)
    for options, wanted in filters(everything):
        told = "ports " + " ".join(options)[:60]
        expected = sorted(json_row(sock) for sock in everything if wanted(sock))
        assert expected, told
        assert sorted(json_row(sock) for sock in sockets_of(ports, *options)) == expected, told
