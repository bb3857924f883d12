"""The matrix: measured as predicted, in every format, and as sockets of Python have it."""

import csv
import errno
import io
import json
import os
import random
import re
import socket
import subprocess
import time

import pytest

from sandbox import skip_if_allowed, without_inet6

ADDRESSES = ["0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::/only", "::1", "::1/only", "::ffff:127.0.0.1", "::ffff:0.0.0.0"]
STATES = {"tcp": ["bound", "listening", "connection", "time-wait"], "udp": ["bound", "connected"]}
SAMPLE = 200


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def users():
    return 2 if os.geteuid() == 0 else 1


@pytest.mark.parametrize("proto", STATES)
def test_nothing_differs_from_the_prediction(lab, proto):
    began = time.monotonic()
    done = lab("--matrix", proto, "--csv", check=0)
    assert time.monotonic() - began < 30
    cells = rows(done.stdout)
    assert len(cells) == len(ADDRESSES) ** 2 * len(STATES[proto]) * 16 * users()
    assert {cell["as_predicted"] for cell in cells} == {"yes"}
    assert [cell["first_state"] for cell in cells] == sorted((cell["first_state"] for cell in cells), key=STATES[proto].index)
    for call in ("bind", "listen", "first_listen"):
        assert all(cell[call] == cell[f"predicted_{call}"] for cell in cells)


def test_lines_of_csv_end_as_rfc_4180_wants_it(lab):
    lab("--matrix", "udp", "--csv", "--addresses", "::")    # skips where there is no namespace
    done = subprocess.run([os.environ["PORTS"], "lab", "--matrix", "udp", "--csv", "--addresses", "::"], capture_output=True,
                          check=True, timeout=30)
    assert re.fullmatch(rb"(?:[^\r\n]+\r\n)+", done.stdout)


def test_without_words_both_protocols_are_measured(lab):
    assert {cell["proto"] for cell in rows(lab("--matrix", "--csv", "--addresses", "127.0.0.1", check=0).stdout)} == {"tcp", "udp"}
    text = lab("--matrix", "--addresses", "127.0.0.1", check=0).stdout
    assert "Two TCP sockets" in text and "Two UDP sockets" in text


def test_json_says_what_csv_says(lab):
    *cells, whole = map(json.loads, lab("--matrix", "udp", "--json", check=0).stdout.splitlines())
    table = rows(lab("--matrix", "udp", "--csv", check=0).stdout)
    assert whole["type"] == "matrix" and whole["cells"] == len(cells) == len(table) and whole["differences"] == 0
    assert whole["kernel"] == os.uname().release
    for cell, row in zip(cells, table):
        flags = "A" * cell["second"]["reuseaddr"] + "P" * cell["second"]["reuseport"] or "-"
        assert (cell["second"]["addr"], flags, cell["second"]["user"]) == (row["second"], row["second_options"], row["second_user"])
        assert (cell["first"]["state"], cell["actual"]["bind"], cell["ok"]) == (row["first_state"], row["bind"], True)
        assert cell["actual"] == cell["predicted"] and cell["actual"]["listen"] is None


@pytest.mark.parametrize("user", [None, 65534])
def test_tables_fit_80_columns_and_say_what_was_left_out(lab, user):
    addresses = ",".join([*ADDRESSES, *(f"::ffff:127.255.255.{n}" for n in range(100, 107))])
    text = lab("--matrix", "tcp", "--addresses", addresses, check=0, user=user).stdout
    assert max(map(len, text.splitlines())) <= 80
    left_out = user is not None or os.geteuid() != 0
    assert ("Not measured: a second socket of another user, which takes root.\n" in text) == left_out
    assert ("second: of another user" in text) == (not left_out)
    assert text.endswith(" s, all as predicted\n")


def test_table_shows_who_meets_whom(lab):
    text = lab("--matrix", "tcp", "--addresses", "0.0.0.0,127.0.0.1,::,[::]/only", check=0).stdout
    bound, left = (text.split(f"The first socket is {state}")[1].split("X:")[0] for state in ("bound", "closed, a connection"))
    assert re.findall(r"  ([a-d]) (\S+) +([X. ]+)\n", bound) == [
        ("a", "0.0.0.0", "X X X ."), ("b", "127.0.0.1", "X X X ."), ("c", "::", "X X X X"), ("d", "::/only", ". . X X")]
    assert re.findall(r"  ([a-d]) (.+?)  +([X. ]+)\n", left) == [
        ("a", "0.0.0.0, connection 127.0.0.1", "X X X ."), ("b", "127.0.0.1", "X X X ."),
        ("c", "::, connection ::1", "X . X X"), ("d", "::/only, connection ::1", ". . X X")]


# What 127.0.0.6 is to IPv6 inside the kernel is in the way of UDP alone (inet_rcv_saddr_equal).
@pytest.mark.parametrize("proto, state, word", [("udp", "connected", "EADDRINUSE"), ("tcp", "connection", "ok")])
def test_odd_corners_are_measured_and_predicted(lab, proto, state, word):
    cells = rows(lab("--matrix", proto, "--csv", "--addresses", "::,127.0.0.6", check=0).stdout)
    found = [cell["bind"] for cell in cells if (cell["first"], cell["second"], cell["first_state"]) == ("::", "127.0.0.6", state)
             and (cell["first_options"], cell["second_options"]) == ("-", "-")]
    assert set(found) == {word}


@pytest.mark.parametrize("addresses, status, told", [
    ("::,127.0.0.1", 0, "Not measured: IPv6, which is not to be had here"),
    ("::", 77, "ports lab: there is no IPv6 here, and no address of IPv4 is named\n"),
])
def test_without_inet6_the_rest_is_measured(lab, addresses, status, told):
    lab("--matrix", "udp", "--addresses", "127.0.0.1")      # skips where there is no namespace
    command = without_inet6(os.environ["PORTS"], "lab", "--matrix", "udp", "--addresses", addresses)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    skip_if_allowed(done.stderr)
    assert done.returncode == status
    assert told in done.stdout + done.stderr and (done.stdout == "") == (status != 0)


# The same cells once more, with other means.

def make(proto, address, only, options):
    six = ":" in address
    sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET,
                         socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
    for letter, option in (("A", socket.SO_REUSEADDR), ("P", socket.SO_REUSEPORT)):
        sock.setsockopt(socket.SOL_SOCKET, option, letter in options)
    if six:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only == "yes")
    return sock


def word(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"


def peer_of(address):
    if address.startswith("::ffff:"):
        return address.replace("0.0.0.0", "127.0.0.1")
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)


def set_up(cell, port, eventually):
    """The first socket, and all that must live on for what it left."""
    first = make(cell["proto"], cell["first"], cell["first_v6only"], cell["first_options"])
    first.bind((cell["first"], port))
    if cell["first_state"] == "bound":
        return [first]
    if cell["first_state"] == "connected":
        first.connect((peer_of(cell["first"]), 9))
        return [first]
    first.listen()
    if cell["first_state"] == "listening":
        return [first]
    client = socket.create_connection((peer_of(cell["first"]), port))
    child, _ = first.accept()
    first.close()
    if cell["first_state"] == "time-wait":
        child.close()
        assert client.recv(1) == b""
        client.shutdown(socket.SHUT_WR)
        # Its own FIN is acknowledged, which is done in TIME_WAIT.
        eventually(lambda: client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == b"\x07")
    return [child, client]


def measure(cell, port, eventually):
    made = set_up(cell, port, eventually)
    if cell["second_user"] == "other":
        os.seteuid(65534)
    second = make(cell["proto"], cell["second"], cell["second_v6only"], cell["second_options"])
    os.seteuid(os.getuid())
    made.append(second)
    result = [word(second.bind, (cell["second"], port)), "", ""]
    if result[0] == "ok" and cell["proto"] == "tcp":
        result[1] = word(second.listen)
        if result[1] == "ok" and cell["first_state"] == "bound":
            result[2] = word(made[0].listen)
    for sock in made:
        sock.close()
    return result


@pytest.mark.parametrize("proto", STATES)
def test_sockets_of_python_have_it_so_too(lab, netns, eventually, proto):
    cells = random.Random(20).sample(rows(lab("--matrix", proto, "--csv", check=0).stdout), SAMPLE)
    for port, cell in enumerate(cells, 2000):
        assert measure(cell, port, eventually) == [cell["bind"], cell["listen"], cell["first_listen"]], cell


@pytest.mark.parametrize("words, told", [
    (["tpc"], '"tpc" is no protocol to measure; the nearest is tcp'),
    (["--addresses", "10.0.0.1"], '--addresses: "10.0.0.1": not an address that a network with lo alone has'),
    (["--addresses", "localhost"], '--addresses: "localhost": not a numeric address'),
    (["--addresses", ""], '--addresses: "": not a numeric address'),
    (["--addresses", "127.0.0.1/only"], '--addresses: "127.0.0.1/only": not a numeric address'),
    (["--addresses", "::ffff:127.0.0.1/only"], '--addresses: "::ffff:127.0.0.1/only": with IPV6_V6ONLY there are no'),
    (["--addresses", "::1,[::1]"], '--addresses: "[::1]" is named twice'),
    (["--addresses", ",".join(f"127.0.0.{n}" for n in range(1, 18))], '--addresses: "127.0.0.17": 16 addresses are the most'),
    (["--csv", "--json"], "option --csv does not go with --json"),
    (["--all"], "option --all does not go with --matrix"),
    (["-l"], "option --list does not go with --matrix"),
    (["--host"], "option --host does not go with --matrix"),
])
def test_wrong_words_are_told_and_nothing_is_measured(lab, words, told):
    done = lab("--matrix", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ports lab: {told}") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("words, name", [(["--csv"], "csv"), (["--addresses", "::"], "addresses")])
def test_options_of_the_matrix_are_for_the_matrix(lab, words, name):
    done = lab(*words, "two-addresses")
    assert (done.returncode, done.stderr) == (2, f"ports lab: option --{name} is for --matrix\n")
