"""The JSON schema, version 1: every member is there, with its type, in every socket."""

import datetime
import json
import re

import pytest

from servers import LISTENER
from socks import LOCALHOSTS, STATES, Maker

NULL = type(None)

SCHEMA = {
    "proto": str, "family": str, "state": str,
    "local": {"addr": str, "port": int, "dev": (str, NULL)},
    "remote": {"addr": str, "port": int},
    "recvq": (int, NULL), "sendq": (int, NULL),
    "uid": (int, NULL), "user": (str, NULL), "inode": int, "cookie": int, "netns": (int, NULL),
    "timer": ({"kind": str, "ms": (int, NULL), "retrans": int}, NULL),
    "options": {"reuseaddr": (bool, NULL), "reuseport": (bool, NULL), "v6only": (bool, NULL),
                "freebind": (bool, NULL), "transparent": (bool, NULL), "bind_address_no_port": (bool, NULL)},
    "owners": ([{"pid": int, "fd": int, "comm": str}], NULL),
    "former_owners": bool,
}


def fits(value, schema):
    """Whether a value has the type, or one of the types, of the schema; members that are not in it may be added."""
    if isinstance(schema, tuple):
        return any(fits(value, one) for one in schema)
    if isinstance(schema, dict):
        return isinstance(value, dict) and all(key in value and fits(value[key], schema[key]) for key in schema)
    if isinstance(schema, list):
        return isinstance(value, list) and all(fits(one, schema[0]) for one in value)
    return type(value) is schema


@pytest.fixture
def all_kinds(socks, ports, eventually):
    """Sockets of all states and both families."""
    for host in LOCALHOSTS:
        for make in STATES.values():
            make(Maker(socks, host))
        socks.udp_to(socks.udp(host), host)
    assert eventually(lambda: set(STATES) <= {sock["state"] for sock in json.loads(ports("--json").stdout)["sockets"]})
    return socks


def test_every_socket_fits_the_schema(all_kinds, ports):
    sockets = json.loads(ports("--json").stdout)["sockets"]

    for sock in sockets:
        assert fits(sock, SCHEMA), sock
    assert {sock["proto"] for sock in sockets} == {"tcp", "udp"}
    assert {sock["family"] for sock in sockets} == {"inet", "inet6"}
    assert {sock["state"] for sock in sockets} == {*STATES, "UNCONN"}
    assert len({sock["cookie"] for sock in sockets}) == len(sockets)


def test_document_has_version_and_time(all_kinds, ports):
    before = datetime.datetime.now(datetime.timezone.utc)
    document = json.loads(ports("--json").stdout)

    assert document["schema"] == 1 and document["hidden"] == {"owners": 0, "flags": 0}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", document["time"])
    time = datetime.datetime.fromisoformat(document["time"])
    assert abs(time - before) < datetime.timedelta(seconds=60)


def timeless(sockets):
    """Without what passes between two calls."""
    return [{**sock, "timer": sock["timer"] and sock["timer"]["kind"]} for sock in sockets]


def test_ndjson_has_the_same_sockets_one_a_line(all_kinds, ports, eventually):
    def same():
        """A stuffed connection may still be pushing its queue about, but at some time two calls see it alike."""
        lines = [json.loads(line) for line in ports("--ndjson").stdout.splitlines()]
        return timeless(lines) == timeless(json.loads(ports("--json").stdout)["sockets"])

    eventually(same)


def test_json_has_the_same_order_as_the_list(all_kinds, ports):
    states = [line.split()[5] for line in ports("-H").stdout.splitlines()]
    assert states == [sock["state"] for sock in json.loads(ports("--json").stdout)["sockets"]]


def test_nothing_is_an_empty_document(netns, ports):
    done = ports("--json", "-p", "1")
    assert done.returncode == 1 and json.loads(done.stdout)["sockets"] == []
    done = ports("--ndjson", "-p", "1")
    assert (done.returncode, done.stdout) == (1, "")


def test_unknown_owners_are_null_and_none_is_a_list(netns, children, ports, socks):
    children.spawn(LISTENER.format(port=9001))
    listener = socks.listener(port=9002)
    socks.client(listener)

    sockets = json.loads(ports("--json", "--no-owners", "-l").stdout)["sockets"]
    assert [sock["owners"] for sock in sockets] == [None, None]
    waiting, = [sock for sock in json.loads(ports("--json").stdout)["sockets"] if sock["inode"] == 0]
    assert waiting["owners"] == []
