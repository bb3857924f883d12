"""A world of its own for several network namespaces: its mounts, where names below /run/netns are nobody else's, and its processes,
so that "all" is what a test has made."""

import collections
import json
import os
import shutil
import sys

import pytest

Done = collections.namedtuple("Done", "returncode stdout stderr seconds")

# Runs what it is told in lines: {"run": argv, "user": uid or null}, or {"start": argv, ...}, which is there once it says "ready".
KEEPER = """
import ctypes, json, os, resource, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
os.makedirs("/run/netns")
started = []

def user_of(wish):
    return {} if wish["user"] is None else {"user": wish["user"], "group": wish["user"], "extra_groups": []}

def run(wish):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(wish["run"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, cwd="/", **user_of(wish))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [done.returncode, done.stdout, done.stderr, seconds]

def start(wish):
    child = subprocess.Popen(wish["start"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd="/", **user_of(wish))
    started.append(child)
    return [child.pid, child.stdout.readline().strip()]

def end(wish):
    child = next(child for child in started if child.pid == wish["end"])
    child.kill()
    return [child.wait()]

def do(wish):
    try:
        return run(wish) if "run" in wish else start(wish) if "start" in wish else end(wish)
    except PermissionError as error:  # of who cannot become that user
        return str(error)

print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(do(json.loads(line))), flush=True)
"""


class World:
    def __init__(self, children):
        self._keeper = children.spawn(["unshare", "-mpf", "--mount-proc", "--kill-child", sys.executable, "-u", "-c", KEEPER])

    def kill(self):
        """Ends all in it; unshare(1) waits for its child, whatever signal it gets but this one."""
        self._keeper.process.kill()

    def _ask(self, **wish):
        __tracebackhide__ = True
        self._keeper.tell(json.dumps(wish))
        answer = json.loads(self._keeper.line(timeout=60))
        if isinstance(answer, str):
            pytest.skip(f"cannot become uid {wish['user']}: {answer}")
        return answer

    def run(self, *argv, user=None, check=None):
        __tracebackhide__ = True
        done = Done(*self._ask(run=[*map(str, argv)], user=user))
        if check not in (None, done.returncode):
            pytest.fail(f"{' '.join(map(str, argv))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start(self, *argv, user=None):
        """A process that says "ready"; its pid in this world."""
        pid, line = self._ask(start=[*map(str, argv)], user=user)
        assert line == "ready"
        return pid

    def end(self, pid):
        self._ask(end=pid)

    def ports(self, *args, user=None, check=None):
        program = os.environ["PORTS"] if user is None else self.public_program
        return self.run("env", "XDG_CONFIG_HOME=/nonexistent", program, *args, user=user, check=check)

    def sockets(self, *args, **more):
        """What --json says."""
        done = self.ports("--json", *args, **more)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)["sockets"]

    def add(self, *names):
        for name in names:
            self.run("ip", "netns", "add", name, check=0)
            self.run("ip", "-n", name, "link", "set", "lo", "up", check=0)

    def serve(self, name, *ports, code=None):
        """Listeners on these ports of 127.0.0.1 in the namespace of that name."""
        inside = ["ip", "netns", "exec", name] if name is not None else []
        return self.start(*inside, sys.executable, "-u", "-c", code or SERVER, *ports)


# With a connection to the first of its ports, whose other end is not accepted, and a UDP socket.
SERVER = """
import signal, socket, sys
kept = [socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[1:]]
kept.append(socket.create_connection(kept[0].getsockname()))
kept.append(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
kept[-1].bind(("::1", int(sys.argv[1])))
print("ready", flush=True)
signal.pause()
"""


@pytest.fixture
def world(netns, children, request):
    """A World; its own network namespace is a fresh one, too."""
    if shutil.which("ip") is None:
        pytest.skip("there is no ip(8)")
    made = World(children)
    made.public_program = request.getfixturevalue("_public_program")
    yield made
    made.kill()
