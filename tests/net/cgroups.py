"""Control groups of version 2, made for a test where that is allowed."""

import errno
import os

import pytest

from servers import START

SLICE = f"/ports-test-{os.getpid()}.slice"    # others may run these tests at the same time

# Listens from within one cgroup, and goes into another one before it says so.
LISTENER = START + """
def enter(folder):
    with open(folder + "/cgroup.procs", "w") as processes:
        processes.write(str(os.getpid()))

enter({folder!r})
listener = socket.create_server(("127.0.0.1", {port}))
enter({then!r})
ready()
"""


def mount_of_cgroups():
    with open("/proc/self/mounts", encoding="ascii") as mounts:
        return next((line.split()[1] for line in mounts if line.split()[2] == "cgroup2"), None)


@pytest.fixture
def cgroup():
    """cgroup(path): a new one, as the path of its folder; all are removed in the end, with what is in them moved to the root."""
    root, made = mount_of_cgroups(), []
    if root is None:
        pytest.skip("no cgroup2 file system is mounted")

    def make(path):
        folder = root
        for part in path.strip("/").split("/"):
            folder = f"{folder}/{part}"
            if os.path.isdir(folder):
                continue
            try:
                os.mkdir(folder)
            except OSError as error:
                pytest.skip(f"no cgroup can be made here: {error.strerror}")
            made.append(folder)
        return folder

    yield make
    for folder in reversed(made):
        if os.path.isdir(folder):
            empty(folder, root)
            os.rmdir(folder)


def empty(folder, root):
    with open(f"{folder}/cgroup.procs", encoding="ascii") as processes:
        pids = processes.read().split()
    for pid in pids:
        try:
            with open(f"{root}/cgroup.procs", "w", encoding="ascii") as processes:
                processes.write(pid)
        except OSError as error:
            assert error.errno == errno.ESRCH


def path_of(folder):
    return folder.removeprefix(mount_of_cgroups())
