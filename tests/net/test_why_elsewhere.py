"""`ports why` and other network namespaces: who has the port there, and who has it here for somebody there."""

import json
import re
import sys

import pytest

from worlds import world  # noqa: F401: a fixture

NOBODY = 65534
PORT = 8080


@pytest.fixture
def why(world):  # noqa: F811
    """why(words...): the answer as JSON, and in words."""
    def ask(*words, **more):
        done, text = world.ports("why", "--json", *words, **more), world.ports("why", *words, **more)
        assert done.returncode == text.returncode and "not what was expected" not in text.stdout, text.stdout + text.stderr
        return json.loads(done.stdout), text.stdout

    return ask


def test_who_has_the_port_in_other_namespaces_is_told_and_changes_nothing(world, why):  # noqa: F811
    world.add("red", "green", "blue")
    pids = {name: world.serve(name, port) for name, port in (("red", PORT), ("green", PORT), ("blue", PORT + 1))}

    answer, text = why(PORT)
    assert answer["verdict"] == "ok" and answer["trial"]["bind"] == "ok" and answer["blockers"] == []
    sockets = answer["elsewhere"]["sockets"]
    told = {one["socket"]["netns_name"]: (one["socket"]["state"], one["socket"]["local"]["port"], one["socket"]["owners"][0]["pid"])
            for one in sockets}
    assert told == {name: ("LISTEN", PORT, pids[name]) for name in ("red", "green")} and len(sockets) == 2
    assert answer["elsewhere"]["gaps"] is None
    for one in sockets:
        assert f"\n  {one['who']}.\n" in text
        name = one["socket"]["netns_name"]
        assert one["who"].startswith(f"tcp 127.0.0.1:{PORT} LISTEN in {name}, held by {pids[name]}/")
    assert "In other network namespaces, whose sockets are never in the way of one in this:" in text

    answer, _ = why("udp", PORT)
    assert {one["socket"]["proto"] for one in answer["elsewhere"]["sockets"]} == {"udp"}
    answer, text = why(PORT + 7)
    assert answer["elsewhere"] == {"sockets": [], "gaps": None} and "In other network namespaces" not in text


def test_a_port_that_somebody_here_has_is_explained_by_that(world, why):  # noqa: F811
    world.add("red")
    world.serve("red", PORT)
    world.serve(None, PORT)
    for words in ([PORT], ["127.0.0.2:8080"]):
        answer, text = why(*words)
        assert answer["elsewhere"] is None and "In other network namespaces" not in text
    answer, _ = why("0")
    assert answer["elsewhere"] is None


def test_many_are_told_as_many(world, why):  # noqa: F811
    names = [f"crowd{number}" for number in range(10)]
    world.add(*names)
    for name in names:
        world.serve(name, PORT)
    answer, text = why(PORT)
    assert len(answer["elsewhere"]["sockets"]) == 10
    assert text.count(" LISTEN in crowd") == 8 and "\n  and 2 more, which --json names.\n" in text


def test_who_may_not_look_is_told_so(world, why):  # noqa: F811
    world.add("red")
    world.serve("red", PORT)
    answer, text = why(PORT, user=NOBODY)
    assert answer["verdict"] == "ok" and answer["elsewhere"]["sockets"] == []
    assert answer["elsewhere"]["gaps"].startswith("1 network namespace could not be entered (red): that takes CAP_SYS_ADMIN")
    assert f"\nOther network namespaces could not all be looked into: {answer['elsewhere']['gaps']}.\n" in text


# A process of that name has a listener, and what is told of it by its arguments; a child or a socket may be in another namespace.
PROXY = """
import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
what, port = sys.argv[1:3]
listener = socket.create_server(("0.0.0.0", int(port)))

def enter(name):
    assert libc.setns(os.open("/run/netns/" + name, os.O_RDONLY | os.O_CLOEXEC), 0x40000000) == 0

if what == "child":
    reader, writer = os.pipe()
    if os.fork() == 0:
        listener.close()
        enter(sys.argv[3])
        os.write(writer, b"!")
        signal.pause()
    os.read(reader, 1)
elif what == "socket":
    own = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    enter(sys.argv[3])
    there = socket.socket()
    assert libc.setns(own, 0x40000000) == 0
    os.closerange(there.fileno() + 1, 100)
    for fd in range(3, there.fileno()):
        if fd != listener.fileno():
            os.close(fd)
print("ready", flush=True)
signal.pause()
"""


@pytest.fixture
def proxy(world):  # noqa: F811
    """proxy(name, what, words...): a process that is called so; its pid."""
    def start(name, *words):
        world.run("ln", "-sf", sys.executable, f"/run/{name}", check=0)
        return world.start(f"/run/{name}", "-u", "-c", PROXY, *words)

    return start


def published(why, pid, name, expected):
    answer, text = why(PORT)
    blocker, = answer["blockers"]
    assert answer["elsewhere"] is None and blocker["behalf"] == expected
    assert f"    {expected}.\n" in text
    assert f"stop the container of {pid}/{name}" in answer["remedies"]


def with_address(world, name, address):  # noqa: F811
    world.run("ip", "-n", name, "address", "add", f"{address}/32", "dev", "lo", check=0)


def test_docker_proxy_is_said_to_publish_it_for_a_namespace(world, why, proxy):  # noqa: F811
    world.add("web", "db")
    with_address(world, "web", "172.30.0.2")
    with_address(world, "db", "172.30.0.3")
    pid = proxy("docker-proxy", "alone", PORT, "-host-port", PORT, "-container-ip", "172.30.0.2", "-container-port", 80)
    published(why, pid, "docker-proxy", "docker-proxy publishes it for 172.30.0.2:80 in network namespace web")

    with_address(world, "db", "172.30.0.2")     # now it may be either
    published(why, pid, "docker-proxy", "docker-proxy publishes it for 172.30.0.2:80")


@pytest.mark.parametrize("name, what", [("rootlessport", "child"), ("pasta.avx2", "socket")])
def test_others_are_told_by_where_their_children_and_sockets_are(world, why, proxy, name, what):  # noqa: F811
    world.add("web", "db")
    pid = proxy(name, what, PORT, "web")
    published(why, pid, name, f"{name} publishes it for network namespace web")


def test_for_whom_is_not_known_is_not_said(world, why, proxy):  # noqa: F811
    world.add("web")
    proxy("slirp4netns", "alone", PORT)
    answer, text = why(PORT)
    assert answer["blockers"][0]["behalf"] is None and "publishes" not in text


# The listener is also held by a process that is called systemd, which has made it.
ACTIVATED = """
import os, signal, socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
os.set_inheritable(listener.fileno(), True)
reader, writer = os.pipe()
if sys.argv[2] == "both" and os.fork() == 0:
    with open("/proc/self/comm", "w") as comm:
        comm.write("service")
    os.write(writer, b"!")
    signal.pause()
if sys.argv[2] == "both":
    os.read(reader, 1)
print("ready", flush=True)
signal.pause()
"""


@pytest.mark.parametrize("who", ["both", "systemd"])
def test_socket_activation_is_named_as_such(world, why, who):  # noqa: F811
    world.run("ln", "-sf", sys.executable, "/run/systemd", check=0)
    pid = world.start("/run/systemd", "-u", "-c", ACTIVATED, PORT, who)
    answer, text = why(f"127.0.0.1:{PORT}")
    blocker, = answer["blockers"]
    assert re.fullmatch(rf"Socket activation: {pid}/systemd holds it for .*", blocker["behalf"])
    assert f"    {blocker['behalf']}.\n" in text
    remedy = next(remedy for remedy in answer["remedies"] if remedy.startswith("stop "))
    assert "the .socket unit that it is of (systemctl list-sockets)" in remedy and f"{pid}/systemd" not in remedy
    assert ("/service" in remedy) == (who == "both")


def test_the_thread_is_back_when_it_tries(world, why):  # noqa: F811
    """A bind that is tried is one in the own namespace, whatever was looked at."""
    world.add("red")
    world.serve("red", PORT)
    world.serve(None, PORT + 1)
    answer, _ = why(PORT, "--no-trial")
    assert answer["trial"] is None and len(answer["elsewhere"]["sockets"]) == 1
    answer, _ = why(f"127.0.0.1:{PORT + 1}")
    assert answer["trial"]["bind"] == "EADDRINUSE"
