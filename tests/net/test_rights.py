"""What remains visible without rights, without /proc and without sock_diag; and that it is said."""

import errno
import json
import os
import subprocess

import pytest

from rows import lines_of
from sandbox import skip_if_allowed, without_netlink
from servers import LISTENER

NOBODY = 65534
OWN, OTHER = 9001, 9002


@pytest.fixture
def two_servers(netns, children):
    """One of nobody's, one of root's."""
    own = children.spawn(LISTENER.format(port=OWN), user=NOBODY).pid
    children.spawn(LISTENER.format(port=OTHER))
    return own


def by_port(document):
    return {sock["local"]["port"]: sock for sock in document["sockets"]}


def check_answer(lines, document, own):
    owners = {line.local.rpartition(":")[2]: line.owners for line in lines}
    assert owners[str(OWN)].startswith(f"{own}/") and owners[str(OTHER)] == "-"
    sockets = by_port(document)
    assert [owner["pid"] for owner in sockets[OWN]["owners"]] == [own]
    assert sockets[OTHER]["owners"] is None and sockets[OTHER]["inode"] > 0 and sockets[OTHER]["uid"] == 0
    assert document["hidden"] == {"owners": 1, "flags": 0}


def test_unprivileged_user_sees_the_own_owners(two_servers, ports):
    text, document = ports(user=NOBODY), ports("--json", user=NOBODY)

    check_answer(lines_of(text.stdout), json.loads(document.stdout), two_servers)
    for done in (text, document):
        assert done.returncode == 0
        notice, = done.stderr.splitlines()
        assert notice.startswith("ports: the owner of 1 socket is not known: ")
        assert "processes" in notice and "root" in notice and "setcap" in notice


def test_notice_counts(two_servers, ports, socks):
    for _ in range(3):
        socks.listener()
    assert ports(user=NOBODY).stderr.startswith("ports: the owners of 4 sockets are not known: ")


def test_no_notice_where_all_is_seen(two_servers, ports):
    assert ports(f"-p{OWN}", user=NOBODY).stderr == ""
    assert ports().stderr == ""


def in_own_mounts(commands, *argv):
    """Runs argv after shell commands that change the mounts for it alone."""
    mounted = subprocess.run(["unshare", "-m", "sh", "-c", commands], capture_output=True, text=True, timeout=60)
    if mounted.returncode != 0:
        pytest.skip(f"{commands} does not work here: {mounted.stderr.strip()}")
    script = commands + '; exec "$@"'
    return subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *argv], capture_output=True, text=True, timeout=60)


def test_hidepid_is_named(two_servers, _public_program):
    argv = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(_public_program)]
    text, document = (in_own_mounts("mount -t proc -o hidepid=2 proc /proc", *argv, *more) for more in ([], ["--json"]))

    check_answer(lines_of(text.stdout), json.loads(document.stdout), two_servers)
    assert text.returncode == 0
    assert "hidepid" in text.stderr and "root" in text.stderr and len(text.stderr.splitlines()) == 1


NOT_MOUNTED = "umount -l /proc && ! [ -e /proc/self ]"
EMPTY = "mount -t tmpfs none /proc"


@pytest.mark.parametrize("commands", [NOT_MOUNTED, EMPTY], ids=["none", "empty"])
def test_sockets_are_listed_without_proc(socks, commands):
    socks.listener(port=OWN)

    done = in_own_mounts(commands, os.environ["PORTS"])
    if "Sanitizer" in done.stderr:
        pytest.skip("the sanitizer that the program is built with needs /proc itself")
    line, = lines_of(done.stdout)
    assert (done.returncode, line.local, line.owners) == (0, f"127.0.0.1:{OWN}", "-")
    notice, = done.stderr.splitlines()
    assert notice.startswith("ports: the owner of 1 socket is not known: ") and "/proc" in notice


@pytest.mark.parametrize("error, status", [
    (errno.EPERM, 3), (errno.EACCES, 3), (errno.EPROTONOSUPPORT, 4), (errno.EAFNOSUPPORT, 4), (errno.EMFILE, 4),
], ids=errno.errorcode.get)
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["list", "json"])
def test_kernel_that_tells_nothing_is_an_error(netns, error, status, options):
    done = subprocess.run(without_netlink(error, os.environ["PORTS"], *options),
                          capture_output=True, text=True, timeout=60, check=False)
    skip_if_allowed(done.stderr)

    assert (done.returncode, done.stdout) == (status, "")
    line, = done.stderr.splitlines()
    assert line.startswith("ports: ") and os.strerror(error) in line
