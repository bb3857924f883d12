"""One session from its beginning to its end, on real sockets: what stands on the screen after each step."""

import re

from servers import FAMILY

PORT, OTHER = 9999, 9000

# Seconds for what waits for whole scans of /proc, on a machine that has other things to do.
SCANS = 40


def status(terminal):
    """What stands between the table or the pane and the keys, be it one line or several."""
    lines = terminal.lines()[3:-1]
    starts = [at for at, line in enumerate(lines) if re.match(r"Kill |\d+/\S+ has ended|Search|Sorted|Grouped", line)]
    return " ".join(" ".join(lines[starts[-1]:]).split()) if starts else ""


def test_from_the_first_look_to_who_has_the_port_when_its_server_is_killed(live, socks, children, eventually):
    parent = children.spawn(FAMILY.format(port=PORT)).pid
    client, _ = socks.pair(socks.listener(port=OTHER))
    connection = f"127.0.0.1:{client.getsockname()[1]}"
    terminal = live("-c", "0.2", width=120, height=60)
    eventually(lambda: terminal.row("LISTEN", f"{parent}/", "+2"), timeout=SCANS)
    before = terminal.before

    # Search
    terminal.key("/")
    terminal.tmux("send-keys", "-l", "no-such-thing")
    eventually(lambda: "No row has this" in status(terminal))
    terminal.key(*["BSpace"] * len("no-such-thing"))
    terminal.tmux("send-keys", "-l", connection)
    terminal.until_selected(connection)
    terminal.key("Enter")
    eventually(lambda: "Search" not in status(terminal))
    terminal.until_selected(connection)

    # Sort: by protocol, by queue, ... by the local address, and the other way round; the row stays selected.
    terminal.key(">", ">", ">", ">")
    eventually(lambda: status(terminal) == "Sorted by Local Address")
    assert "^Local Address" in terminal.lines()[2]
    terminal.key("I")
    eventually(lambda: "vLocal Address" in terminal.lines()[2])
    assert f":{PORT} " in terminal.rows()[1] or f":{PORT} " in terminal.rows()[0]
    terminal.until_selected(connection)

    # Group, and fold
    terminal.key("v")
    terminal.until_title("group: port")
    terminal.until_row(f"port {PORT}", "1 socket", "LISTEN 1")
    terminal.until_row(f"port {OTHER}", "2 sockets", "LISTEN 1", "ESTABLISHED 1")
    terminal.key("*")
    terminal.until_no_row(f"127.0.0.1:{PORT}")
    assert all(line.startswith("▸") for line in terminal.lines()[3:6])
    terminal.key("*")
    terminal.until_row(f"127.0.0.1:{PORT}", "LISTEN")
    terminal.key("v", "v", "v", "v", "v")
    terminal.until_title("TCP and UDP   ")

    # Detail
    terminal.tmux("send-keys", "-l", str(PORT))
    terminal.until_selected(f":{PORT} ")
    terminal.key("Enter", "Enter")
    terminal.until("Waits for connections")
    terminal.until("3 processes hold it; it lasts until all of them have closed it.")

    # Resize: the smallest that is made for, one that is too small, and back.
    terminal.resize(50, 10)
    terminal.until(lambda lines: len(lines) == 10 and any(line.startswith("-- Detail") for line in lines))
    terminal.until_selected(f":{PORT} ")
    terminal.key("o", "G")
    terminal.until(lambda lines: any(re.search(r" \d+-(\d+) of \1 --$", line) for line in lines))
    terminal.resize(1, 1)
    terminal.until(lambda lines: len(lines) == 1)
    terminal.resize(120, 60)
    terminal.until(lambda lines: len(lines) == 60 and "F9Kill" in lines[-1])
    terminal.until_selected(f":{PORT} ")
    terminal.key("g", "o")

    # Kill the parent: it is said who has the port then, and table and pane say it, too.
    terminal.key("K")
    question = eventually(lambda: "Kill" in status(terminal) and status(terminal))
    pids = [int(pid) for pid in re.findall(r"\d:(\d+)/", question)]
    assert len(pids) == 3 and parent in pids
    left = [pid for pid in pids if pid != parent]
    terminal.key(str(pids.index(parent) + 1))
    eventually(lambda: f"Kill {parent}/" in status(terminal))
    terminal.key("y")
    eventually(lambda: f"{parent}/" in status(terminal) and "port 9999 is still held: LISTEN of" in status(terminal), timeout=SCANS)
    assert all(f"{pid}/" in status(terminal).partition("LISTEN of")[2] for pid in left)
    assert "+1" in terminal.until_row("LISTEN", f"{left[0]}/")
    terminal.until("2 processes hold it")
    assert all(any(line.startswith("Owner ") and f" {pid}/" in line for line in terminal.lines()) for pid in left)

    terminal.key("q")
    terminal.prompt()
    assert terminal.state() == before
