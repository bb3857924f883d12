"""Texts that would harm a terminal, a line or a table; processes that have them wherever a process may have a text; and what
must be true of all that is told of them."""

import ctypes
import locale
import os
import socket
import subprocess
import unicodedata

import pytest

# A process's name keeps 15 bytes of each.
TEXTS = {
    "newline": b"one\ntwo\n",
    "escape": b"\x1b[2J\x1b]0;x\x07",
    "raw C1": b"a\x9b31m\x85\x90",
    "C1": "a\u009b31m\u0085".encode(),
    "tab and return": b"a\tb\rc\x0b\x0c\b",
    "delete": b"a\x7f\x7fb",
    "override": "a\u202egpj.\u202c".encode(),
    "isolate": "\u2067a\u2069\u061cb".encode(),
    "zero width": "a\u200bb\u200d\u2060c".encode(),
    "byte order": "\ufeffa\u00ad".encode(),
    "separators": "a\u2028b\u2029c".encode(),
    "combining": "e\u0301\u0327\u0489x".encode(),
    "wide": "\u4e2d\u6587\uff21x".encode(),
    "emoji": "\U0001f525\ufe0f\U0001f469x".encode(),
    "filler": "\u3164\uffa0\u115fx".encode(),
    "tags": "\U000e0041\U0001d173x".encode(),
    "no character": "\u0378\ufffe\U0010ffff".encode(),
    "invalid": b"\xff\xfe\xc3\x28\xe2\x80",
    "surrogate": b"\xed\xa0\x80\xed\xb0\x80",
    "overlong": b"\xc0\x9b\xe0\x80\x9b\xf8",
    "quotes": b"a,\"b',''\"",
    "escaped": b"\\x1b[2J\\\\n",
    "template": b"{state} %s%n #",
    "spaces": b"  a  b  ",
}

FIRST_PORT = 9001
PORTS = {name: FIRST_PORT + at for at, name in enumerate(TEXTS)}

# Its arguments are the text, its port and the folder that it goes to; its socket in the unix domain is called alike.
PROCESS = """
import ctypes, os, signal, socket, sys
text, port, folder = os.fsencode(sys.argv[1]), int(sys.argv[2]), os.fsencode(sys.argv[3])
os.chdir(folder)
kept = []
for family, name in [(socket.AF_INET, ("127.0.0.1", port)), (socket.AF_UNIX, folder + b"/" + text),
                     (socket.AF_UNIX, b"\\0" + text + b"\\0x")]:
    kept.append(socket.socket(family))
    kept[-1].bind(name)
    kept[-1].listen()
ctypes.CDLL(None).prctl(15, text)  # PR_SET_NAME
print("ready", flush=True)
signal.pause()
"""

FORBIDDEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp", "Mn", "Me"}


def raw(text):
    """As Python has it in a string."""
    return text.decode(errors="surrogateescape")


def name_of(text):
    return raw(text[:15])


@pytest.fixture(scope="session")
def width():
    """width(character): the columns that it takes in a terminal."""
    libc = ctypes.CDLL(None)
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    yield lambda character: libc.wcwidth(ctypes.c_int(ord(character)))
    locale.setlocale(locale.LC_CTYPE, before)


@pytest.fixture
def harmless(width):
    """harmless(bytes): the lines of a text, after a look that nothing in it does anything but stand there."""
    def check(data):
        __tracebackhide__ = True
        text = data.decode("utf-8", errors="strict") if isinstance(data, bytes) else data
        bad = {ascii(c) for c in text
               if c != "\n" and (unicodedata.category(c) in FORBIDDEN or width(c) < 1 or c in "\u3164\uffa0\u115f")}
        assert not bad, f"{bad} in {text!r}"
        return text.split("\n")

    return check


@pytest.fixture
def cells(width):
    """cells(line): a character for each column that it takes; the right half of a wide one is a NUL."""
    return lambda line: "".join(c + "\0" * (width(c) - 1) for c in line)


@pytest.fixture
def scene(netns, children, tmp_path):
    """A process for each text, with it as its name, argument, folder, and unix socket; it listens on PORTS[name], too."""
    for name, text in TEXTS.items():
        folder = os.path.join(os.fsencode(tmp_path), text)
        os.mkdir(folder)
        children.spawn(PROCESS, raw(text), str(PORTS[name]), os.fsdecode(folder))
    return tmp_path


@pytest.fixture
def devices(netns, socks):
    """A device for each text that the kernel lets one be called, and a UDP socket that is bound to it, by its port."""
    bound = {}
    for name, text in TEXTS.items():
        argv = ["ip", "link", "add", "name", text[:15], "type", "bridge"]
        made = subprocess.run(argv, capture_output=True, check=False)
        if made.returncode != 0:
            continue
        sock = socks.udp("127.0.0.1", PORTS[name])
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, text[:15])
        bound[PORTS[name]] = text[:15]
    if len(bound) < 8:
        pytest.skip("no bridges can be made here")
    return bound
