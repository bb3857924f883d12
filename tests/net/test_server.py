"""The seed's server, asked for in every way that fingers know."""

import collections

import pytest

from rows import HEADER, Row, lines_of, list_rows, row_of, run
from servers import SEED_CLIENTS, SEED_SERVER

PORT, CLIENTS = 9999, 10


@pytest.fixture
def server(socks, ports, children, eventually):
    """With connections that last and others that are over, and with neighbours that are none of its business."""
    pid = children.spawn(SEED_SERVER.format(port=PORT, clients=CLIENTS)).pid
    children.spawn(SEED_CLIENTS.format(port=PORT, clients=CLIENTS))
    for port in (PORT - 10, PORT - 5, PORT + 1):
        socks.listener(port=port)
    socks.udp(port=PORT)

    def quiet():
        states = collections.Counter(row.state for row in list_rows(ports, f"-p{PORT}").elements())
        # Not all of them: now and then the two ends close at once, and a RST ends the TIME_WAIT.
        return states.pop("TIME_WAIT", 0) and states == {"LISTEN": 1, "UNCONN": 1, "ESTABLISHED": CLIENTS}

    assert eventually(quiet)
    return pid


def netstat_rows():
    """{(proto, local, foreign): (state, owner)}"""
    rows = {}
    for line in run("netstat", "-anp", "--inet", "--inet6").splitlines()[2:]:
        proto, _, _, local, foreign, *rest = line.split()
        state, owner = ("UNCONN", rest[0]) if proto.startswith("udp") else rest[:2]
        if f":{PORT}" in local + foreign:
            rows[proto, local, foreign] = (state, owner)
    return rows


def test_every_row_of_netstat_is_there_with_state_and_owner(server, ports):
    shown = {(line.proto, line.local, line.foreign): line for line in lines_of(ports("-p", str(PORT)).stdout)}

    rows = netstat_rows()
    assert len(rows) > 2 + CLIENTS and rows.keys() == shown.keys()
    for key, (state, owner) in rows.items():
        assert shown[key].state == state
        assert owner.partition("/")[0] == shown[key].owners.partition("/")[0]


def test_owner_is_the_server(server, ports):
    for line in lines_of(ports("-t", f"-p{PORT}").stdout):
        if line.local.endswith(f":{PORT}"):
            assert line.owners.startswith(f"{server}/" if line.state != "TIME_WAIT" else "-")


def has_port(line, low=PORT, high=PORT):
    return any(low <= int(end.rpartition(":")[2].replace("*", "0")) <= high for end in (line.local, line.foreign))


@pytest.mark.parametrize("words", [
    "-p 9999", "-p9999", "9999", ":9999", "-p :9999", "-anp 9999", "-anp9999", "--port=9999", "--port 9999", "-np 9999",
    "-p 9999,9999", "9999-9999", "-ap 9999 -n", "-- 9999",
])
def test_every_way_to_ask_for_the_port(server, ports, words):
    everything = ports("--no-owners").stdout
    wanted = collections.Counter(row_of(line) for line in lines_of(everything) if has_port(line))

    assert list_rows(ports, *words.split()) == wanted


@pytest.mark.parametrize("words, low, high", [("9990-9999", 9990, 9999), ("9989-9994 :10000", 9989, 10000)])
def test_ranges(server, ports, words, low, high):
    found = list_rows(ports, *words.split())
    locals_found = {int(row.local.rpartition(":")[2]) for row in found if row.state == "LISTEN"}
    assert locals_found == ({9994, 9999} if low == 9990 else {9989, 9994, 10000})
    assert (Row("udp", f"127.0.0.1:{PORT}", "0.0.0.0:*", "UNCONN") in found) == (low == 9990)


def test_tulpn_lists_what_waits_for_peers(server, ports):
    lines = lines_of(ports("-tulpn").stdout)

    assert collections.Counter(line.state for line in lines) == {"LISTEN": 4, "UNCONN": 1}
    mine, = [line for line in lines if line.local == f"0.0.0.0:{PORT}"]
    assert mine.owners.startswith(f"{server}/")


def test_bare_p_is_no_filter(server, ports):
    assert list_rows(ports, "-anp") == list_rows(ports, "-p") == list_rows(ports)


def test_service_names(socks, ports):
    socks.listener(port=80)
    assert list_rows(ports, "http") == list_rows(ports, "-p", "http") == list_rows(ports, "-p80") != {}


def test_listeners_come_first_then_ports_in_order(server, ports):
    lines = lines_of(ports("-t").stdout)
    states = [line.state == "LISTEN" for line in lines]
    assert states == sorted(states, reverse=True)
    listening = [int(line.local.rpartition(":")[2]) for line in lines if line.state == "LISTEN"]
    assert listening == sorted(listening)


def test_nothing_matches(server, ports):
    done = ports("-p", "1")
    assert (done.returncode, done.stderr) == (1, "")
    header, = done.stdout.splitlines()
    assert header.split() == HEADER


def test_header_can_be_left_out(server, ports):
    assert ports("-H", "-p", "1").stdout == ""
    assert ports("-l", "-H").stdout.splitlines() == ports("-l").stdout.splitlines()[1:]


def test_nothing_is_cut_in_a_pipe(netns, ports, children, socks):
    socks.bound("::1", options=[])
    done = ports("--no-owners", env={"COLUMNS": "40"})
    assert "…" not in done.stdout and "\x1b" not in done.stdout
    assert lines_of(done.stdout)[0].local.startswith("[::1]:")
