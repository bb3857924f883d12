"""Filters: the same rows as ss, where ss has words for them, in a namespace full of sockets."""

import collections
import os
import random
import shlex
import socket
import subprocess

import pytest

from rows import is_ipv6, lines_of, ss_end
from socks import STATES, Maker

Ends = collections.namedtuple("Ends", "proto local foreign")

# From ss(8), from the text that came with iproute2 (doc/ss.sgml), and around them.
DOCUMENTED = [
    "state established ( dport = :ssh or sport = :ssh )",
    "state fin-wait-1 ( sport = :http or sport = :https ) dst 193.233.7/24",
    "state fin-wait-2 ( sport = :http or sport = :https ) dst 127.0.0/24",
    "exclude SYN-RECV",
    "excl fin-wait-1",
    "state fin-wait-1 ( sport neq :http and sport neq :https ) or not dst 193.233.7/24",
    "state established ( sport neq :http and sport neq :https ) or not dst 127.0.0.1/24",
    "dst 127.0.0.1", "dst 127.0.0.1:", "dst 127.0.0.1/32:", "dst 127.0.0.1:*", "dst [127.0.0.1]", "dst 127.0.0.0/24:22",
    "dst [::1]", "dst ::1/128", "src [::1]:443", "src 127/8", "dst = 127.0.0.1", "src *:22", "src any", "src :22",
    "not dst 127.0.0.1:22", "not src 127.0.0.1", "! src [::1]", "src inet:127.0.0.1", "dst inet6:[::1]",
    "dport >= :1024", "dport != :22", "sport < :32000", "sport = :22", "sport == :22", "sport eq :22", "sport :22", "sport 22",
    "sport neq :22", "sport ne 22", "dport gt :1024", "dport geq :22", "dport ge 22", "sport lt :1024", "sport le :22",
    "sport leq 22", "dport > :22", "sport <= :22", "dport = :0", "sport = :*", "sport = :http", "sport = http",
    "sport = inet:22", "dport = inet::22", "sport = inet6::8022", "dport > inet::1024",
    "sport = :22 and dport > :1024", "sport = :22 & dport > :1024", "sport = :22 && dport > :1024", "sport = :22 dport > :1024",
    "sport = :22 or sport = :80", "sport = :22 | sport = :80", "sport = :22 || sport = :80", "not sport = :22", "! sport = :22",
    "( ( sport = :22 ) )", "not ( sport = :22 or dport = :22 )", "! ( sport = :22 and not dport > :1024 )",
    "dev = lo", "dev lo", "dev != lo", "dev = 1", "not dev lo",
    "autobound", "autobound and dport = :22",
    "fwmark = 1", "fwmark 0x01/0x03", "state big fwmark != 1", "state big not fwmark = 0x2/0x2",
    "state time-wait state syn-recv", "state connected exclude time-wait", "exclude time-wait exclude listening",
    "exclude established state established", "state ESTABLISHED", "state Time-Wait dport = :22",
]
STATE_WORDS = ["all", "connected", "synchronized", "bucket", "big", "established", "syn-sent", "syn-recv", "fin-wait-1",
               "fin-wait-2", "time-wait", "closed", "close-wait", "last-ack", "listening", "closing", "unconnected"]

NOBODY = 65534
RANDOM_CASES = int(os.environ.get("FILTER_CASES", "60"))
SEED = int(os.environ.get("FILTER_SEED", "1"))
BATCH = 250  # as many as one test has time for, and as its TIME_WAITs last


def mark(number):
    return (socket.SOL_SOCKET, socket.SO_MARK, number)


ON_LO = (socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")


@pytest.fixture
def full(socks):
    """Sockets in every state, on known ports, with marks, on a device, mapped, and of UDP."""
    for host in ("127.0.0.1", "::1"):
        maker = Maker(socks, host)
        for make in STATES.values():
            make(maker)
        for port, options in ((22, ()), (80, [mark(1)]), (443, [mark(2), ON_LO])):
            listener = socks.listener(host, port, options=options)
            client, _ = socks.pair(listener)
            waiting, _ = socks.pair(listener)
            waiting.shutdown(socket.SHUT_WR)
            client, server = socks.pair(listener)
            client.close()
            server.close()
        socks.udp(host, 53, options=[mark(3)])
        socks.udp_to(socks.udp(host), host)
    both = socks.listener("::", 8022)
    client = socks.new()
    client.connect(("127.0.0.1", 8022))
    socks.keep(both.accept()[0])
    return socks


def ends_of_ss(words, *options):
    done = subprocess.run(["ss", "-Htuan", *options, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and done.stderr == "", (words, done.stderr)
    return collections.Counter(ends_of_line(line.split()) for line in done.stdout.splitlines())


def ends_of_line(fields):
    """Its state is left out where only one is asked for."""
    local, foreign = fields[-2:]
    return Ends(fields[0] + ("6" if is_ipv6(local) else ""), ss_end(local), ss_end(foreign))


def ends_of_ports(ports, words):
    """Sockets that are bound and no more ss 6.1 does not know."""
    done = ports("--no-owners", *words)
    assert done.returncode in (0, 1) and done.stderr == "", done.stderr
    return collections.Counter(Ends(line.proto, line.local, line.foreign)
                               for line in lines_of(done.stdout) if line.state != "BOUND")


def unlike(ports, text):
    """What only one of the two has, as a text; empty: they have the same."""
    words = shlex.split(text)
    theirs, ours = ends_of_ss(words), ends_of_ports(ports, words)
    if theirs == ours:
        return ""
    return f"{text}: only ss has {sorted((theirs - ours).elements())}, only ports {sorted((ours - theirs).elements())}"


def check(ports, texts):
    """What is unlike is asked for again: a TIME_WAIT may be over before the second of the two looks."""
    faults = [fault for text in texts if unlike(ports, text) and (fault := unlike(ports, text))]
    assert not faults, "\n".join(faults)


def test_the_documented_filters_give_the_rows_of_ss(ports, full):
    check(ports, DOCUMENTED)


def test_each_state_and_group_of_states_gives_the_rows_of_ss(ports, full):
    words = [f"{word} {state}" for state in STATE_WORDS for word in ("state", "exclude")]
    check(ports, [text for text in words if text != "exclude all"])


class Generator:
    """Filters that ss reads as it says: all in parentheses, as it reads "or" and "and" from left to right."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def condition(self):
        choose = self.random.choice
        port = choose(["22", "80", "443", "53", "8022", "0", "1024", "40000", "65535"])
        address = choose(["127.0.0.1", "127.0.0.0/8", "127.0.0.0/30", "[::1]", "127.0.0.1:22", "[::1]:443", ":80", "*:22"])
        return choose([
            f"{choose(['sport', 'dport'])} {choose(['=', '!=', '<', '<=', '>', '>=', 'eq', 'lt'])} :{port}",
            f"{choose(['src', 'dst'])} {address}",
            f"dev {choose(['=', '!='])} {choose(['lo', '1'])}",
        ])

    def filter(self, depth):
        if depth == 0 or self.random.random() < 0.25:
            text = self.condition()
        else:
            join = self.random.choice(["and", "or", "&&", "||", ""])
            text = f"( {self.filter(depth - 1)} {join} {self.filter(depth - 1)} )"
        return f"{self.random.choice(['not', '!'])} {text}" if self.random.random() < 0.25 else text

    def whole(self):
        states = self.random.choice(["", "", "state connected", "exclude time-wait", "state big exclude listening"])
        return f"{states} {self.filter(self.random.randrange(4))}"


@pytest.mark.parametrize("first", range(0, RANDOM_CASES, BATCH))
def test_random_filters_give_the_rows_of_ss(ports, full, first):
    generator = Generator(f"{SEED}-{first}")
    check(ports, [generator.whole() for _ in range(min(BATCH, RANDOM_CASES - first))])


def test_or_binds_less_than_and_whatever_stands_first(ports, full):
    """ss says so, too, and reads from left to right."""
    done = ports("--no-owners", "-H", "sport = :22 or sport = :80 and sport = :443")
    assert {line.split()[3].rpartition(":")[2] for line in done.stdout.splitlines()} == {"22"}


def local_ports(done):
    assert done.returncode in (0, 1), done.stderr
    return sorted(int(line.split()[3].rpartition(":")[2]) for line in done.stdout.splitlines())


def test_what_is_told_of_owners_and_measurements_is_filtered(ports, socks):
    listener = socks.listener(port=22, options=[(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)])
    socks.listener(port=23)
    waiting = socks.client(listener)
    me, mine = str(os.getpid()), waiting.getsockname()[1]
    assert local_ports(ports("-H", "-l", "pid", me)) == [22, 23]
    assert local_ports(ports("-H", "-l", "pid", "!=", me)) == []
    assert local_ports(ports("-H", "-l", "flags A")) == [22]
    assert local_ports(ports("-H", "-l", "not flags A")) == [23]
    assert local_ports(ports("-H", "owner none")) == [22]
    assert local_ports(ports("-H", "recvq > 0")) == [22]
    assert local_ports(ports("-H", "rtt > 0 dport = :22")) == [mine]
    assert local_ports(ports("-H", "rtt > 1h")) == []
    assert local_ports(ports("-H", "port", "22,23", "state", "listening", f"pid {me}")) == [22, 23]
    assert local_ports(ports("-H", "comm ~ . and sport = :23")) == [23]


def test_nobody_looks_for_owners_of_what_is_left_out_anyway(ports, socks):
    """Whose sockets they are an ordinary user cannot see, which is said of those alone that may be listed."""
    socks.listener(port=22)
    socks.udp(port=53)
    done = ports("-H", "comm = x", "sport = :22", user=NOBODY)
    assert done.returncode == 1 and "1 socket" in done.stderr, done.stderr
    assert ports("-H", "sport = :1", user=NOBODY).stderr == ""


def test_marks_are_unknown_without_the_right_to_see_them(ports, socks):
    """And the kernel, which refuses to compare them then, is asked without."""
    socks.listener(port=22, options=[mark(1)])
    assert local_ports(ports("-H", "--no-owners", "fwmark = 1")) == [22]
    for text in ("fwmark = 1", "fwmark != 1"):
        done = ports("-H", "--no-owners", text, user=NOBODY)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert local_ports(ports("-H", "--no-owners", "fwmark = 1 or sport = :22", user=NOBODY)) == [22]


def test_an_age_is_nothing_that_a_list_could_know(ports):
    done = ports("age > 5m")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ('ports: the filter "age > 5m" asks for an age, which the live table, a replay and ports events know, '
                           "and one look does not\n")


def test_a_rate_takes_two_looks(ports, socks):
    listener = socks.listener(port=22)
    client, server = socks.pair(listener)
    done = ports("in-rate > 0")
    assert (done.returncode, done.stdout) == (2, "") and "asks for a rate, which takes two looks" in done.stderr
    running = subprocess.Popen([os.environ["PORTS"], "-H", "-c", "0.2", "--columns", "local", "out-rate > 0"],
                               stdout=subprocess.PIPE, text=True)
    try:
        while not (line := running.stdout.readline()).startswith("127.0.0.1"):
            client.send(b"x")
            assert line != ""
        assert line.strip() == "127.0.0.1:%d" % client.getsockname()[1]
    finally:
        running.terminate()
        running.communicate()


def test_a_word_may_be_a_name_that_is_still_to_be_found(ports, socks):
    """Of a TIME_WAIT, too, which nobody has any more."""
    listener = socks.listener(port=22)
    client, server = socks.pair(listener)
    client.close()
    server.close()
    listener.close()
    done = ports("-H", "-r", "localhost")
    if "no c-ares" in done.stderr:
        pytest.skip("built without c-ares")
    assert [line.split()[5] for line in done.stdout.splitlines()] == ["TIME_WAIT"]


def test_the_configuration_file_may_have_a_filter(ports, socks, tmp_path):
    socks.listener(port=22)
    socks.listener(port=23)
    (tmp_path / "ports").mkdir()
    config = tmp_path / "ports" / "config"
    config.write_text("filter=sport = :22\n", encoding="utf-8")
    env = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    assert local_ports(ports("-H", "-l", env=env)) == [22]
    assert local_ports(ports("-H", "-l", "sport > 22", env=env)) == [23]
    assert local_ports(ports("-H", "-l", "--filter=", env=env)) == [22, 23]
    config.write_text("filter=sport = \n", encoding="utf-8")
    done = ports("-l", env=env)
    assert done.returncode == 2 and f"{config}:1: --filter: column 8: the filter ends" in done.stderr


def test_a_cgroup_is_compared_by_its_identity(ports, full):
    """Where there is a file system of cgroups; ss calls the root by where that is."""
    with open("/proc/mounts", encoding="utf-8") as mounts:
        roots = [line.split()[1] for line in mounts if line.split()[2] == "cgroup2"]
    if not roots:
        pytest.skip("no cgroup2 file system is mounted")
    assert unlike(ports, f"cgroup = {roots[0]}") == ""
    assert unlike(ports, f"state big not cgroup {roots[0]}") == ""
    all_of_them = ends_of_ss(["cgroup", roots[0]])
    assert all_of_them and ends_of_ports(ports, ["cgroup = /"]) == all_of_them
    assert "is no cgroup of this system" in ports("cgroup = /no/such").stderr
