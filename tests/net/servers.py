"""Programs that hold sockets, as source for the fixture `children`.  Each says "ready" and lives until it is ended."""

START = """
import ctypes, os, signal, socket
libc = ctypes.CDLL(None)

def ready():
    print("ready", flush=True)
    signal.pause()
"""

# A parent and four workers share the listener; each worker holds it twice, and ends with its parent.
PREFORK = START + """
listener = socket.create_server(("127.0.0.1", {port}))
done, tell = os.pipe()
for _ in range(4):
    if os.fork() == 0:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        os.dup(listener.fileno())
        os.write(tell, b".")
        signal.pause()
for _ in range(4):
    os.read(done, 1)
ready()
"""

NAMED = START + """
listener = socket.create_server(("127.0.0.1", {port}))
libc.prctl(15, {comm!r})  # PR_SET_NAME
ready()
"""

LISTENER = START + """
listener = socket.create_server(("127.0.0.1", {port}))
ready()
"""

# The seed's server: says "bye" to some clients by closing first, and keeps the others.
SEED_SERVER = START + """
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
server.bind(("0.0.0.0", {port}))
server.listen(64)
print("ready", flush=True)
kept = []
for _ in range({clients}):
    connection = server.accept()[0]
    if connection.recv(1) == b"s":
        kept.append(connection)
    connection.send(b"k") if connection in kept else connection.close()
signal.pause()
"""

SEED_CLIENTS = START + """
def visit(wish):
    client = socket.create_connection(("127.0.0.1", {port}))
    client.send(wish)
    assert client.recv(1) == (b"k" if wish == b"s" else b"")
    return client

stay = [visit(b"s") for _ in range({clients} // 2)]
for _ in range({clients} - len(stay)):
    visit(b"b").close()
ready()
"""
