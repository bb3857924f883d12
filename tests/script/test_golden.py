"""Golden screens: each script, on sockets that are made up, by the real program, in three sizes and with and without colour.

The scripts are NAME.keys, whose first line has the options; what they print is golden/NAME-SIZE.txt: in mono, and below that
how the same screens look in colour. PORTS_GOLDEN=write (make golden) writes the files instead."""

import os
import pathlib
import re

import pytest

HERE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parents[2])) / "tests" / "script"
SCRIPTS = sorted(path.stem for path in HERE.glob("*.keys"))
SIZES = ["80x24", "120x40", "50x10"]

COLOUR = "=== in colour\n"


def printed(ports, name, size, *options):
    script = HERE / f"{name}.keys"
    own = re.match(r"# options: (.*)\n", script.read_text(encoding="utf-8"))[1].split()
    done = ports("--headless", size, "--clock", "2026-11-20T14:02:11Z", "--script", script, *own, *options,
                 env={"TZ": "UTC", "NO_COLOR": ""}, check=0)
    assert done.stderr == ""
    return done.stdout


def sections(text, kind):
    return re.findall(rf"^=== {kind} .*\n(?:(?!=== ).*\n)*", text, re.MULTILINE)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCRIPTS)
def test_screens_are_those(ports, name, size):
    mono, colour = printed(ports, name, size, "-C"), printed(ports, name, size)
    golden = HERE / "golden" / f"{name}-{size}.txt"

    assert sections(mono, "screen") and sections(colour, "screen") == sections(mono, "screen")
    drawn = mono + COLOUR + "".join(sections(colour, "style"))
    if "PORTS_GOLDEN" in os.environ:
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8"), "make golden"


def test_every_golden_file_has_its_script():
    assert SCRIPTS
    files = {path.name for path in (HERE / "golden").iterdir()}
    assert files == {f"{name}-{size}.txt" for name in SCRIPTS for size in SIZES}
