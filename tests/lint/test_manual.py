"""The manual is in step with the program: its tables are those that `make manual` would make, its examples work."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ["PORTS_SRCDIR"])
PORTS = pathlib.Path(os.environ["PORTS_BUILDDIR"]) / "ports"
TABLES = pathlib.Path(os.environ["PORTS_BUILDDIR"]) / "man" / "tables"


def made_anew(page):
    return subprocess.run([TABLES], input=page, capture_output=True, text=True, check=True, timeout=30).stdout


PAGES = [SOURCE / "man" / name for name in ("ports.1", "ports-lab.5")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_tables_are_up_to_date(path):
    page = path.read_text(encoding="utf-8")
    assert made_anew(page) == page, "make manual"


@pytest.mark.parametrize("path, names", zip(PAGES, [["options", "columns", "keys", "members", "privileges", "views"], ["lessons"]]))
def test_a_table_that_is_not_would_be_noticed(path, names):
    page = path.read_text(encoding="utf-8")
    for name in names:
        emptied = re.sub(rf'(BEGIN {name}\n).*?(\.\\" END)', r"\1\2", page, count=1, flags=re.DOTALL)
        assert emptied != page
        assert made_anew(emptied) == page


def config_of_the_manual():
    page = (SOURCE / "man" / "ports.1").read_text(encoding="utf-8")
    example = re.search(r'\.\\" BEGIN example\n\.EX\n(.*?)\.EE\n', page, re.DOTALL)[1]
    return example.replace(r"\-", "-").replace(r"\(ha", "^").replace(r"\e", "\\")


def config_of_the_readme():
    text = (SOURCE / "README").read_text(encoding="utf-8")
    section = text.split("Configuration\n---", 1)[1].split("\n\n\n", 1)[0]
    return "".join(re.findall(r"^    (.*\n)", section, re.MULTILINE))


def read_config(directory, text):
    """What the program says when it finds the text as its configuration."""
    file = directory / "ports" / "config"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    environment = {**os.environ, "XDG_CONFIG_HOME": str(directory)}
    return subprocess.run([PORTS, "--help"], env=environment, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("example", [config_of_the_manual, config_of_the_readme])
def test_examples_of_a_configuration_are_right(tmp_path, example):
    text = example()
    assert len(text.splitlines()) >= 5 and "bind=" in text
    done = read_config(tmp_path, text)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("example", [config_of_the_manual, config_of_the_readme])
def test_an_example_that_is_not_would_be_noticed(tmp_path, example):
    text = example()
    done = read_config(tmp_path, text + "them=dark\n")
    line = len(text.splitlines()) + 1
    assert done.returncode == 2
    assert done.stderr == f'ports: {tmp_path}/ports/config:{line}: "them" is no option; the nearest is "theme"\n'


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_roff_finds_no_fault(path):
    checked = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", path], capture_output=True, text=True, check=True,
                             timeout=60)
    assert checked.stderr == ""
