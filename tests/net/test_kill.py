"""`ports kill` and `ports destroy`: those who are meant, and nobody else.  Every socket here is another process's."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from servers import LISTENER, PREFORK, START

NOBODY = 65534
PORT = 8080

# Connects to the port, says so, and says what became of the connection.
CLIENT = START + """
client = socket.create_connection(("127.0.0.1", {port}))
print("ready", client.getsockname()[1], flush=True)
try:
    print("ended" if client.recv(1) == b"" else "data", flush=True)
except OSError as error:
    print(error.errno, flush=True)
signal.pause()
"""

# Does not end for a signal that asks.
STUBBORN = START + """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
listener = socket.create_server(("127.0.0.1", {port}))
ready()
"""

# Gives the port up when it is asked to, and goes on with its connections.
GRACEFUL = START + """
listener = socket.create_server(("127.0.0.1", {port}))
signal.signal(signal.SIGTERM, lambda *_: listener.close())
print("ready", flush=True)
while True:
    signal.pause()
"""

# Starts a server, and starts it again as soon as it has ended, as systemd does with Restart=always.
SUPERVISOR = START + """
def serve(tell):
    if os.fork() == 0:
        libc.prctl(1, signal.SIGKILL)
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", {port}))
        server.listen()
        os.write(tell, b".")
        signal.pause()

done, tell = os.pipe()
serve(tell)
os.read(done, 1)
print("ready", flush=True)
while True:
    os.wait()
    serve(tell)
"""


def is_running(child):
    return child.process.poll() is None


def ended(child):
    return child.process.wait(10)


def test_whoever_listens_is_ended_and_the_port_is_free(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT))
    name = f"{server.pid}/python3"
    done = ports("kill", "-p", PORT, check=0)
    assert ended(server) == -signal.SIGTERM
    assert done.stderr == "" and done.stdout.splitlines()[0].startswith(f"TERM sent to {server.pid}/")
    assert f"(tcp 127.0.0.1:{PORT} LISTEN)" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[1:] == [f"{server.pid}/{name.split('/')[1]} has ended", f"port {PORT} is free"] or \
        done.stdout.splitlines()[2] == f"port {PORT} is free"


def test_all_of_a_prefork_server_are_ended(ports, children, netns):
    server = children.spawn(PREFORK.format(port=PORT))
    done = ports("kill", PORT, check=0)
    assert ended(server) == -signal.SIGTERM
    assert done.stdout.count("TERM sent to ") == 5 and done.stdout.count(" has ended") == 5
    assert done.stdout.splitlines()[-1] == f"port {PORT} is free"


def test_a_client_of_the_port_is_left_alone(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT))
    client = children.spawn(CLIENT.format(port=PORT))
    ports("kill", PORT, check=0)
    ended(server)
    assert client.line() in ("ended", "104") and is_running(client)
    done = ports("kill", PORT, check=1)
    assert done.stdout == "" and done.stderr.startswith(f"ports: nobody listens on port {PORT}")
    assert is_running(client)


def test_clients_are_ended_when_all_are_meant(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT))
    client = children.spawn(CLIENT.format(port=PORT))
    done = ports("kill", "--all", PORT, check=0)
    assert ended(server) == ended(client) == -signal.SIGTERM
    assert done.stdout.count("TERM sent to ") == 2 and f">127.0.0.1:{PORT} ESTABLISHED" in done.stdout


def test_only_the_protocol_that_is_meant(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT))
    assert ports("kill", "-u", PORT).returncode == 1 and is_running(server)
    assert ports("kill", "-6", PORT).returncode == 1 and is_running(server)
    assert ports("kill", "-t", "-4", PORT).returncode == 0
    ended(server)


def test_a_dry_run_kills_nobody(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT))
    done = ports("kill", PORT, "--dry-run", check=0)
    assert done.stdout.startswith(f"TERM would be sent to {server.pid}/") and is_running(server)
    assert ports("kill", PORT + 1, "--dry-run").returncode == 1


def test_who_does_not_end_is_told(ports, children, netns):
    server = children.spawn(STUBBORN.format(port=PORT))
    done = ports("kill", PORT, "--wait", "200ms", check=124)
    lines = done.stdout.splitlines()
    assert lines[1].endswith(" is still there")
    assert lines[2].startswith(f"port {PORT} is still held: LISTEN of {server.pid}/")
    done = ports("kill", PORT, "--signal", "sigkill", check=0)
    assert done.stdout.startswith("KILL sent to ") and ended(server) == -signal.SIGKILL


def test_who_gives_the_port_up_need_not_end(ports, children, netns):
    server = children.spawn(GRACEFUL.format(port=PORT))
    done = ports("kill", PORT, check=0)
    lines = done.stdout.splitlines()
    assert lines[1].endswith(" is still there") and lines[2] == f"port {PORT} is free"
    assert is_running(server)
    server.process.kill()


def test_a_server_that_is_started_again_is_told(ports, children, netns):
    children.spawn(SUPERVISOR.format(port=PORT))
    done = ports("kill", PORT, check=124)
    lines = done.stdout.splitlines()
    killed = lines[0].split()[3]
    assert lines[1] == f"{killed} has ended"
    assert f"port {PORT} is still held: LISTEN of " in lines[2] and killed not in lines[2]


def test_without_waiting_it_is_only_sent(ports, children, netns):
    server = children.spawn(STUBBORN.format(port=PORT))
    done = ports("kill", PORT, "--wait", "0", check=0)
    assert done.stdout.count("\n") == 1 and is_running(server)
    server.process.kill()


def test_what_is_left_in_time_wait_is_said(ports, children, netns):
    children.spawn(START + f"""
listener = socket.create_server(("127.0.0.1", {PORT}))
client = socket.create_connection(("127.0.0.1", {PORT}))
server = listener.accept()[0]
server.close()
client.close()
ready()
""")
    assert ports("kill", PORT, check=0).stdout.endswith(f"port {PORT} has nobody, but sockets in TIME_WAIT\n")


def test_several_ports_are_exact_ones(ports, children, netns):
    servers = [children.spawn(LISTENER.format(port=port)) for port in (PORT, PORT + 2)]
    between = children.spawn(LISTENER.format(port=PORT + 1))
    for words in (f"{PORT}-{PORT + 2}", f"80,{PORT}-{PORT + 2}"):
        done = ports("kill", words, check=2)
        assert "exact ports are wanted" in done.stderr
    done = ports("kill", f"{PORT},{PORT + 2}", check=0)
    assert [ended(server) for server in servers] == [-signal.SIGTERM] * 2 and is_running(between)
    assert done.stdout.splitlines()[-2:] == [f"port {PORT} is free", f"port {PORT + 2} is free"]


def test_another_users_server_is_not_permitted(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT))
    done = ports("kill", PORT, user=NOBODY, check=3)
    assert done.stdout == "" and done.stderr.startswith("ports: ") and is_running(server)


def test_ones_own_server_is_permitted(ports, children, netns):
    server = children.spawn(LISTENER.format(port=PORT), user=NOBODY)
    ports("kill", PORT, user=NOBODY, check=0)
    assert ended(server) == -signal.SIGTERM


def test_the_first_process_is_not_killed(netns):
    """In a pid namespace of its own, whose first process listens."""
    script = f"""
import socket, subprocess, sys
listener = socket.create_server(("127.0.0.1", {PORT}))
done = subprocess.run([sys.argv[1], "kill", "{PORT}"], capture_output=True, text=True)
print(done.returncode, done.stderr, end="")
"""
    done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", script, os.environ["PORTS"]],
                          capture_output=True, text=True, timeout=60, check=False)
    if done.stderr.startswith("unshare:"):
        pytest.skip(done.stderr.strip())
    assert done.stdout.startswith("3 ports: 1/") and "is not killed" in done.stdout


def test_it_does_not_kill_itself(netns):
    script = START + f"""
import sys
listener = socket.create_server(("127.0.0.1", {PORT}))
os.set_inheritable(listener.fileno(), True)
os.execv(sys.argv[1], ["ports", "kill", "{PORT}"])
"""
    done = subprocess.run([sys.executable, "-c", script, os.environ["PORTS"]], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 3 and "is this command itself" in done.stderr


@pytest.mark.parametrize("words, fault", [
    ("", "kill: a port is missing: ports kill 8080"),
    ("80 --signal TREM", '--signal: "TREM" is no signal; the nearest is "TERM"'),
    ("80 --signal 99", '--signal: "99" is no signal; the nearest is "INT"'),
    ("80 --wait soon", '--wait: "soon": not a time such as 5s, 500ms or 2m, of an hour at most'),
    ("80 --listeners --all", "kill: --listeners and --all are not both possible"),
    ("80,,81", '"": nothing where a port, a range or a service name should stand'),
])
def test_faults_of_kill_are_named(ports, words, fault):
    done = ports("kill", *words.split(), check=2)
    assert (done.stdout, done.stderr) == ("", f"ports: {fault}\n")


def can_destroy(ports, children):
    """Skips the test where the kernel cannot."""
    children.spawn(LISTENER.format(port=PORT + 9))
    done = ports("destroy", PORT + 9)
    if done.returncode == 4:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0


def test_a_connection_is_destroyed_and_its_process_lives(ports, children, netns):
    can_destroy(ports, children)
    server = children.spawn(LISTENER.format(port=PORT))
    client = children.spawn(CLIENT.format(port=PORT))
    done = ports("destroy", client.ready, "--dry-run", check=0)
    assert done.stderr == "ports: 2 would be destroyed\n" and f"127.0.0.1:{client.ready}>127.0.0.1:{PORT}" in done.stdout
    done = ports("destroy", client.ready, check=0)
    assert done.stdout.count("\n") >= 1 and "destroyed" in done.stderr
    assert client.line() in ("103", "104")
    assert is_running(client) and is_running(server)
    assert ports("destroy", client.ready, check=1).stderr == "ports: no such socket\n"


def test_only_listeners_are_destroyed(ports, children, netns):
    can_destroy(ports, children)
    children.spawn(LISTENER.format(port=PORT))
    client = children.spawn(CLIENT.format(port=PORT))
    done = ports("destroy", "-l", PORT, check=0)
    assert done.stdout == f"tcp 127.0.0.1:{PORT} LISTEN\n"
    assert ports("-1", "-p", client.ready).returncode == 0 or client.line() == "104"


def test_those_of_a_filter_are_destroyed(ports, children, netns):
    """By what the kernel knows and by who has them."""
    can_destroy(ports, children)
    server, other = (children.spawn(LISTENER.format(port=port)) for port in (PORT, PORT + 1))
    done = ports("destroy", "state", "listening", f"pid {server.pid}", "--dry-run", check=0)
    assert (done.stdout, done.stderr) == (f"tcp 127.0.0.1:{PORT} LISTEN\n", "ports: 1 would be destroyed\n")
    assert ports("destroy", f"pid {os.getpid()}", check=1).stderr == "ports: no such socket\n"
    assert ports("destroy", f"sport {PORT}-{PORT + 1} and not pid {server.pid}", check=0).stdout == f"tcp 127.0.0.1:{PORT + 1} LISTEN\n"
    assert is_running(other)


@pytest.mark.parametrize("words, fault", [
    ("nginx", 'the filter "nginx" has a word that may stand anywhere, which is too vague here: name a field, as in comm nginx'),
    ("age > 5m", 'the filter "age > 5m" asks for an age, which the live table, a replay and ports events know, and one look does not'),
    ("sport =", 'filter "sport =", column 8: the filter ends where there should be a value for sport: a port such as :80, :http or '
                "8000-8100"),
])
def test_what_is_too_vague_is_not_destroyed(ports, words, fault):
    done = ports("destroy", *words.split(), check=2)
    assert (done.stdout, done.stderr) == ("", f"ports: {fault}\n")


def test_destroying_is_not_for_everybody(ports, children, netns):
    children.spawn(LISTENER.format(port=PORT))
    done = ports("destroy", PORT, user=NOBODY, check=3)
    assert done.stdout == "" and done.stderr == "ports: 0 destroyed, 1 not: it needs CAP_NET_ADMIN (run as root)\n"


def test_all_sockets_are_never_meant(ports):
    done = ports("destroy", check=2)
    assert done.stderr == "ports: destroy: which sockets is missing: ports destroy 8080; all of them are never meant\n"
