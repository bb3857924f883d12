"""Every state of TCP, as ss and /proc/net see it."""

import socket

import pytest

from rows import Row, json_row, lines_of, list_rows, proc_rows, sockets_of, ss_fields, ss_rows
from socks import LOCALHOSTS, STATES, Maker


def proto_of(host):
    return "tcp6" if ":" in host else "tcp"


@pytest.mark.parametrize("host", LOCALHOSTS)
@pytest.mark.parametrize("state", STATES)
def test_state_is_shown(socks, ports, eventually, host, state):
    local, foreign = STATES[state](Maker(socks, host))
    row = Row(proto_of(host), local, foreign, state)

    assert eventually(lambda: row in list_rows(ports))
    assert row in [json_row(sock) for sock in sockets_of(ports)]
    if state != "BOUND":  # neither ss before 6.6 nor /proc has it
        assert row in ss_rows()
        assert row in proc_rows(proto_of(host))


@pytest.mark.parametrize("host", LOCALHOSTS)
def test_all_rows_are_those_of_ss_and_proc(socks, ports, eventually, host):
    maker = Maker(socks, host)
    for make in STATES.values():
        make(maker)

    def agreed():
        shown = list_rows(ports)
        bound = [row for row in shown if row.state == "BOUND"]
        others = {row: count for row, count in shown.items() if row.state != "BOUND"}
        return len(bound) == 1 and others == ss_rows() == proc_rows("tcp") + proc_rows("tcp6")

    assert eventually(agreed)
    assert {row.state for row in list_rows(ports, "-t")} == set(STATES)


def test_queues_of_a_listener_are_those_of_ss(socks, ports):
    listener = socks.listener(backlog=5)
    socks.client(listener)
    socks.client(listener)

    line, = lines_of(ports("--no-owners", "-l").stdout)
    _, _, recvq, sendq, *_ = next(fields for fields in ss_fields() if fields[1] == "LISTEN")
    assert (line.recvq, line.sendq) == ("2", "5") == (recvq, sendq)


def test_queues_of_a_connection_are_bytes(socks, ports):
    client, server = socks.pair(socks.listener())
    client.send(b"hello")

    _, port = server.getsockname()
    by_port = {sock["local"]["port"]: sock for sock in sockets_of(ports) if sock["state"] == "ESTABLISHED"}
    assert (by_port[port]["recvq"], by_port[port]["sendq"]) == (5, 0)
    assert by_port[client.getsockname()[1]]["recvq"] == 0


def test_time_wait_counts_down_from_a_minute(socks, ports, eventually):
    Maker(socks, "127.0.0.1").time_wait()

    def timer():
        socks_now = [sock["timer"] for sock in sockets_of(ports) if sock["state"] == "TIME_WAIT"]
        return socks_now and socks_now[0]

    first = eventually(timer)
    assert first["kind"] == "timewait" and 0 < first["ms"] <= 60000 and first["retrans"] == 0
    assert eventually(lambda: timer()["ms"] < first["ms"] - 100)
    line, = [line for line in lines_of(ports("--no-owners").stdout) if line.state == "TIME_WAIT"]
    assert line.timer[:4] in ("00:5", "01:0")


def test_syn_sent_has_a_running_timer(socks, ports):
    Maker(socks, "127.0.0.1").syn_sent()

    sock, = [sock for sock in sockets_of(ports) if sock["state"] == "SYN_SENT"]
    assert sock["timer"]["kind"] == "on" and 0 < sock["timer"]["ms"] <= 60000


def test_keepalive_timer_is_shown(socks, ports):
    client, _ = socks.pair(socks.listener())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    line, = [line for line in lines_of(ports("--no-owners").stdout) if line.timer != "-"]
    assert line.timer.startswith("keep=")


def test_fin_wait2_without_a_process_is_shown(socks, ports, eventually):
    client, server = socks.pair(socks.listener())
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 30)
    client.close()

    assert eventually(lambda: [sock for sock in sockets_of(ports) if sock["state"] == "FIN_WAIT2"])
    orphan, = [sock for sock in sockets_of(ports) if sock["state"] == "FIN_WAIT2"]
    assert orphan["inode"] == 0 and orphan["owners"] == [] and orphan["timer"]["kind"] == "timewait"
    assert orphan["uid"] is None


def test_cookie_stays_from_established_to_time_wait(socks, ports, eventually):
    client, server = socks.pair(socks.listener())
    port = client.getsockname()[1]

    def cookies(state):
        return [sock["cookie"] for sock in sockets_of(ports) if (sock["local"]["port"], sock["state"]) == (port, state)]

    alive, = cookies("ESTABLISHED")
    assert alive == int.from_bytes(client.getsockopt(socket.SOL_SOCKET, 57, 8), "little")  # SO_COOKIE
    client.close()
    server.close()
    assert eventually(lambda: cookies("TIME_WAIT") == [alive])
