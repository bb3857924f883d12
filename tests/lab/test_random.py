"""Sockets made at random on a few addresses and two ports: every bind, listen and connect of them is predicted."""

import os
import random
import socket

import pytest

SCENARIOS = 40
SEED = 20
IPV4 = ("0.0.0.0", "127.0.0.1", "127.0.0.2")
IPV6 = ("[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:0.0.0.0]")


class Maker:
    """Writes one scenario."""

    def __init__(self, rng, proto, actors):
        self.rng, self.proto, self.actors = rng, proto, actors
        self.lines, self.socks, self.made = [], [], 0

    def new_name(self):
        self.made += 1
        return f"s{self.made}"

    def kind(self, six):
        return f"{self.proto}{'6' if six else '4'}"

    def bind(self):
        actor, name, six = self.rng.choice(self.actors), self.new_name(), self.rng.random() < 0.4
        self.lines.append(f"{actor}: socket {name} {self.kind(six)}")
        self.lines += [f"{actor}: set {name} {option} 1" for option in ("reuseaddr", "reuseport") + ("v6only",) * six
                       if self.rng.random() < 0.5]
        address = self.rng.choice(IPV6 if six else IPV4)
        self.lines.append(f"{actor}: bind {name} {address}:{self.rng.choice((8080, 8080, 8080, 8081))}")
        self.socks.append((actor, name))

    def connect(self):
        name, six = self.new_name(), self.rng.random() < 0.3
        address = "[::1]" if six else self.rng.choice(IPV4[1:])
        self.lines += [f"client: socket {name} {self.kind(six)}",
                       f"client: connect {name} {address}:{self.rng.choice((8080, 8081))}"]
        self.socks.append(("client", name))

    def listen(self):
        actor, name = self.rng.choice(self.socks)
        self.lines.append(f"{actor}: listen {name}")

    def change(self):       # EINVAL: MPTCP takes no changes once it is connected
        actor, name = self.rng.choice(self.socks)
        option, value = self.rng.choice(("reuseaddr", "reuseport")), self.rng.choice("01")
        self.lines.append(f"{actor}: set {name} {option} {value} => ok|EINVAL")

    def close(self):
        actor, name = self.socks.pop(self.rng.randrange(len(self.socks)))
        self.lines.append(f"{actor}: close {name}")

    def text(self):
        if "user" in self.actors:
            self.lines.append("user: user 65534")
        for _ in range(self.rng.randint(15, 40)):
            steps = [self.bind] * 3 + ([self.listen, self.change, self.close, self.connect] if self.socks else [])
            self.rng.choice(steps)()
        return "".join(f"{line}\n" for line in self.lines)


KINDS = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0), "udplite": (socket.SOCK_DGRAM, 136),
         "mptcp": (socket.SOCK_STREAM, 262)}


@pytest.mark.parametrize("proto", KINDS)
def test_every_step_is_predicted(lab, tmp_path, proto):
    try:
        socket.socket(socket.AF_INET6, *KINDS[proto]).close()
    except OSError as error:
        pytest.skip(f"no {proto} over IPv6 here: {error}")
    actors = ["a", "b"] + ["user"] * (os.geteuid() == 0)
    rng = random.Random(SEED)
    paths = []
    for number in range(SCENARIOS):
        paths.append(tmp_path / f"{number}.lab")
        paths[-1].write_text(Maker(rng, proto, actors).text(), encoding="ascii")
    done = lab("--tap", *paths)
    assert done.returncode == 0, "".join(line for line in done.stdout.splitlines(True) if line.startswith(("#", "not")))
    assert done.stdout.endswith(f"1..{SCENARIOS}\n# {SCENARIOS} scenarios: {SCENARIOS} passed, 0 failed, 0 skipped\n")
