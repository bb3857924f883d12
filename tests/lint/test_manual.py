"""The manual is in step with the program: its tables are those that `make manual` would make."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ["PORTS_SRCDIR"])
TABLES = pathlib.Path(os.environ["PORTS_BUILDDIR"]) / "man" / "tables"


def made_anew(page):
    return subprocess.run([TABLES], input=page, capture_output=True, text=True, check=True, timeout=30).stdout


def test_the_tables_are_up_to_date():
    page = (SOURCE / "man" / "ports.1").read_text(encoding="utf-8")
    assert made_anew(page) == page, "make manual"


def test_a_table_that_is_not_would_be_noticed():
    page = (SOURCE / "man" / "ports.1").read_text(encoding="utf-8")
    for name in ("options", "columns", "keys"):
        emptied = re.sub(rf'(BEGIN {name}\n).*?(\.\\" END)', r"\1\2", page, count=1, flags=re.DOTALL)
        assert emptied != page
        assert made_anew(emptied) == page


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
def test_roff_finds_no_fault():
    checked = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", SOURCE / "man" / "ports.1"], capture_output=True,
                             text=True, check=True, timeout=60)
    assert checked.stderr == ""
