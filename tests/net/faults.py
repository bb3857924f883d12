"""The layer that makes calls of the program fail (tests/faults/inject.c, which says how FAULT is written)."""

import os
import pathlib

import pytest

BUILD = pathlib.Path(os.environ.get("PORTS_BUILDDIR", pathlib.Path(__file__).parents[2]))
LAYER = BUILD / "tests" / "faults" / "inject.so"


def faulty(fault, victim=0):
    """What is added to the environment of a program that it is to befall."""
    if not LAYER.exists():
        pytest.skip("the layer that injects faults is not built")
    # The sanitizers' own layer wants to be the first one, but need not.
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    return {"FAULT": fault, "FAULT_VICTIM": str(victim), "LD_PRELOAD": str(LAYER), "ASAN_OPTIONS": options}
