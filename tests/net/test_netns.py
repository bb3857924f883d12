"""-N: the sockets of other network namespaces, found, told apart and asked for, against ss -N and nsenter."""

import collections
import json
import os
import re
import sys

import pytest

from cgroups import LISTENER, SLICE, cgroup  # noqa: F401: a fixture
from rows import json_row, ss_rows
from worlds import world  # noqa: F401: a fixture

NOBODY = 65534
NAMES = ("red", "green", "blue")


def by_namespace(sockets):
    """The rows of each namespace, by what it is called."""
    rows = collections.defaultdict(collections.Counter)
    for sock in sockets:
        rows[sock["netns_name"] or sock["netns"]][json_row(sock)] += 1
    return rows


def ss_of(world, *inside):
    """What ss says in a namespace; it is entered by a command in front."""
    return ss_rows(world.run(*inside, "ss", "-Htuan", check=0).stdout)


@pytest.fixture
def three(world):
    """Three namespaces with a name, with 1, 2 and 3 listeners; and their servers' pids."""
    world.add(*NAMES)
    return {name: world.serve(name, *range(9000, 9001 + i)) for i, name in enumerate(NAMES)}


def test_all_are_listed_namespace_by_namespace(three, world):
    world.serve(None, 9000)

    rows = by_namespace(world.sockets("-N", "all"))
    assert {name: rows[name] for name in NAMES} == {name: ss_rows(world.run("ss", "-N", name, "-Htuan").stdout) for name in NAMES}
    assert rows["own"] == ss_of(world) and len(rows) == 4
    assert sum(rows["blue"].values()) == 6


def test_one_is_named_by_name_pid_path_or_inode(three, world):
    inode = world.sockets("-N", "green")[0]["netns"]
    for word in ("green", three["green"], "/run/netns/green", f"/proc/{three['green']}/ns/net", inode):
        assert by_namespace(world.sockets("-N", word)) == {"green": ss_of(world, "ip", "netns", "exec", "green")}
    for words in (["-N", "red,blue"], ["-N", "red", "-Nblue"], ["--netns=blue,red,red"]):
        assert sorted(by_namespace(world.sockets(*words))) == ["blue", "red"]
    assert by_namespace(world.sockets("-N", "own")) == {}
    for words in (f"green,{inode}", f"{inode},green", f"{three['green']},{inode},/run/netns/green"):
        done = world.ports("-N", words, "-lt", "-H", check=0)
        assert len(done.stdout.splitlines()) == 2 and done.stderr == ""


def test_sockets_are_told_apart_by_their_namespace_and_have_their_owners(three, world):
    listeners = world.sockets("-N", "all", "-l", "-t", "-p9000")
    assert {sock["netns_name"]: [owner["pid"] for owner in sock["owners"]] for sock in listeners} == {
        name: [three[name]] for name in NAMES}
    assert len({sock["netns"] for sock in listeners}) == 3
    header, *lines = world.ports("-N", "all", "-lt", "-p9000", check=0).stdout.splitlines()
    assert header.split()[-2:] == ["Netns", "PID/Program"]
    assert [line.split()[-2] for line in lines] == [name for name, _ in sorted(
        ((sock["netns_name"], sock["netns"]) for sock in listeners), key=lambda pair: pair[1])]


def test_the_column_comes_with_the_option_and_where_it_is_named(three, world):
    assert "Netns" not in world.ports(check=1).stdout
    assert world.ports("-N", "red", "--columns=local,state").stdout.split()[:2] == ["Local-Address", "State"]
    assert world.ports("-N", "red", "-lt", "--columns=netns,local", check=0).stdout.splitlines()[1].split() == ["red", "127.0.0.1:9000"]
    assert world.ports("-N", "red", "-lt", "--format={netns_name} {local.port}").stdout == "red 9000\n"
    inode = world.sockets("-N", "red")[0]["netns"]
    csv = world.ports("-N", "red", "-lt", "--csv", "--columns=netns,local").stdout.splitlines()
    assert csv == ["netns,netns_name,local.addr,local.port,local.dev", f"{inode},red,127.0.0.1,9000,"]
    assert all(sock["netns"] is None and sock["netns_name"] is None for sock in world.sockets())


def test_names_of_devices_are_those_of_the_namespace(world):
    device = """
import signal, socket, sys
sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
sock.listen()
print("ready", flush=True)
signal.pause()
"""
    world.add("red", "green")
    for name in ("red", "green"):
        world.run("ip", "-n", name, "link", "set", "lo", "down")
        if world.run("ip", "-n", name, "link", "set", "lo", "name", f"{name}0").returncode != 0:
            pytest.skip("this kernel does not rename lo")
        world.run("ip", "-n", name, "link", "set", f"{name}0", "up")
        world.serve(name, f"{name}0", code=device)
    world.serve(None, "lo", code=device)

    assert {sock["netns_name"]: sock["local"]["dev"] for sock in world.sockets("-N", "all")} == {
        "red": "red0", "green": "green0", "own": "lo"}
    assert [sock["netns_name"] for sock in world.sockets("-N", "all", "dev red0")] == ["red"]
    assert [sock["netns_name"] for sock in world.sockets("-N", "all", "dev lo")] == ["own"]


CONTAINER = "3f4e5d6c7b8a99887766554433221100ffeeddccbbaa00112233445566778899"


@pytest.mark.parametrize("group, label", [(f"docker-{CONTAINER}.scope", CONTAINER[:12]), ("web.service", "web.service")])
def test_one_without_a_name_is_called_by_the_container_or_unit_of_a_process(world, cgroup, group, label):  # noqa: F811
    folder = cgroup(f"{SLICE}/{group}")
    code = LISTENER.format(port=9000, folder=folder, then=folder)
    pid = world.start("unshare", "-n", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", sys.executable, "-u", "-c", code)

    sock, = world.sockets("-N", "all")
    assert sock["netns_name"] == label and world.sockets("-N", label) == [sock] == world.sockets("-N", pid)


# A ping socket, which only a file of /proc/net tells of, and a unix socket.
OTHER_KINDS = """
import signal, socket
with open("/proc/sys/net/ipv4/ping_group_range", "w") as range:
    range.write("0 0")
ping = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
ping.bind(("127.0.0.1", 77))
name = socket.socket(socket.AF_UNIX)
name.bind("\\0of red")
name.listen()
print("ready", flush=True)
signal.pause()
"""


def test_all_kinds_of_sockets_are_those_of_the_namespace(world):
    world.add("red")
    world.serve("red", code=OTHER_KINDS)
    ping, = world.sockets("-N", "all", "--icmp")
    assert (ping["netns_name"], ping["proto"], ping["local"]["addr"]) == ("red", "icmp", "127.0.0.1")
    names = [(sock["netns_name"], sock["local"]["abstract"]) for sock in world.sockets("-N", "all", "-x", "-l")]
    assert names == [("red", "of red")]
    assert {sock["netns_name"] for sock in world.sockets("-N", "all", "--netlink")} == {"own", "red"}


def test_the_filter_knows_namespaces(three, world):
    def names(*words):
        return sorted({sock["netns_name"] for sock in world.sockets("-N", "all", *words)})

    assert names("netns red or netns ~ ^bl") == ["blue", "red"]
    assert names("netns != red") == ["blue", "green"]
    assert names(f"netns {world.sockets('-N', 'red')[0]['netns']}") == ["red"]
    assert names("green") == ["green"]
    done = world.ports("netns red", check=2)
    assert done.stderr == ('ports: the filter "netns red" asks for network namespaces, and only with -N others are looked at '
                           '(-N all)\n')


@pytest.mark.parametrize("words, status, expected", [
    (["nope"], 2, '"nope" is no network namespace: there is no such name in /run/netns'),
    (["red,4000000"], 2, '"4000000" is no process'),
    (["/etc/passwd"], 2, '"/etc/passwd" stands for a file that is no network namespace'),
    (["/proc/self/ns/mnt"], 2, '"/proc/self/ns/mnt" is a namespace, but none of the network'),
    (["a/b"], 2, '"a/b" is no network namespace: a name, a process id, a path'),
    ([""], 2, '"" is no network namespace'),
    (["red,"], 2, '"" is no network namespace'),
])
def test_what_is_no_namespace_is_refused_in_one_line(three, world, words, status, expected):
    for command in ([], ["events"], ["kill", "9000"], ["destroy", "9000"]):
        done = world.ports(*command, "-N", *words)
        line, = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (status, "") and line.startswith("ports: --netns: ") and expected in line


def test_what_it_does_not_go_with_is_said(three, world):
    for words, expected in ((["--synthetic", "9"], "--synthetic"), (["--replay", "/dev/null"], "--replay")):
        done = world.ports("-N", "all", *words, check=2)
        assert expected in done.stderr and len(done.stderr.splitlines()) == 1
    for words in ("wait", "-N", "red"), ("why", "80", "--netns=red"), ("metrics", "--netns", "red"):
        line, = world.ports(*words, check=2).stderr.splitlines()
        assert line.startswith(f"ports: ports {words[0]} has no -N: ") and f"ip netns exec NAME ports {words[0]}" in line


# Namespaces that are not found by a process in them, all made by one process that has left them:
# mounted elsewhere, or only for a process that has mounts of its own, open in the process, that of a socket alone, the place of one of its threads.
ELSEWHERE = """
import ctypes, os, signal, socket, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
NEWNET, BIND = 0x40000000, 4096
own, kept = os.open("/proc/thread-self/ns/net", os.O_RDONLY), []

def make(port):
    assert libc.unshare(NEWNET) == 0, os.strerror(ctypes.get_errno())
    sock = socket.socket()
    sock.bind(("0.0.0.0", port))
    sock.listen()
    kept.append(sock)
    return "/proc/thread-self/ns/net"

def mount(port):
    open("/run/with a blank", "w").close()
    assert libc.mount(make(port).encode(), b"/run/with a blank", b"", BIND, None) == 0

def hold(port):
    kept.append(os.open(make(port), os.O_RDONLY))

mount(9001)
hold(9002)
make(9004)
assert libc.setns(own, NEWNET) == 0
ready = threading.Event()
threading.Thread(target=lambda: (make(9003), ready.set(), signal.pause()), daemon=True).start()
ready.wait()
print("ready", flush=True)
signal.pause()
"""


def test_those_that_no_process_is_in_are_found(world):
    pid = world.start(sys.executable, "-u", "-c", ELSEWHERE)
    found = {sock["local"]["port"]: sock["netns"] for sock in world.sockets("-N", "all", "-l")}
    assert sorted(found) == [9001, 9002, 9003, 9004] and len(set(found.values())) == 4
    for port, inode in found.items():
        assert [sock["local"]["port"] for sock in world.sockets("-N", inode)] == [port]
    assert [sock["local"]["port"] for sock in world.sockets("-N", "/run/with a blank")] == [9001]

    owner, = world.sockets("-N", "all", "-l", "-p9004")[0]["owners"]
    path = f"/proc/{pid}/fd/{owner['fd']}"
    assert owner["pid"] == pid and [sock["local"]["port"] for sock in world.sockets("-N", path)] == [9004]
    assert world.ports("destroy", "-N", "all", "-l", "9004", check=0).stdout == f"tcp 0.0.0.0:9004 in {found[9004]} LISTEN\n"
    assert sorted(sock["local"]["port"] for sock in world.sockets("-N", "all", "state listening")) == [9001, 9002, 9003]


# One that is mounted, and that in a mount namespace of the process's own.
MOUNTED = """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWNET, BIND, PRIVATE = 0x20000, 0x40000000, 4096, 0x44000
own = os.open("/proc/self/ns/net", os.O_RDONLY)
assert libc.unshare(NEWNS) == 0 and libc.mount(b"none", b"/", b"", PRIVATE, None) == 0 and libc.unshare(NEWNET) == 0
with open("/run/with a blank", "w") as file:
    file.write(str(os.stat("/proc/self/ns/net").st_ino))
assert libc.mount(b"/proc/self/ns/net", b"/run/with a blank", b"", BIND, None) == 0
assert libc.setns(own, NEWNET) == 0
os.close(own)
print("ready", flush=True)
signal.pause()
"""


def test_one_that_is_mounted_for_others_only_is_found(world):
    pid = world.start(sys.executable, "-u", "-c", MOUNTED)
    inode = world.run("cat", "/run/with a blank").stdout
    done = world.ports("-N", inode, check=1)
    assert done.stderr == ""
    world.end(pid)
    assert "is no network namespace" in world.ports("-N", inode, check=2).stderr


# One user namespace in another, each with a network namespace and a listener in it.
NESTED = """
import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
path = "/proc/self/"

def enter(port):
    uid, gid = os.geteuid(), os.getegid()
    assert libc.unshare(0x50000000) == 0, os.strerror(ctypes.get_errno())
    for name, text in ("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1"):
        with open(path + name, "w") as file:
            file.write(text)
    sock = socket.socket()
    sock.bind(("0.0.0.0", port))
    sock.listen()
    return sock

outer = enter(9001)
reader, writer = os.pipe()
if os.fork() == 0:
    inner = enter(9002)
    os.write(writer, str(os.getpid()).encode())
    signal.pause()
print("ready" if os.read(reader, 20) else "failed", flush=True)
signal.pause()
"""


@pytest.fixture
def nested(world):
    if world.run("unshare", "-Urn", "true", user=NOBODY).returncode != 0:
        pytest.skip("this system has no user namespaces for everybody")
    return world.start(sys.executable, "-u", "-c", NESTED, user=NOBODY)


@pytest.mark.parametrize("user", [None, NOBODY], ids=["root", "nobody"])
def test_nested_user_namespaces_are_looked_into_by_root_and_by_who_made_them(three, nested, world, user):
    if user is None and by_namespace(world.sockets("-N", nested, "-l")) == {}:
        pytest.skip("this root is none over other users' namespaces")
    listeners = world.sockets("-N", "all", "-l", "src 0.0.0.0 and port 9001-9002", user=user)
    sockets = {sock["local"]["port"]: sock for sock in listeners}

    assert sorted(sockets) == [9001, 9002]
    assert {sock["uid"] for sock in sockets.values()} == {NOBODY}  # who is root in there
    outer, inner = (sockets[port]["netns"] for port in (9001, 9002))
    assert outer != inner
    children = f"/proc/{nested}/task/{nested}/children"
    child = world.run("cat", children).stdout.split()[0]
    for pid, inode in ((nested, outer), (child, inner)):
        assert world.run("readlink", f"/proc/{pid}/ns/net").stdout == f"net:[{inode}]\n"
        entered = ss_of(world, "nsenter", "-t", pid, "-U", "-n", "--preserve-credentials")
        assert by_namespace(world.sockets("-N", pid, user=user)) == {inode: entered}


def test_what_may_not_be_entered_is_said_and_counted(three, world):
    done = world.ports("-N", "all", user=NOBODY)
    line, = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith("ports: 3 network namespaces could not be entered (blue, green, red): that takes CAP_SYS_ADMIN (run as root)")
    assert re.search(r"; of \d+ processes it is not known which network namespace they are in \(run as root\)$", line)
    assert json.loads(world.ports("-N", "all", "--json", user=NOBODY).stdout)["hidden"]["netns"] == 3
    world.add("pink", "grey")
    assert "5 network namespaces could not be entered (blue, green, grey and 2 more)" in world.ports("-N", "all", user=NOBODY).stderr

    done = world.ports("-N", "red", user=NOBODY, check=3)
    line, = done.stderr.splitlines()
    assert line == ('ports: --netns: "red" is a network namespace that this user may not enter: that takes CAP_SYS_ADMIN '
                    '(run as root)')
    assert 'may not see' in world.ports("-N", three["red"], user=NOBODY, check=3).stderr


def test_one_that_vanishes_is_no_error(three, world):
    world.start("sh", "-c", "echo ready; while :; do ip netns add gone; ip netns del gone; done")
    for _ in range(40):
        done = world.ports("-N", "all", "--no-owners", "-lt")
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(line.split()[-2] for line in done.stdout.splitlines()[1:]) == sorted(["red", "green", "green", *["blue"] * 3])


def test_one_that_was_named_and_is_gone_is_said(three, world):
    script = f"""
echo ready
exec env XDG_CONFIG_HOME=/nonexistent {os.environ["PORTS"]} -c 0.1 -N red,blue -H -lt --columns=netns >/run/out 2>/run/err
"""
    world.start("sh", "-c", script)
    world.run("sh", "-c", "until grep -q red /run/out; do sleep 0.02; done")
    world.end(three["red"])
    world.run("ip", "netns", "del", "red")
    world.run("sh", "-c", "until grep -q . /run/err; do sleep 0.02; done")
    assert world.run("cat", "/run/err").stdout == "ports: network namespace red is not there\n"
    world.run("sh", "-c", "until [ $(tail -n 4 /run/out | grep -c blue) = 3 ]; do sleep 0.02; done")


CROWD = """
import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
kept = []
for number in range(100):
    assert libc.unshare(0x40000000) == 0
    path = f"/run/netns/crowd{number}"
    open(path, "w").close()
    assert libc.mount(b"/proc/self/ns/net", path.encode(), b"", 4096, None) == 0
    for port in range(50):
        kept.append(socket.socket(socket.AF_INET6 if port % 2 else socket.AF_INET))
        kept[-1].bind(("", 1000 + number + port))
        kept[-1].listen()
print("ready", flush=True)
signal.pause()
"""


def test_a_hundred_namespaces_with_fifty_sockets_each(many_descriptors, world):
    world.start(sys.executable, "-u", "-c", CROWD)
    done = world.ports("-N", "all", "--no-owners", "--json", "-t", check=0)
    rows = by_namespace(json.loads(done.stdout)["sockets"])
    assert len(rows) == 100 and sum(map(len, rows.values())) == 5000

    oracle = world.run("sh", "-c", 'for name in /run/netns/*; do echo "${name##*/}"; ss -N "${name##*/}" -Htan; done', check=0)
    told = re.split(r"^(crowd\d+)$", oracle.stdout, flags=re.MULTILINE)[1:]
    assert rows == {name: ss_rows(re.sub("^", "tcp ", text.strip(), flags=re.MULTILINE)) for name, text in zip(told[::2], told[1::2])}
    # For each namespace the kernel goes through the sockets of the whole machine, so how long that takes is not this test's to say.
    assert done.seconds < 2 * oracle.seconds


# Waits until a process has slept for a moment, and says in which network namespaces its threads were all the time.
RESTS = """
until before=$(grep ^voluntary /proc/$0/status); grep -q "State:.S" /proc/$0/status && links=$(readlink /proc/$0/task/*/ns/net | sort -u) &&
    sleep 0.02 && [ "$before" = "$(grep ^voluntary /proc/$0/status)" ]; do :; done; echo "$links"
""".strip()


def test_the_program_is_in_its_own_namespace_whenever_it_rests(three, world, eventually):
    script = f"echo ready; exec env XDG_CONFIG_HOME=/nonexistent {os.environ['PORTS']} -c 1 -N all >/run/out"
    pid = world.start("sh", "-c", script)
    own = world.run("readlink", "/proc/self/ns/net").stdout
    looks = f"for i in $(seq 5); do {RESTS}; done"
    eventually(lambda: "green" in world.run("cat", "/run/out").stdout)
    assert world.run("sh", "-c", looks, pid).stdout.splitlines(keepends=True) == [own] * 5


def test_a_recording_keeps_the_namespaces(three, nested, world):
    world.run("chmod", "777", "/run")
    done = world.ports("-N", "all", "--json", "--record", "/run/recording")
    document, again = json.loads(done.stdout), json.loads(world.ports("--replay", "/run/recording", "--json").stdout)
    assert again["sockets"] == document["sockets"] and again["hidden"] == document["hidden"]
    assert set(NAMES) <= {sock["netns_name"] for sock in again["sockets"]}
    assert world.ports("--replay", "/run/recording").stdout.split()[8] == "Netns"
    assert {sock["netns_name"] for sock in json.loads(
        world.ports("--replay", "/run/recording", "--json", "netns red").stdout)["sockets"]} == {"red"}

    done = world.ports("-N", "all", "--json", "--record", "/run/nobodys", user=NOBODY)
    again = json.loads(world.ports("--replay", "/run/nobodys", "--json").stdout)
    assert again["sockets"] == json.loads(done.stdout)["sockets"] and again["hidden"]["netns"] == 3
    assert {sock["uid"] for sock in again["sockets"]} == {NOBODY}


def listening(world, name):
    return [sock["local"]["port"] for sock in world.sockets("-N", name, "state listening")]


def test_kill_and_destroy_mean_the_namespace(three, world):
    done = world.ports("kill", "-N", "red", "9000", check=0)
    assert f"TERM sent to {three['red']}/" in done.stdout and " in red LISTEN, and" in done.stdout
    assert "port 9000 is free" in done.stdout
    assert [len(listening(world, name)) for name in NAMES] == [0, 2, 3]

    done = world.ports("destroy", "-N", "green", "-t", "-l", "9001", check=0)
    assert done.stdout == "tcp 127.0.0.1:9001 in green LISTEN\n"
    assert listening(world, "green") == [9000] and len(listening(world, "blue")) == 3


def test_events_tell_the_namespace(three, world):
    script = f"echo ready; exec env XDG_CONFIG_HOME=/nonexistent {os.environ['PORTS']} events -N all -c 1 --count 2 -t 9100 >/run/out"
    world.run("sh", "-c", RESTS, world.start("sh", "-c", script), check=0)
    code = """
import os, signal, socket, time
sock = socket.create_server(("127.0.0.1", 9100))
print("ready", flush=True)
while os.path.getsize("/run/out") == 0:
    time.sleep(0.02)
"""
    world.serve("green", code=code)
    lines = world.run("sh", "-c", "until [ $(wc -l </run/out) = 2 ]; do sleep 0.02; done; cat /run/out").stdout.splitlines()
    assert [line.split()[1:7] for line in lines] == [
        ["opened", "tcp", "127.0.0.1:9100", "0.0.0.0:*", "LISTEN", "green"],
        ["closed", "tcp", "127.0.0.1:9100", "0.0.0.0:*", "LISTEN", "green"]]
