"""What the program keeps of root's capabilities, and of those that its file lends; the kernel's word is /proc/PID/status."""

import fcntl
import json
import os
import pathlib
import shutil
import struct
import subprocess

import pytest

from servers import LISTENER

NOBODY = 65534
PORT = 9001

# linux/capability.h
CAPABILITIES = {
    "chown": 0, "dac_override": 1, "dac_read_search": 2, "fowner": 3, "kill": 5, "setgid": 6, "setuid": 7, "setpcap": 8,
    "net_bind_service": 10, "net_admin": 12, "net_raw": 13, "sys_ptrace": 19, "sys_admin": 21, "setfcap": 31,
}

OWNERS = ["dac_read_search", "sys_ptrace"]
FILES = ["chown", "dac_override", "dac_read_search", "fowner"]
BIND = ["net_bind_service", "net_raw", "setuid", "dac_override"]
AGENTS = ["net_bind_service", "net_raw", "setuid", "setgid", "setpcap", "kill", "chown"]
PRIVATE = ["sys_admin", "net_admin", "setfcap"]
NETNS = ["dac_read_search", "sys_ptrace", "net_admin", "sys_admin"]


def bits(*names):
    return sum(1 << CAPABILITIES[name] for name in set(names))


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    lines = dict(line.split(":", 1) for line in text.splitlines())
    told = {name: int(lines[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    return {**told, "NoNewPrivs": int(lines["NoNewPrivs"]), "Seccomp": int(lines["Seccomp"])}


ALL = bits(*CAPABILITIES)


@pytest.fixture
def root():
    if status("self")["CapEff"] & ALL != ALL or os.geteuid() != 0:
        pytest.skip("this takes a root that has all capabilities")


@pytest.fixture
def blocked():
    """A pipe that is full: who writes to it waits, until it is read."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    try:
        while True:
            os.write(writer, b"\0" * 4096)
    except BlockingIOError:
        os.set_blocking(writer, True)
    yield writer
    os.close(reader)
    os.close(writer)


@pytest.fixture
def begin(blocked, netns):
    """begin(argv, stdout=): starts it; its output is never read."""
    begun = []

    def start(argv, stdout=blocked):
        begun.append(subprocess.Popen([*map(str, argv)], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL,
                                      env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent"}))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


def writes(pid):
    """Whether it waits until its output is read, which is the last thing that it does."""
    return pathlib.Path(f"/proc/{pid}/wchan").read_text(encoding="ascii").endswith("pipe_write")


@pytest.fixture
def settles(eventually):
    """settles(pid, wanted): waits until its status has all of these."""
    def wait(pid, wanted):
        __tracebackhide__ = True
        told = {}

        def is_so():
            told.update(status(pid))
            return wanted.items() <= told.items()

        try:
            eventually(is_so)
        except pytest.fail.Exception:
            pytest.fail("\n".join(f"{name}: {told[name]:x} and not {wanted[name]:x}" for name in wanted))

    return wait


SCENARIO = "title x\na: socket s tcp4\nwait 60 s\n"

# What is run, and what it keeps.
VIEWS = {
    "list": (["-1"], OWNERS),
    "json": (["--json"], OWNERS),
    "no-owners": (["-1", "--no-owners"], []),
    "fwmark": (["-1", "fwmark", "=", "1", "or", f":{PORT}"], OWNERS + ["net_admin"]),
    "mptcp": (["-1", "--columns", "+mptcp"], OWNERS + ["net_admin"]),
    "path": (["-1", "-x", "--no-owners", "--columns", "+file"], ["dac_read_search"]),
    "container": (["-1", "--no-owners", "--columns", "+container"], ["dac_read_search"]),
    "netns": (["-1", "-N", "all"], OWNERS + NETNS),
    "netns-no-owners": (["-1", "--no-owners", "-N", "own"], NETNS),
    "list-readonly": (["-1", "--readonly"], OWNERS),
    "record": (["-1", "--record", "{tmp}/new.ports"], OWNERS + FILES),
    "replay": (["-1", "--replay", "{tmp}/old.ports"], FILES),
    "synthetic": (["-1", "--synthetic", "10"], []),
    "count": (["--count"], []),
    "count-owners": (["--count", "user", "root", "or", "pid", "=", "1"], OWNERS),
    "help": (["--help"], []),
    "columns": (["--columns", "help"], []),
    "headless": (["--headless", "80x24"], OWNERS + FILES + AGENTS + PRIVATE),
    "headless-readonly": (["--headless", "80x24", "--readonly"], OWNERS + ["net_bind_service"]),
    "headless-netns": (["--headless", "80x24", "--readonly", "-N", "own"], OWNERS + NETNS + ["net_bind_service"]),
    "headless-replay": (["--headless", "80x24", "--replay", "{tmp}/old.ports", "--readonly"], FILES),
    "playground-private": (["--headless", "80x24", "--playground", "--private"], OWNERS + FILES + AGENTS + PRIVATE),
    "destroy": (["destroy", "--dry-run", str(PORT)], ["net_admin"]),
    "destroy-netns": (["destroy", "--dry-run", "-N", "own", str(PORT)], NETNS + ["net_admin"]),
    "destroy-owners": (["destroy", "--dry-run", f":{PORT}", "and", "pid != 1"], OWNERS + ["net_admin"]),
    "events": (["events"], OWNERS),
    "events-netns": (["events", "-N", "own"], OWNERS + NETNS),
    "events-fwmark": (["events", "fwmark", "=", "1"], OWNERS + ["net_admin"]),
    "events-no-owners": (["events", "--no-owners"], []),
    "kill": (["kill", "--dry-run", str(PORT)], OWNERS + ["kill"]),
    "kill-netns": (["kill", "--dry-run", "-N", "own", str(PORT)], OWNERS + NETNS + ["kill"]),
    "lab": (["lab", "{tmp}/x.lab"], OWNERS + AGENTS + PRIVATE),
    "lab-host": (["lab", "--host", "{tmp}/x.lab"], OWNERS + AGENTS),
    "lab-matrix": (["lab", "--matrix"], OWNERS + AGENTS + PRIVATE),
    "metrics": (["metrics"], OWNERS + FILES),
    "metrics-no-owners": (["metrics", "--no-owners"], FILES),
    "wait": (["wait", f"127.0.0.1:{PORT}", "--free"], OWNERS + BIND),
    "why": (["why", str(PORT)], OWNERS + BIND + NETNS),
}


def commands():
    """The commands that --help names."""
    told = subprocess.run([os.environ["PORTS"], "--help"], capture_output=True, text=True, check=True).stdout
    return [line.split()[1] for line in told.splitlines() if line.startswith("  ports ")]


def test_every_command_is_tried_here():
    assert commands() and set(commands()) <= set(VIEWS)


@pytest.mark.parametrize("words, kept", VIEWS.values(), ids=VIEWS)
def test_root_keeps_what_the_view_takes_and_no_more(root, begin, ports, children, eventually, settles, tmp_path, words, kept):
    children.spawn(LISTENER.format(port=PORT))
    ports("--record", tmp_path / "old.ports", check=0)
    (tmp_path / "x.lab").write_text(SCENARIO, encoding="ascii")
    process = begin([os.environ["PORTS"], *(word.format(tmp=tmp_path) for word in words)])

    wanted = {"CapInh": 0, "CapPrm": bits(*kept), "CapEff": bits(*kept), "CapBnd": bits(*kept), "CapAmb": 0, "NoNewPrivs": 1}
    settles(process.pid, wanted)
    eventually(lambda: writes(process.pid) or words[0] in ("events", "wait", "lab"))
    assert wanted.items() <= status(process.pid).items()
    assert process.poll() is None


def run(argv, *words, **more):
    return subprocess.run([*map(str, argv), *map(str, words)], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent", **more}, check=False)


def tasks(pid):
    return [f"{pid}/task/{task}" for task in os.listdir(f"/proc/{pid}/task")]


@pytest.mark.parametrize("words, kept", [VIEWS["events"], VIEWS["headless-readonly"], VIEWS["wait"]],
                         ids=["events", "headless", "wait"])
def test_every_thread_keeps_the_same(root, begin, children, eventually, settles, words, kept):
    """The thread that looks for owners is begun when all is given up."""
    children.spawn(LISTENER.format(port=PORT))
    process = begin([os.environ["PORTS"], *words])
    eventually(lambda: len(tasks(process.pid)) > 1 and (writes(process.pid) or words[0] in ("events", "wait")))
    for task in tasks(process.pid):
        settles(task, {"CapPrm": bits(*kept), "CapEff": bits(*kept)})


def test_room_for_events_is_taken_before_the_capability_for_it_is_given_up(root, begin, settles):
    if shutil.which("ss") is None:
        pytest.skip("there is no ss")
    process = begin([os.environ["PORTS"], "events"])
    settles(process.pid, {"CapPrm": bits(*OWNERS), "CapEff": bits(*OWNERS)})
    told = subprocess.run(["ss", "-H", "-f", "netlink", "-m"], capture_output=True, text=True, check=True).stdout
    assert "rb16777216" in told     # twice what is asked for, socket(7)


# Files of root
# -------------

@pytest.fixture
def theirs(root, tmp_path):
    """A folder of an ordinary user that nobody else may look into."""
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    return folder


def test_root_reads_and_writes_files_in_folders_of_others(theirs, netns, ports, eventually):
    for name, text in (("x.lab", "title x\na: socket s tcp4\n"), ("x.keys", "screen\n"), ("x.prom", "")):
        (theirs / name).write_text(text, encoding="ascii")
        os.chown(theirs / name, NOBODY, NOBODY)
        (theirs / name).chmod(0o600)
    ports("lab", theirs / "x.lab", check=0)
    ports("--headless", "80x24", "--script", theirs / "x.keys", check=0)
    ports("-1", "--record", theirs / "new.ports")
    ports("-1", "--replay", theirs / "new.ports")
    ports("metrics", "--textfile", theirs / "x.prom", check=0)
    written = (theirs / "x.prom").stat()
    assert (written.st_uid, written.st_mode & 0o777) == (NOBODY, 0o600) and written.st_size > 0


def test_root_writes_the_history_where_it_stands(theirs, netns):
    """The live table names the file itself, in the folder that it was started in."""
    subprocess.run([os.environ["PORTS"], "--headless", "80x24", "--script", "-"], cwd=theirs, input="key w\nscreen\n",
                   capture_output=True, text=True, check=True, timeout=60)
    assert [path.suffix for path in theirs.iterdir()] == [".ndjson"]


# Agents
# ------

ACTORS = """title x
plain: socket s tcp4
low: socket s tcp4
other: user 65534
other: socket s tcp4
plain: fork child
{more}
wait 60 s
"""


def agents_of(pid):
    """Name and pid of each."""
    found = {}
    for line in subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True, text=True,
                               check=False).stdout.splitlines():
        found[line.split()[1]] = int(line.split()[0])
    return found


def has_fence():
    config = pathlib.Path(os.environ.get("PORTS_BUILDDIR", ".")) / "config.h"
    return "#define HAVE_SECCOMP 1" in config.read_text(encoding="ascii")


def check_agents(process, eventually, settles, kept):
    names = {"plain", "low", "other", "child"}
    # The last of them is made by the last step but one, after which nothing is done any more.
    agents = eventually(lambda: set(agents_of(process.pid)) == names and agents_of(process.pid))
    for name, pid in agents.items():
        mine = 0 if name == "other" else kept
        wanted = {"CapInh": 0, "CapPrm": mine, "CapEff": mine, "CapBnd": 0, "CapAmb": 0, "NoNewPrivs": 1}
        settles(pid, wanted)
        if has_fence():
            assert status(pid)["Seccomp"] == 2


@pytest.mark.parametrize("more, kept", [
    ("", []),
    ("low: bind s 127.0.0.1:80", ["net_bind_service"]),
    ("low: set s transparent 1", ["net_raw"]),
], ids=["none", "low-port", "transparent"])
def test_agents_keep_what_their_steps_take(root, begin, eventually, settles, tmp_path, more, kept):
    (tmp_path / "x.lab").write_text(ACTORS.format(more=more), encoding="ascii")
    process = begin([os.environ["PORTS"], "lab", tmp_path / "x.lab"], stdout=subprocess.DEVNULL)
    check_agents(process, eventually, settles, bits(*kept))


def test_agents_of_an_ordinary_user_have_nothing(root, begin, _public_program, eventually, settles, public_path):
    """Although that user is root in the user namespace of the scenario."""
    (public_path / "x.lab").write_text(ACTORS.format(more="").replace("other: user 65534\n", ""), encoding="ascii")
    process = begin(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", _public_program, "lab",
                     public_path / "x.lab"], stdout=subprocess.DEVNULL)
    try:
        check_agents(process, eventually, settles, 0)
    except BaseException:
        if process.poll() == 3:
            pytest.skip("user namespaces are not to be had here")
        raise
    assert status(process.pid)["CapPrm"] == bits(*AGENTS, *PRIVATE, *OWNERS)


def test_capabilities_that_are_the_users_own_reach_the_agents(root, netns, _public_program, public_path):
    """Ambient ones, as systemd gives them to a service."""
    (public_path / "x.lab").write_text("a: socket s tcp4\na: bind s 127.0.0.1:80 => ok\n", encoding="ascii")
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    ambient = ["--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service"]
    lab = [_public_program, "lab", "--host", public_path / "x.lab"]
    assert run([*nobody, *ambient, *lab]).returncode == 0
    assert run([*nobody, *lab]).returncode == 1


# Set on the program's file
# -------------------------

def set_capabilities(path, *names):
    """As setcap NAMES+ep does: linux/capability.h, VFS_CAP_REVISION_2 and VFS_CAP_FLAGS_EFFECTIVE."""
    permitted = bits(*names)
    value = struct.pack("<5I", 0x02000001, permitted & 0xFFFFFFFF, 0, permitted >> 32, 0)
    try:
        os.setxattr(path, "security.capability", value)
    except OSError as error:
        pytest.skip(f"no file capabilities here: {error}")


@pytest.fixture
def lent(root, _public_program):
    """lent(names...): a copy of the program whose file has these capabilities, and how an ordinary user starts it."""
    copies = []

    def make(*names):
        copy = _public_program.with_name(f"lent{len(copies)}")
        shutil.copy(_public_program, copy)
        copies.append(copy)
        copy.chmod(0o755)
        set_capabilities(copy, *names)
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(copy)]

    yield make
    for copy in copies:
        copy.unlink()


def test_the_line_of_the_manual_is_what_it_takes(root, netns, children, lent):
    """All owners and flags are seen; with one of the two alone they are not."""
    server = children.spawn(LISTENER.format(port=PORT)).pid
    told = {}
    for names in (OWNERS, OWNERS[:1], OWNERS[1:], []):
        done = run(lent(*names), "--json", "--columns", "+flags", f":{PORT}")
        sock, = json.loads(done.stdout)["sockets"]
        told[tuple(names)] = sock["owners"] and sock["owners"][0]["pid"], sock["options"]["reuseaddr"], done.stderr == ""
    screen = run(lent(*OWNERS), "--headless", "120x24", f":{PORT}").stdout     # there a thread of its own looks for them
    assert f"{server}/" in screen
    assert told == {tuple(OWNERS): (server, True, True), tuple(OWNERS[:1]): (None, None, False),
                    tuple(OWNERS[1:]): (None, None, False), (): (None, None, False)}


def test_setcap_writes_what_these_tests_write(lent):
    if shutil.which("setcap") is None:
        pytest.skip("there is no setcap")
    copy = lent(*OWNERS)[-1]
    written = os.getxattr(copy, "security.capability")
    manual = (pathlib.Path(os.environ["PORTS_SRCDIR"]) / "man" / "ports.1").read_text(encoding="utf-8")
    line, = [line for line in manual.splitlines() if line.startswith("# setcap ")]
    subprocess.run(["setcap", line.split()[2], copy], check=True)
    assert os.getxattr(copy, "security.capability") == written


LENT = {
    "list": (["-1"], OWNERS, []),
    "no-owners": (["-1", "--no-owners"], [], []),
    "headless": (["--headless", "80x24"], [*OWNERS, "kill", "net_admin"], ["kill", "net_admin"]),
    "readonly": (["--headless", "80x24", "--readonly"], OWNERS, []),
    "destroy": (["destroy", "--dry-run", str(PORT)], ["net_admin"], ["net_admin"]),
    "kill": (["kill", "--dry-run", str(PORT)], [*OWNERS, "kill"], ["kill"]),
    "events": (["events"], OWNERS, []),
    "why": (["why", str(PORT)], OWNERS, []),
    "lab-list": (["lab", "-l"], [], []),
    "lab-host": (["lab", "--host", "-l"], OWNERS, []),
    "help": (["--help"], [], []),
}


@pytest.mark.parametrize("words, permitted, effective", LENT.values(), ids=LENT)
def test_what_a_file_lends_is_for_looking_and_in_force_only_then(begin, lent, children, eventually, settles, words,
                                                                     permitted, effective):
    """Although its file has all that there are."""
    children.spawn(LISTENER.format(port=PORT))
    process = begin([*lent(*CAPABILITIES), *words])
    wanted = {"CapInh": 0, "CapPrm": bits(*permitted), "CapEff": bits(*effective), "CapAmb": 0, "NoNewPrivs": 1}
    settles(process.pid, wanted)
    eventually(lambda: writes(process.pid) or words[0] == "events")
    assert wanted.items() <= status(process.pid).items()


def test_a_bind_is_judged_and_tried_with_the_users_own_rights(netns, lent):
    done = run(lent(*CAPABILITIES), "why", "80")
    assert done.returncode == 1 and "EACCES" in done.stdout and "Tried now: bind() failed with EACCES" in done.stdout


SECRET = "xyzzy"


@pytest.fixture
def secret(public_path):
    """A file that only root can read."""
    path = public_path / "secret.lab"
    path.write_text(f"{SECRET} {SECRET}\n", encoding="ascii")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("words", [["lab", "{}"], ["--replay", "{}"], ["--headless", "80x24", "--script", "{}"]],
                         ids=lambda words: words[-2])
def test_files_are_read_with_the_users_own_rights(netns, lent, secret, words):
    assert SECRET in run([os.environ["PORTS"]], "lab", secret).stderr
    done = run(lent(*CAPABILITIES), *(word.format(secret) for word in words))
    assert done.returncode != 0 and SECRET not in done.stdout + done.stderr and "Permission denied" in done.stderr


def test_the_configuration_is_read_with_the_users_own_rights(netns, lent, secret):
    folder = secret.parent / "ports"
    folder.mkdir()
    secret.rename(folder / "config")
    assert SECRET in run([os.environ["PORTS"]], XDG_CONFIG_HOME=str(secret.parent)).stderr
    done = run(lent(*CAPABILITIES), XDG_CONFIG_HOME=str(secret.parent))
    assert SECRET not in done.stdout + done.stderr


def test_files_of_other_processes_are_not_read_either(netns, lent, children):
    """/proc/PID/environ is behind ptrace(2), and so behind a capability that is lent."""
    server = children.spawn(LISTENER.format(port=PORT), env={**os.environ, "SECRET": SECRET}).pid
    path = f"/proc/{server}/environ"
    assert SECRET.encode() in pathlib.Path(path).read_bytes()
    assert "Permission denied" in run(lent(*CAPABILITIES), "lab", path).stderr


def test_the_lab_works_with_a_lent_program(netns, lent, ports):
    if ports("lab", "two-addresses", user=NOBODY).returncode == 3:
        pytest.skip("user namespaces are not to be had here")
    done = run(lent(*OWNERS), "lab", "two-addresses")
    assert done.returncode == 0, done.stdout + done.stderr


# Setuid
# ------

@pytest.mark.parametrize("mode, user, group", [(0o4755, NOBODY, 0), (0o2755, 0, NOBODY), (0o6755, NOBODY, NOBODY)],
                         ids=["setuid", "setgid", "both"])
def test_a_setuid_program_refuses_to_run(root, _public_program, mode, user, group):
    copy = _public_program.with_name("setuid")
    shutil.copy(_public_program, copy)
    copy.chmod(mode)
    try:
        for words in ([], ["lab", "-l"], ["--help"], ["--agent", "a", "0", "1"]):
            done = run(["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", copy], *words)
            assert (done.returncode, done.stdout) == (3, "")
            line, = done.stderr.splitlines()
            assert line.startswith("ports: not as a setuid or setgid program")
            assert line.endswith(f"chmod u-s,g-s {copy} && setcap cap_dac_read_search,cap_sys_ptrace+ep {copy}")
        assert run([copy], "--version").returncode == 0     # root lends itself nothing
    finally:
        copy.unlink()
