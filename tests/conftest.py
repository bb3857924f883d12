"""TAP for automake, and the fixtures that all pytest files share: netns, ports, children, eventually."""

import ctypes
import fcntl
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import time

import pytest

SOURCE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parent.parent))
BUILD = pathlib.Path(os.environ.get("PORTS_BUILDDIR", SOURCE))
PROGRAM = pathlib.Path(os.environ.get("PORTS", BUILD / "ports"))

TEST_SECONDS = 120      # one test, whatever it waits for
COMMAND_SECONDS = 60    # one run of the program
HELPER_SECONDS = 10     # a helper's start, its answer, its end

SANITIZER = re.compile(r"runtime error: |ERROR: \w+Sanitizer")

# ip, ss and netstat live where an ordinary user's PATH need not go.
os.environ["PATH"] += ":/usr/sbin:/sbin"


# TAP
# ---

class Tap:
    """Writes one line for each test when its teardown, too, is over, and the plan at the end."""

    def __init__(self, out):
        self.out = out
        self.count = 0
        self.reports = []

    def line(self, text):
        print(text, file=self.out, flush=True)

    def result(self, ok, name, directive="", details=""):
        self.count += 1
        name = name.replace("#", "%23")     # what follows a # would be read as a directive
        self.line(f"{'ok' if ok else 'not ok'} {self.count} - {name}{directive}")
        for line in details.splitlines():
            self.line(f"# {line}")

    def pytest_collectreport(self, report):
        if report.failed:
            self.result(False, f"{report.nodeid} (collecting)", details=report.longreprtext)
        elif report.skipped:
            self.result(True, report.nodeid, f" # SKIP {reason(report)}")

    def pytest_runtest_logreport(self, report):
        self.reports.append(report)
        if report.when != "teardown":
            return
        reports, self.reports = self.reports, []
        expected = next((r.wasxfail for r in reports if hasattr(r, "wasxfail")), None)
        failed = [r for r in reports if r.failed]
        skipped = [r for r in reports if r.skipped]
        if expected is not None and not failed:
            self.result(not skipped, report.nodeid, f" # TODO {one_line(expected)}")
        elif skipped and not failed:
            self.result(True, report.nodeid, f" # SKIP {reason(skipped[0])}")
        else:
            self.result(not failed, report.nodeid, details="\n".join(map(told, failed)))

    def pytest_internalerror(self, excrepr):
        for line in str(excrepr).splitlines():
            self.line(f"# {line}")
        self.line("Bail out! pytest failed")

    def pytest_keyboard_interrupt(self, excinfo):
        self.line(f"Bail out! {one_line(excinfo.exconly())}")

    def pytest_sessionfinish(self, session):
        if not self.count:
            self.result(False, " ".join(session.config.args), details="no tests in here")
        self.line(f"1..{self.count}")


def one_line(text):
    return " ".join(str(text).split())


def reason(report):
    return one_line(report.longrepr[2]).removeprefix("Skipped: ")


def told(report):
    return "\n".join([report.longreprtext, *(f"-- {title}\n{text}" for title, text in report.sections)])


def pytest_addoption(parser):
    parser.addoption("--tap-fd", type=int, help="write TAP to this file descriptor")


def pytest_configure(config):
    # A shell's background jobs ignore it, and what ignores it hands that on: the programs under test would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    fd = config.getoption("--tap-fd")
    if fd is not None:
        # Not for the helpers: as long as they held it, the reader of the TAP would wait for its end.
        os.set_inheritable(fd, False)
        config.pluginmanager.register(Tap(os.fdopen(fd, "w", encoding="utf-8", errors="backslashreplace")), "tap")


# Bounds
# ------

@pytest.fixture(autouse=True)
def _bounded():
    """Ends a test that hangs. Not inherited by the processes that a test starts: each has its own bound."""
    def expired(_signum, _frame):
        __tracebackhide__ = True    # show the test and not this, as in all helpers below
        pytest.fail(f"not done after {TEST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(TEST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def eventually():
    """eventually(fn, timeout=10): the first true value that fn returns; the only waiting that there is."""
    def wait(fn, timeout=10):
        __tracebackhide__ = True
        deadline = time.monotonic() + timeout
        while not (value := fn()):
            if time.monotonic() > deadline:
                pytest.fail(f"not true within {timeout} s, last value: {value!r}")
            time.sleep(0.015)
        return value

    return wait


# Network namespaces
# ------------------

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER = 0x10000000      # unshare(2)
CLONE_NEWNET = 0x40000000


def call(function, *args):
    if function(*args) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{function.__name__}: {os.strerror(code)}")


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def enter_user_namespace():
    uid, gid = os.geteuid(), os.getegid()
    call(libc.unshare, CLONE_NEWUSER)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"0 {uid} 1")
    write("/proc/self/gid_map", f"0 {gid} 1")


def enter_network_namespace():
    """A new one, with nothing in it but lo, which is up."""
    call(libc.unshare, CLONE_NEWNET)
    siocgifflags, siocsifflags, iff_up = 0x8913, 0x8914, 1      # netdevice(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = fcntl.ioctl(sock, siocgifflags, struct.pack("16s24x", b"lo"))
        flags, = struct.unpack_from("h", request, 16)
        fcntl.ioctl(sock, siocsifflags, struct.pack("16sh22x", b"lo", flags | iff_up))


def refusal(*steps):
    """Tries the steps in a process of their own and says what stopped them, "" if nothing did.

    Some systems allow unshare(CLONE_NEWUSER) but then give no rights in it: a process that has gone through
    that cannot go back, so it must not be this one."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            for step in steps:
                step()
        except OSError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told_by_child = pipe.read()
    os.waitpid(pid, 0)
    return told_by_child


@pytest.fixture
def netns():
    """Puts this process into a fresh network namespace with lo up, until the test ends.

    Where that takes rights that we lack, it first enters a user namespace, in which this process stays: it is
    root there, and the way back to the first network namespace is closed. The next test gets a new one."""
    with open("/proc/self/ns/net", "rb") as home:
        if refusal(enter_network_namespace):
            why_not = refusal(enter_user_namespace, enter_network_namespace)
            if why_not:
                pytest.skip(f"no network namespace of our own: {why_not}")
            enter_user_namespace()
        enter_network_namespace()
        yield
        try:
            call(libc.setns, home.fileno(), CLONE_NEWNET)
        except PermissionError:
            pass


# Processes
# ---------

def may_become(user):
    """Skips the test unless this process can become that user."""
    why_not = refusal(lambda: os.setgroups([]), lambda: os.setgid(user), lambda: os.setuid(user))
    if why_not:
        pytest.skip(f"cannot become uid {user}: {why_not}")


@pytest.fixture
def public_path():
    """A folder that every user can reach. pytest's own are not, and are closed again whenever another pytest begins."""
    with tempfile.TemporaryDirectory(prefix="ports-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.fixture(scope="session")
def _public_program():
    """A copy of the program in a folder that every user can reach, which the build folder need not be."""
    with tempfile.TemporaryDirectory(prefix="ports-") as folder:
        os.chmod(folder, 0o755)
        copy = pathlib.Path(shutil.copy(PROGRAM, folder))
        copy.chmod(0o755)
        yield copy


@pytest.fixture
def ports(request):
    """ports(*args, stdin=None, env=None, user=None, check=None): runs the built program, its output in a pipe.

    stdin is text, env is added to the environment, user=65534 runs it as that uid without any capability, and
    check=0 fails the test unless that is the exit status. What a sanitizer reports fails it in any case."""
    def run(*args, stdin=None, env=None, user=None, check=None):
        __tracebackhide__ = True
        command = [PROGRAM]
        if user is not None:
            may_become(user)
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all",
                       "--bounding-set=-all", request.getfixturevalue("_public_program")]
        done = subprocess.run(
            [*map(str, command), *map(str, args)],
            input="" if stdin is None else stdin,
            env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent", **(env or {})},
            capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=COMMAND_SECONDS, check=False)
        if check not in (None, done.returncode) or SANITIZER.search(done.stderr):
            pytest.fail(f"ports {' '.join(map(str, args))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    return run


class Child:
    """A helper process that speaks in lines: .pid, .ready (what followed the word), .tell(), .line(), .end()."""

    def __init__(self, argv, **options):
        self.rest = b""
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                        preexec_fn=end_with_parent, **options)
        self.pid = self.process.pid

    def wait_ready(self):
        __tracebackhide__ = True
        line = self.line()
        if line.split()[:1] != ["ready"]:
            pytest.fail(f'the helper said "{line}" and not "ready"')
        self.ready = line.removeprefix("ready").strip()

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    def line(self, timeout=HELPER_SECONDS):
        """The next line of its output, without the newline."""
        __tracebackhide__ = True
        deadline = time.monotonic() + timeout
        pipe = self.process.stdout.fileno()
        while b"\n" not in self.rest:
            if not select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
                pytest.fail(f"the helper said nothing for {timeout} s")
            data = os.read(pipe, 4096)
            if not data:
                pytest.fail(f"the helper ended, exit status {self.process.wait(HELPER_SECONDS)}")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(HELPER_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(HELPER_SECONDS)
        self.process.stdin.close()
        self.process.stdout.close()


def end_with_parent():
    libc.prctl(1, signal.SIGKILL)       # PR_SET_PDEATHSIG: so that nothing is left if pytest is killed


class Children:
    def __init__(self):
        self.all = []

    def spawn(self, what, *args, user=None, **options):
        """Starts argv, or Python code with args as its sys.argv[1:], and returns the Child once it says "ready".

        The other options are Popen's."""
        __tracebackhide__ = True
        if user is not None:
            may_become(user)
            options.update(user=user, group=user, extra_groups=[], cwd="/")
        if isinstance(what, str):
            what = [sys.executable, "-u", "-c", textwrap.dedent(what), *args]
        child = Child([*map(str, what)], **options)
        self.all.append(child)
        child.wait_ready()
        return child


@pytest.fixture
def children():
    """children.spawn(argv or Python code, ...): helper processes, ended at the end of the test."""
    started = Children()
    yield started
    for child in reversed(started.all):
        child.end()
