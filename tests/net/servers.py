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

# A parent and two children share the listener, and the children stay when the parent is gone.
FAMILY = START + """
listener = socket.create_server(("127.0.0.1", {port}))
for _ in range(2):
    if os.fork() == 0:
        signal.alarm(60)
        signal.pause()
        os._exit(0)
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

# A name server on 127.0.0.1 that knows what every address is called, "four.example" for what ends in .4, and that says so
# in the manner of its first argument.  The second one is a file to which it writes what it was asked, a name a line.
NAME_SERVER = """
import select, socket, struct, sys, time
manner, log = sys.argv[1], open(sys.argv[2], "w", buffering=1)
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
LATE_SECONDS = 1

def encoded(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\\0"

def answered(query):
    end = query.index(b"\\0", 12)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    log.write(".".join(labels) + "\\n")
    if labels[0] == "9":
        return query[:2] + b"\\x84\\x03\\0\\1\\0\\0\\0\\0\\0\\0" + query[12:end + 5]  # no such name
    host = [b"ev\\x1bcil\\x07" if manner == "evil" else WORDS[int(labels[0], 16) % 10].encode(), b"example"]
    name = encoded(b"127", b"0", b"0", b"1") if manner == "posing" else encoded(*host)
    return (query[:2] + b"\\x84\\0\\0\\1\\0\\1\\0\\0\\0\\0" + query[12:end + 5] + b"\\xc0\\x0c" +
            struct.pack(">HHIH", 12, 1, 60, len(name)) + name)

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
print("ready", flush=True)
waiting = []
while True:
    due = waiting[0][0] - time.monotonic() if waiting else None
    if select.select([server], [], [], due if due is None else max(due, 0))[0]:
        query, client = server.recvfrom(600)
        answer = answered(query)
        if manner == "garbage":
            answer = query[:2] + b"\\x84\\0" + b"\\xff" * 40
        if manner != "dead":
            waiting.append((time.monotonic() + (LATE_SECONDS if manner == "late" else 0), answer, client))
    while waiting and waiting[0][0] <= time.monotonic():
        server.sendto(*waiting.pop(0)[1:])
"""
