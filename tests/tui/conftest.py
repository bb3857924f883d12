import os
import pathlib
import shutil
import sys

import pytest

NET = pathlib.Path(__file__).parents[1] / "net"
sys.path.insert(0, str(NET))

from socks import socks  # noqa: E402, F401: a fixture
from terminal import PROMPT, Live, Terminal  # noqa: E402

# Where the program is when nobody says so.
os.environ.setdefault("PORTS", str(pathlib.Path(__file__).parents[2] / "ports"))


@pytest.fixture
def opened(netns):
    """Terminals in the same namespace, to be closed at the end."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminals = []
    yield terminals
    for terminal in terminals:
        terminal.close()


@pytest.fixture
def shell(opened, eventually):
    """shell(width=, height=, ...): a terminal with a shell."""
    def open_one(**more):
        terminal = Terminal(eventually, **more)
        opened.append(terminal)
        terminal.until(PROMPT.strip())
        return terminal

    return open_one


@pytest.fixture
def live(opened, eventually):
    """live(options..., prefix=, width=, height=, ...): the program, live in a terminal."""
    def open_one(*options, prefix="", **more):
        terminal = Live(eventually, **more)
        opened.append(terminal)
        terminal.until(PROMPT.strip())
        terminal.begin(*options, prefix=prefix)
        return terminal

    return open_one
