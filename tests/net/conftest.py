import os
import pathlib
import resource

import pytest

from socks import socks  # noqa: F401: a fixture

# For tests that start the program by hand.
os.environ.setdefault("PORTS", str(pathlib.Path(__file__).parents[2] / "ports"))
os.environ["XDG_CONFIG_HOME"] = "/nonexistent"


@pytest.fixture
def many_descriptors():
    """As many as 2,000 sockets take."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 8192:
        pytest.skip(f"no more than {hard} descriptors are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
