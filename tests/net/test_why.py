"""`ports why`: each situation in which people meet "Address already in use", and the kernel's own answer beside it."""

import errno
import json
import os
import socket
import subprocess
import sys

import pytest

from servers import START

NOBODY = 65534
PORT = 8080

A = (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
P = (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
V6ONLY = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
DUAL = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
CAP_NET_BIND_SERVICE = 1 << 10


SHARED = START + """
listener = socket.create_server(("127.0.0.1", {port}), reuse_port=True)
ready()
"""


class Answer:
    def __init__(self, done):
        self.status = done.returncode
        self.errors = done.stderr
        self.all = json.loads(done.stdout)
        assert self.all["schema"] == 1

    def __getattr__(self, name):
        return self.all[name]

    def states(self):
        return [blocker["socket"]["state"] for blocker in self.blockers]

    def helps(self, text):
        return any(text in remedy for remedy in self.remedies)


@pytest.fixture
def why(ports):
    """why(words...): the answer as JSON, which must agree with the one in words."""
    def ask(*words, **options):
        answer = Answer(ports("why", "--json", *words, **options))
        text = ports("why", *words, **options)
        assert text.returncode == answer.status
        assert answer.sentence.lower() in text.stdout.lower()
        for remedy in answer.remedies:
            assert not remedy.startswith("wait") and remedy in text.stdout or remedy.startswith("wait")
        assert "not what was expected" not in text.stdout
        return answer

    return ask


def works(answer):
    assert (answer.verdict, answer.errno, answer.status) == ("ok", None, 0)
    if answer.trial is not None:
        assert answer.trial["bind"] == "ok" and answer.trial["listen"] in ("ok", None)


def fails(answer, name="EADDRINUSE", step="bind"):
    assert (answer.verdict, answer.errno, answer.step, answer.status) == ("fail", name, step, 1)
    if answer.trial is not None:
        tried = answer.trial["bind"] if step == "bind" else answer.trial["listen"]
        assert tried in (name, None)


def restarted(socks, old_options):
    """What is left of a server that greeted a client and closed first: TIME_WAIT on its port."""
    listener = socks.listener(port=PORT, options=old_options)
    client, server = socks.pair(listener)
    server.shutdown(socket.SHUT_WR)
    assert client.recv(1) == b""
    client.close()
    server.close()
    listener.close()


def test_nothing_is_in_the_way(why, netns):
    works(why(f"127.0.0.1:{PORT}"))
    works(why(f"{PORT}", "--listen"))
    works(why("udp6", f"[::1]:{PORT}"))


def test_the_wildcard_beside_an_address_and_the_other_way_round(why, socks):
    socks.listener(port=PORT)
    answer = why(f"0.0.0.0:{PORT}")
    fails(answer)
    assert answer.states() == ["LISTEN"] and answer.blockers[0]["socket"]["local"]["addr"] == "127.0.0.1"
    assert answer.blockers[0]["socket"]["owners"][0]["pid"] == os.getpid()
    assert answer.helps(f"{os.getpid()}/") and answer.helps(f"{PORT + 1} is free")
    works(why(f"127.0.0.2:{PORT}", "--listen"))


def test_an_address_beside_the_wildcard(why, socks):
    socks.listener("0.0.0.0", PORT)
    answer = why(f"127.0.0.1:{PORT}")
    fails(answer)
    assert answer.blockers[0]["socket"]["local"]["addr"] == "0.0.0.0"


def test_reuseaddr_shares_with_no_listener(why, socks):
    bound = socks.bound(port=PORT, options=[A])
    works(why(f"0.0.0.0:{PORT}", "--reuseaddr"))
    bound.listen()
    answer = why(f"0.0.0.0:{PORT}", "--reuseaddr")
    fails(answer)
    assert answer.rule == "listener-reuseaddr"
    assert not answer.helps("SO_REUSEADDR") and answer.helps("SO_REUSEPORT before bind() on both sides")


def test_the_first_listen_wins(why, socks):
    socks.bound(port=PORT, options=[A])
    works(why(f"127.0.0.1:{PORT}", "--reuseaddr", "--listen"))


def test_reuseport_on_both_shares_with_a_listener(why, socks):
    socks.listener(port=PORT, options=[P])
    works(why(f"0.0.0.0:{PORT}", "--reuseport", "--listen"))
    fails(why(f"0.0.0.0:{PORT}", "--listen"))
    assert why(f"0.0.0.0:{PORT}").helps("SO_REUSEPORT on this socket")


def test_reuseport_is_for_one_user(why, children, netns):
    children.spawn(SHARED.format(port=PORT), user=NOBODY)
    answer = why(f"127.0.0.1:{PORT}", "--reuseport")
    fails(answer)
    assert answer.rule == "other-uid-reuseport" and answer.helps("as the same user")


@pytest.mark.parametrize("old, new", [((), ()), ((), ("--reuseaddr",)), ((A,), ())])
def test_one_reuseaddr_of_two_is_not_enough(why, socks, old, new):
    socks.bound(port=PORT, options=old)
    fails(why(f"127.0.0.1:{PORT}", *new))


def test_both_have_reuseaddr(why, socks):
    socks.bound(port=PORT, options=[A])
    works(why(f"127.0.0.1:{PORT}", "--reuseaddr"))
    assert why(f"127.0.0.1:{PORT}").helps("SO_REUSEADDR on this socket")


def test_bound_only_sockets_are_named_as_what_they_are(why, socks):
    socks.bound(port=PORT)
    answer = why(f"127.0.0.1:{PORT}")
    fails(answer)
    assert answer.states() == ["BOUND"] and answer.helps("SO_REUSEADDR before bind() on both sides")


def test_low_ports_need_a_capability(why, netns, ports):
    answer = why("127.0.0.1:80", user=NOBODY)
    fails(answer, "EACCES")
    assert answer.rule == "privileged-port"
    assert answer.helps("cap_net_bind_service") and answer.helps("ip_unprivileged_port_start=80") and answer.helps("1024 is free")
    works(why("127.0.0.1:80"))
    fails(why("127.0.0.1:80", "--user", str(NOBODY)), "EACCES")


def test_time_wait_blocks_a_restart_and_waiting_helps(why, socks):
    restarted(socks, [])
    answer = why(f"127.0.0.1:{PORT}", "--listen")
    fails(answer)
    assert answer.states() == ["TIME_WAIT"] and answer.helps("wait ")
    assert "gone in" in answer.blockers[0]["why"] and "this side closed first" in answer.blockers[0]["why"]
    assert answer.trial["bind"] == "EADDRINUSE"
    works(why(f"127.0.0.2:{PORT}"))


def test_time_wait_carries_the_old_flag(why, socks):
    restarted(socks, [])
    answer = why(f"127.0.0.1:{PORT}", "--reuseaddr")
    assert answer.verdict in ("unknown", "fail") and answer.status == 1
    assert answer.trial["bind"] == "EADDRINUSE" and answer.helps("wait ")


def test_time_wait_with_the_flag_on_both_is_no_obstacle(why, socks):
    restarted(socks, [A])
    answer = why(f"127.0.0.1:{PORT}", "--reuseaddr", "--listen")
    assert answer.verdict in ("unknown", "ok") and answer.status == 0 and answer.trial == {"bind": "ok", "listen": "ok"}


def test_dual_stack_takes_ipv4_too(why, socks):
    socks.listener("::", PORT, options=[DUAL])
    answer = why(f"0.0.0.0:{PORT}")
    fails(answer)
    assert answer.blockers[0]["socket"]["family"] == "inet6" and answer.helps("IPV6_V6ONLY on the other side")


def test_v6only_leaves_ipv4_alone(why, socks):
    socks.listener("::", PORT, options=[V6ONLY])
    works(why(f"0.0.0.0:{PORT}"))
    fails(why(f"[::1]:{PORT}"))


def test_dual_stack_wish_beside_ipv4(why, socks):
    socks.listener("0.0.0.0", PORT)
    answer = why(f"[::]:{PORT}")
    fails(answer)
    assert answer.helps("IPV6_V6ONLY on this socket")
    works(why(f"[::]:{PORT}", "--v6only"))


def test_the_ipv6_ghost(why, socks):
    """A client's IPv6 connection is in the way of 0.0.0.0, not of 127.0.0.1."""
    client, _ = socks.pair(socks.listener("::1"))
    port = client.getsockname()[1]
    answer = why(f"0.0.0.0:{port}")
    fails(answer)
    assert "IPV6_V6ONLY" in answer.blockers[0]["why"] and answer.blockers[0]["socket"]["local"]["addr"] == "::1"
    works(why(f"127.0.0.1:{port}"))


def test_a_clients_port_is_named_as_such(why, socks):
    client, _ = socks.pair(socks.listener())
    port = client.getsockname()[1]
    answer = why(f"127.0.0.1:{port}", "--reuseaddr")
    fails(answer)
    assert "gives to clients" in answer.blockers[0]["why"] and answer.helps("ip_local_reserved_ports")


def test_an_orphan_has_no_process(why, socks, eventually):
    listener = socks.listener(port=PORT)
    _, server = socks.pair(listener)
    server.close()
    listener.close()
    eventually(lambda: why(f"127.0.0.1:{PORT}").states() == ["FIN_WAIT2"])  # the peer's ACK is delayed
    answer = why(f"127.0.0.1:{PORT}")
    fails(answer)
    assert answer.states() == ["FIN_WAIT2"] and answer.blockers[0]["socket"]["owners"] == []
    assert "its process has closed" in answer.blockers[0]["why"]


HOLDER = """
import os, socket, subprocess, sys
sock = socket.create_server(("127.0.0.1", {port}))
command = ["unshare", "--pid", "--fork", "--mount-proc", sys.argv[1], "why", "{port}"]
os.write(1, subprocess.run(command, capture_output=True, timeout=60).stdout)
"""


def test_what_no_process_here_holds_is_named_as_such(netns):
    """As the kernel's own sockets are: here the holder is outside of the pid namespace."""
    code = HOLDER.format(port=PORT)
    done = subprocess.run([sys.executable, "-c", code, os.environ["PORTS"]], capture_output=True, text=True, check=True,
                          timeout=60)
    assert "held by no process of this /proc: by the kernel itself" in done.stdout


def test_stale_and_live_unix_sockets(why, netns, tmp_path):
    path = str(tmp_path / "x.sock")
    works(why(f"unix:{path}"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        answer = why(f"unix:{path}")
        fails(answer)
        assert answer.rule == "path-exists" and f"{os.getpid()}/" in answer.blockers[0]["why"]
    answer = why(f"unix:{path}")
    fails(answer)
    assert answer.rule == "path-stale" and answer.helps(f"rm {path}")
    os.unlink(path)
    works(why(f"unix:{path}"))
    assert not os.path.exists(path)
    fails(why(f"unix:{tmp_path}/none/x.sock"), "ENOENT")


def test_abstract_names_are_of_one_type(why, netns):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0taken")
        fails(why("unix:@taken"))
        works(why("unix-dgram:@taken"))
    works(why("unix:@taken"))


def test_an_address_that_is_not_here(why, netns):
    answer = why(f"192.0.2.77:{PORT}")
    fails(answer, "EADDRNOTAVAIL")
    assert answer.rule == "not-local" and answer.helps(f"0.0.0.0:{PORT}") and answer.helps("IP_FREEBIND")
    works(why(f"192.0.2.77:{PORT}", "--freebind"))


@pytest.mark.parametrize("words, name", [
    (("tcp6", f"127.0.0.1:{PORT}"), "EINVAL"),
    (("tcp4", f"[::1]:{PORT}"), "EAFNOSUPPORT"),
])
def test_an_address_of_the_other_family(why, netns, words, name):
    answer = why(*words)
    fails(answer, name)
    assert answer.wish["socket"] == f"tcp {words[1]}" and answer.helps("a socket of the address's family")


@pytest.mark.parametrize("words, name, help", [
    (("[fe80::1]:80",), "EINVAL", ""),
    (("[fe80::1%nowhere]:80",), "ENODEV", ""),
    (("[ff02::1]:80",), "EINVAL", ""),
    (("[::ffff:127.0.0.1]:80", "--v6only"), "EINVAL", "leave IPV6_V6ONLY off"),
])
def test_what_is_checked_before_others_are_looked_at(why, netns, words, name, help):
    answer = why(*words)
    fails(answer, name)
    assert answer.helps(help) or not help


def test_udp_and_tcp_share_nothing(why, socks):
    socks.udp(port=PORT)
    works(why(f"127.0.0.1:{PORT}"))
    fails(why("udp", f"127.0.0.1:{PORT}"))


def test_udplite_is_a_table_of_its_own(why, socks):
    socks.udp(port=PORT)
    works(why("udplite", f"127.0.0.1:{PORT}"))
    lite = socks.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136))
    lite.bind(("127.0.0.1", PORT))
    fails(why("udplite", f"127.0.0.1:{PORT}"))


def test_mptcp_shares_the_table_of_tcp(why, socks):
    socks.listener(port=PORT)
    fails(why("mptcp", f"127.0.0.1:{PORT}"))


def test_a_udp_socket_that_shares_is_not_tried(why, socks):
    taker = socks.udp(port=PORT, options=[A])
    answer = why("udp", f"127.0.0.1:{PORT}", "--reuseaddr")
    assert answer.verdict == "ok" and answer.trial is None
    sender = socks.udp()
    sender.sendto(b"x", taker.getsockname())
    taker.settimeout(10)
    assert taker.recv(1) == b"x"


def test_a_group_of_listeners_is_not_joined_by_the_trial(why, socks):
    listener = socks.listener(port=PORT, options=[P])
    answer = why(f"127.0.0.1:{PORT}", "--reuseport", "--listen")
    works(answer)
    assert answer.trial == {"bind": "ok", "listen": None}
    assert listener.getsockname()[1] == PORT


def test_without_trial_the_rules_alone_answer(why, socks):
    socks.listener(port=PORT)
    answer = why(f"127.0.0.1:{PORT}", "--no-trial")
    fails(answer)
    assert answer.trial is None


def test_an_unprivileged_user_is_right_where_the_flags_do_not_matter(why, socks):
    socks.listener(port=PORT, options=[A])
    fails(why(f"127.0.0.1:{PORT}", "--no-trial", user=NOBODY))                  # no flags: anything overlapping blocks
    fails(why(f"127.0.0.1:{PORT}", "--reuseaddr", "--no-trial", user=NOBODY))   # it listens
    works(why(f"127.0.0.2:{PORT}", "--no-trial", user=NOBODY))                  # nothing overlaps


def test_an_unprivileged_user_is_told_what_cannot_be_seen(why, socks, ports):
    socks.bound(port=PORT, options=[A])
    answer = why(f"127.0.0.1:{PORT}", "--reuseaddr", "--no-trial", user=NOBODY)
    assert (answer.verdict, answer.status) == ("unknown", 3)
    assert "cannot be seen" in answer.blockers[0]["why"]
    tried = why(f"127.0.0.1:{PORT}", "--reuseaddr", user=NOBODY)
    assert tried.status == 0 and tried.trial["bind"] == "ok"


@pytest.mark.parametrize("words, fault", [
    ((), "an address is missing"),
    (("127.0.0.1:99999",), "99999"),
    (("localhost:80",), '"localhost:80"'),
    (("[::1:80",), '"[::1:80"'),
    (("80", "81"), '"81"'),
    (("--device", "nowhere", "80"), '"nowhere"'),
    (("--user", "no such user", "80"), '"no such user"'),
    (("--reuse", "80"), '"--reuse"'),
    (("--nonsense", "80"), '"--nonsense"'),
    (("unix:",), '""'),
])
def test_bad_words_are_named(ports, netns, words, fault):
    done = ports("why", *words)
    assert done.returncode == 2 and done.stdout == ""
    line, = done.stderr.splitlines()
    assert line.startswith("ports: ") and fault in line


def test_errno_names_are_those_of_python(why, netns):
    assert getattr(errno, why(f"192.0.2.77:{PORT}").errno) == errno.EADDRNOTAVAIL
