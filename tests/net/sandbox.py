"""Sandboxes, as commands in front of another: one forbids a system call, one has other files in /etc."""

import errno
import pathlib
import platform
import shlex
import socket
import subprocess
import sys

import pytest

# A call fails with the error that is the first argument, if its own first argument is the third one here, or that is "any"; the
# second is the number of the call, and the rest is executed.  The numbers are those of seccomp(2) and linux/bpf_common.h.
FORBID = """
import ctypes, os, struct, sys
RET_ALLOW, RET_ERRNO = 0x7fff0000, 0x50000
libc = ctypes.CDLL(None, use_errno=True)
program = b"".join(struct.pack("HBBI", *step) for step in [
    (0x20, 0, 0, 0),                                # the number of the call
    (0x15, 0, 3, int(sys.argv[2])),                 # is it that one?
    (0x20, 0, 0, 16),                               # its first argument
    (0x15, 0, 1, int(sys.argv[3])) if sys.argv[3] != "any" else (0x05, 0, 0, 0),
    (0x06, 0, 0, RET_ERRNO | int(sys.argv[1])),
    (0x06, 0, 0, RET_ALLOW),
])
steps = ctypes.create_string_buffer(program)
filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps)))
if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, filter, 0, 0) != 0:
    sys.exit("seccomp: " + os.strerror(ctypes.get_errno()))
os.execv(sys.argv[4], sys.argv[4:])
"""

AF_NETLINK = 16
SOCKET_CALL = {"x86_64": 41, "aarch64": 198, "riscv64": 198}
PIDFD_GETFD = 438  # everywhere


def without_family(family, error, *argv):
    number = SOCKET_CALL.get(platform.machine())
    if number is None or sys.byteorder != "little":
        pytest.skip(f"the number of socket() on {platform.machine()} is not known to this test")
    return [sys.executable, "-c", FORBID, str(error), str(number), str(family), *argv]


def without_netlink(error, *argv):
    """The command that runs argv so that every netlink socket is refused with that errno."""
    return without_family(AF_NETLINK, error, *argv)


def without_inet6(*argv):
    """The same where there is no IPv6."""
    return without_family(socket.AF_INET6, errno.EAFNOSUPPORT, *argv)


def without_pidfd_getfd(error, *argv):
    """The command that runs argv so that no descriptor of another process can be had, for that errno."""
    if sys.byteorder != "little":
        pytest.skip("the filter is made for little-endian machines")
    return [sys.executable, "-c", FORBID, str(error), str(PIDFD_GETFD), "any", *argv]


def skip_if_allowed(errors):
    """To be called with what the command wrote to stderr."""
    if errors.startswith("seccomp: "):
        pytest.skip(f"system calls cannot be forbidden here: {errors.strip()}")


# The first argument is a folder, whose files are put in the places of those that have the same names in /etc.
OTHER_ETC = """
for file in "$1"/*; do
    mount --bind "$file" "/etc/${file##*/}" || exit
done
shift
exec "$@"
"""


def with_etc(folder, **files):
    """The words that run a command so that it finds these texts in /etc: "resolv.conf" is resolv_conf here."""
    for name, text in files.items():
        (pathlib.Path(folder) / name.replace("_", ".")).write_text(text, encoding="utf-8")
    words = ["unshare", "-m", "sh", "-c", OTHER_ETC, "sh", str(folder)]
    tried = subprocess.run([*words, "true"], capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode != 0:
        pytest.skip(f"/etc cannot be changed here: {tried.stderr.strip()}")
    return words


def in_world(lines):
    """The words for a shell that run a command where these lines of a shell were done, in mounts, processes and a network of its
    own, and all of it ends with the command."""
    words = ["unshare", "-mnpf", "--mount-proc", "--kill-child", "sh", "-ec"]
    tried = subprocess.run([*words, lines.partition("\n")[0]], capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode != 0:
        pytest.skip(f"there is no world of its own here: {tried.stderr.strip()}")
    return shlex.join([*words, lines + '\n"$@"', "sh"])


def as_prefix(words):
    """The same for a shell."""
    return shlex.join(words)
