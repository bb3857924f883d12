"""What ports, ss, netstat and /proc/net say, as rows that can be compared."""

import collections
import json
import socket
import struct
import subprocess

Row = collections.namedtuple("Row", "proto local foreign state")
Line = collections.namedtuple("Line", "proto recvq sendq local foreign state timer user owners")

HEADER = ["Proto", "Recv-Q", "Send-Q", "Local-Address", "Foreign-Address", "State", "Timer", "User", "PID/Program"]

SS_STATES = {"ESTAB": "ESTABLISHED", "FIN-WAIT-1": "FIN_WAIT1", "FIN-WAIT-2": "FIN_WAIT2"}

# include/net/tcp_states.h
PROC_STATES = ["", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
               "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"]


def lines_of(text):
    """The rows of the list, whose header is checked on the way."""
    header, *lines = text.splitlines()
    assert header.split() == HEADER
    return [Line(*line.split(None, len(HEADER) - 1)) for line in lines]


def row_of(line):
    return Row(line.proto, line.local, line.foreign, line.state)


def list_rows(ports, *args):
    """What the list says of addresses and states; a busy host's /proc is none of this."""
    done = ports("--no-owners", *args)
    assert done.returncode in (0, 1) and done.stderr == ""
    return collections.Counter(row_of(line) for line in lines_of(done.stdout))


def sockets_of(ports, *args, owners=False, **more):
    """What --json says, fast unless the owners matter."""
    args += () if owners else ("--no-owners",)
    done = ports("--json", *args, **more)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["sockets"]


def endpoint(end, family):
    host = f"[{end['addr']}]" if family == "inet6" else end["addr"]
    device = f"%{end['dev']}" if end.get("dev") else ""
    return f"{host}{device}:{end['port'] or '*'}"


def json_row(sock):
    family = sock["family"]
    proto = sock["proto"] + ("6" if family == "inet6" else "")
    return Row(proto, endpoint(sock["local"], family), endpoint(sock["remote"], family), sock["state"])


def run(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout


def ss_fields(text=None):
    """text: what ss -Htuan said somewhere else."""
    return [line.split() for line in (text if text is not None else run("ss", "-Htuan")).splitlines()]


def is_ipv6(end):
    return end[0] in "[*"


def ss_end(end):
    """ss writes the any-address of a dual-stack socket as a star."""
    return "[::]" + end[1:] if end[0] == "*" else end


def ss_rows(text=None):
    rows = collections.Counter()
    for proto, state, _, _, local, foreign, *_ in ss_fields(text):
        state = SS_STATES.get(state, state.replace("-", "_"))
        proto += "6" if is_ipv6(local) else ""
        rows[Row(proto, ss_end(local), ss_end(foreign), state)] += 1
    return rows


def ss_bound_rows():
    """Bound and no more; None where ss does not know them yet (before iproute2 6.8)."""
    done = subprocess.run(["ss", "-HtnB"], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        return None
    ends = [line.split()[-2:] for line in done.stdout.splitlines()]
    return collections.Counter(Row("tcp6" if is_ipv6(local) else "tcp", ss_end(local), ss_end(foreign), "BOUND")
                               for local, foreign in ends)


def proc_end(text, family):
    address, port = text.split(":")
    words = [int(address[i:i + 8], 16) for i in range(0, len(address), 8)]
    host = socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words))
    host = f"[{host}]" if family == socket.AF_INET6 else host
    return f"{host}:{int(port, 16) or '*'}"


def proc_rows(name):
    """One of /proc/net/tcp, tcp6, udp, udp6."""
    family = socket.AF_INET6 if name.endswith("6") else socket.AF_INET
    rows = collections.Counter()
    with open(f"/proc/self/net/{name}", encoding="ascii") as table:
        next(table)
        for line in table:
            _, local, foreign, state, *_ = line.split()
            state = PROC_STATES[int(state, 16)]
            state = "UNCONN" if name.startswith("udp") and state == "CLOSE" else state
            rows[Row(name, proc_end(local, family), proc_end(foreign, family), state)] += 1
    return rows
