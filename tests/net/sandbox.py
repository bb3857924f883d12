"""A sandbox that forbids netlink sockets, as a command in front of another."""

import platform
import sys

import pytest

# socket(AF_NETLINK, ...) fails with the error that is the first argument; the second is the number of that system call, and
# the rest is executed.  The numbers are those of seccomp(2) and linux/bpf_common.h.
FORBID_NETLINK = """
import ctypes, os, struct, sys
AF_NETLINK, RET_ALLOW, RET_ERRNO = 16, 0x7fff0000, 0x50000
libc = ctypes.CDLL(None, use_errno=True)
program = b"".join(struct.pack("HBBI", *step) for step in [
    (0x20, 0, 0, 0),                                # the number of the call
    (0x15, 0, 3, int(sys.argv[2])),                 # is it socket()?
    (0x20, 0, 0, 16),                               # its first argument
    (0x15, 0, 1, AF_NETLINK),
    (0x06, 0, 0, RET_ERRNO | int(sys.argv[1])),
    (0x06, 0, 0, RET_ALLOW),
])
steps = ctypes.create_string_buffer(program)
filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps)))
if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, filter, 0, 0) != 0:
    sys.exit("seccomp: " + os.strerror(ctypes.get_errno()))
os.execv(sys.argv[3], sys.argv[3:])
"""

SOCKET_CALL = {"x86_64": 41, "aarch64": 198, "riscv64": 198}


def without_netlink(error, *argv):
    """The command that runs argv so that every netlink socket is refused with that errno."""
    number = SOCKET_CALL.get(platform.machine())
    if number is None or sys.byteorder != "little":
        pytest.skip(f"the number of socket() on {platform.machine()} is not known to this test")
    return [sys.executable, "-c", FORBID_NETLINK, str(error), str(number), *argv]


def skip_if_allowed(errors):
    """To be called with what the command wrote to stderr."""
    if errors.startswith("seccomp: "):
        pytest.skip(f"system calls cannot be forbidden here: {errors.strip()}")
