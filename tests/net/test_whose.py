"""Whose a socket is, with or without a process: its control group, unit and container, and from where it is reached."""

import json
import os
import re
import socket

import pytest

from cgroups import LISTENER, SLICE, cgroup, mount_of_cgroups, path_of  # noqa: F401: a fixture
from rows import run
from servers import START

NOBODY = 65534
PORT = 8080
ID = "3f4e5d6c7b8a99887766554433221100ffeeddccbbaa00112233445566778899"

# Two processes, one of them named as if it was systemd, hold one listener.
ACTIVATED = START + """
libc.prctl(15, b"systemd")  # PR_SET_NAME
listener = socket.create_server(("127.0.0.1", {port}))
done, tell = os.pipe()
if os.fork() == 0:
    libc.prctl(15, b"sshd")
    signal.alarm(60)
    os.write(tell, b".")
    signal.pause()
    os._exit(0)
os.read(done, 1)
ready()
"""


def rows_of(ports, columns, *args, **more):
    done = ports("-H", f"--columns={columns}", *args, **more)
    return [dict(zip(columns.split(","), line.split())) for line in done.stdout.splitlines()]


def sockets_of(ports, columns, *args):
    return json.loads(ports("--json", f"--columns=+{columns}", *args).stdout)["sockets"]


@pytest.fixture
def web(netns, cgroup, children):
    """A listener that was made in a service's cgroup, by a process that has left it since."""
    folder = cgroup(f"{SLICE}/web.service")
    children.spawn(LISTENER.format(port=PORT, folder=folder, then=cgroup(f"{SLICE}/other.service")))
    return folder


def test_a_socket_is_in_the_cgroup_that_it_was_made_in(web, ports):
    row, = rows_of(ports, "unit,container,cgroup", f"-p{PORT}")
    assert row == {"unit": "web.service", "container": "-", "cgroup": path_of(web)}
    sock, = sockets_of(ports, "unit,container,cgroup", f"-p{PORT}")
    assert sock["unit"] == "web.service" and sock["container"] is None
    assert sock["cgroup"] == {"path": path_of(web), "id": os.stat(web).st_ino, "gone": False, "of": "socket"}


def test_ss_says_the_same(web, ports):
    told = re.search(r"cgroup:(\S+)", run("ss", "-Hltn", "--cgroup", "sport", f"{PORT}"))
    assert told, "this ss does not know cgroups"
    row, = rows_of(ports, "cgroup", f"-p{PORT}")
    assert told[1].endswith(row["cgroup"])


def test_who_has_no_rights_sees_it_as_well(web, ports):
    row, = rows_of(ports, "cgroup,unit,owners", f"-p{PORT}", user=NOBODY)
    assert row == {"cgroup": path_of(web), "unit": "web.service", "owners": "-"}


def test_what_no_process_holds_is_in_one(web, ports):
    """A connection that nobody has accepted yet is in the listener's."""
    with socket.create_connection(("127.0.0.1", PORT)):
        rows = rows_of(ports, "local,state,owners,unit", f"-p{PORT}")
    waiting, = [row for row in rows if row["state"] == "ESTABLISHED" and row["local"].endswith(f":{PORT}")]
    assert (waiting["owners"], waiting["unit"]) == ("-", "web.service")


def test_a_cgroup_that_was_removed_is_gone(web, cgroup, ports):
    os.rmdir(web)
    row, = rows_of(ports, "cgroup,unit", f"-p{PORT}")
    assert row == {"cgroup": "(gone)", "unit": "other.service"}
    sock, = sockets_of(ports, "cgroup", f"-p{PORT}")
    assert sock["cgroup"]["path"] is None and sock["cgroup"]["gone"] is True and sock["cgroup"]["of"] == "socket"
    assert rows_of(ports, "cgroup", f"-p{PORT}", user=NOBODY) == [{"cgroup": "(gone)"}]


def test_a_container_is_known_by_the_cgroup(netns, cgroup, children, ports):
    folder = cgroup(f"{SLICE}/docker-{ID}.scope")
    children.spawn(LISTENER.format(port=PORT, folder=folder, then=folder))
    children.spawn(LISTENER.format(port=PORT + 1, folder=mount_of_cgroups(), then=mount_of_cgroups()))

    assert rows_of(ports, "local,container") == [
        {"local": f"127.0.0.1:{PORT}", "container": ID[:12]},
        {"local": f"127.0.0.1:{PORT + 1}", "container": "-"},
    ]
    sock, = sockets_of(ports, "container", f"-p{PORT}")
    assert sock["container"] == {"id": ID, "name": None, "runtime": "docker", "pod": None}
    for text in (f"container={ID[:12]}", f"container={ID}", f"container ~ ^{ID[:4]}", f"unit=docker-{ID}.scope"):
        assert [row["local"] for row in rows_of(ports, "local", text)] == [f"127.0.0.1:{PORT}"], text
    assert [row["local"] for row in rows_of(ports, "local", f"not container={ID[:12]}")] == [f"127.0.0.1:{PORT + 1}"]


def test_members_are_there_when_their_columns_are(web, ports):
    sock, = json.loads(ports("--json", f"-p{PORT}").stdout)["sockets"]
    assert not {"cgroup", "container", "exposure", "unit"} & set(sock)
    done = ports("--csv", "--columns=cgroup,unit,container,exposure", f"-p{PORT}")
    head, line = done.stdout.splitlines()
    told = dict(zip(head.split(","), line.split(",")))
    assert (told["cgroup.path"], told["cgroup.of"], told["unit"]) == (path_of(web), "socket", "web.service")
    assert (told["container.id"], told["exposure.reach"]) == ("", "loopback")
    assert ports("--format={unit} {cgroup.gone} {exposure.reach}", f"-p{PORT}").stdout == "web.service false loopback\n"


def test_it_is_in_a_recording(web, ports, tmp_path):
    first = sockets_of(ports, "unit,container,cgroup", f"-p{PORT}", "--record", tmp_path / "recording")
    again = sockets_of(ports, "unit,container,cgroup", "--replay", tmp_path / "recording")
    assert again == first and again[0]["unit"] == "web.service"
    live = ports("--replay", tmp_path / "recording", "--columns=local,unit", "--headless", "60x10", "--script", "-",
                 stdin="wait 5\nscreen\n")
    assert re.search(rf"127.0.0.1:{PORT} +web.service", live.stdout)


def test_a_socket_says_from_where_it_is_reached(socks, ports):
    socks.listener("127.0.0.1", PORT)
    socks.listener("0.0.0.0", PORT + 1)
    both = socks.new("::")
    both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    both.bind(("::", PORT + 2))
    both.listen()
    one = socks.new("::")
    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.bind(("::", PORT + 3))
    one.listen()
    run("ip", "address", "add", "10.1.2.3/32", "dev", "lo")
    socks.listener("10.1.2.3", PORT + 4)
    socks.pair(socks.listener("127.0.0.1", PORT + 5))

    expected = {PORT: "loopback", PORT + 1: "everywhere/ipv4", PORT + 2: "everywhere/both", PORT + 3: "everywhere/ipv6",
                PORT + 4: "host/private", PORT + 5: "loopback"}
    rows = rows_of(ports, "local,state,exposure")
    assert {int(row["local"].rsplit(":", 1)[1]): row["exposure"] for row in rows if row["state"] == "LISTEN"} == expected
    assert {row["exposure"] for row in rows if row["state"] != "LISTEN"} == {"-"}
    listed = [row["exposure"] for row in rows_of(ports, "exposure", "-l", "--sort=exposure")]
    assert listed == ["everywhere/both", "everywhere/ipv6", "everywhere/ipv4", "host/private", "loopback", "loopback"]
    assert len(rows_of(ports, "local", "exposure=everywhere,host")) == 4
    done = ports("exposure=nowhere")
    assert done.returncode == 2 and re.search('column 10: "nowhere" is no exposure; the nearest is', done.stderr)


def test_systemd_is_not_killed_with_the_service_that_it_holds_the_socket_for(netns, children, ports):
    manager = children.spawn(ACTIVATED.format(port=PORT))
    row, = rows_of(ports, "owners", f"-p{PORT}")
    assert re.fullmatch(rf"\d+/sshd,{manager.pid}/systemd", row["owners"])    # the service stands first
    service = int(row["owners"].split("/")[0])
    done = ports("kill", PORT)
    assert f"TERM sent to {service}/sshd " in done.stdout
    assert f"port {PORT} is still held: LISTEN of {manager.pid}/systemd" in done.stdout
    assert f"{manager.pid}/systemd is not killed" in done.stderr and "socket activation" in done.stderr
    assert done.returncode == 3
    assert manager.process.poll() is None
