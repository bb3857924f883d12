"""The lists in Makefile.am: a source or test that is in none of them would be missing in silence."""

import os
import pathlib
import re

import pytest

SOURCE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parents[2]))

# These stand in the lists under their own names, but test programs under those of what is built.
LISTED = ["src/**/*.[ch]", "tests/*/*.[ch]", "tests/**/*.py"]
PROGRAM = re.compile(r"(tests/\w+/test_\w+)\.c")


def lists(makefile):
    """The values of each list that stands one word a line."""
    return {m[1]: m[2].replace("\\\n", " ").split()
            for m in re.finditer(r"^(\w+) = \\\n((?:\t.*\\\n)*\t.*)\n", makefile, re.MULTILINE)}


def missing(names, makefile):
    words = set(re.split(r"[\s\\]+", makefile))
    return [name for name in names if name not in words]


def unsorted(makefile):
    paths = {name: [v for v in values if "/" in v] for name, values in lists(makefile).items()}
    return [name for name, values in paths.items() if values != sorted(values)]


@pytest.fixture
def makefile():
    return (SOURCE / "Makefile.am").read_text(encoding="utf-8")


@pytest.mark.parametrize("pattern", LISTED)
def test_every_file_is_in_a_list(makefile, pattern):
    files = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.glob(pattern))
    names = [PROGRAM.sub(r"\1", file) for file in files]
    assert not missing(names, makefile)


def test_lists_are_sorted(makefile):
    assert lists(makefile)
    assert not unsorted(makefile)


def test_these_tests_can_fail():
    text = "a = \\\n\tsrc/b.c \\\n\tsrc/a.c\n\nb = \\\n\tsrc/c.c \\\n\tsrc/d.c\n"
    assert missing(["src/a.c", "src/e.c"], text) == ["src/e.c"]
    assert unsorted(text) == ["a"]
