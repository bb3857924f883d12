"""Every lesson is true on this kernel, and predicted; for root, and for a user who has no rights."""

import os
import pathlib
import re
import socket

import pytest

LESSONS = pathlib.Path(os.environ["PORTS_SRCDIR"]) / "src" / "lab" / "lessons"
NAMES = (LESSONS / "ORDER").read_text(encoding="ascii").split()
TAKES_ROOT = re.compile(r"^\w+: user ", re.MULTILINE)


def text(name):
    return (LESSONS / f"{name}.lab").read_text(encoding="utf-8")


def test_every_file_has_its_place_in_the_order():
    assert sorted(NAMES) == sorted(file.stem for file in LESSONS.glob("*.lab"))


@pytest.mark.parametrize("name", NAMES)
def test_lesson_is_true(lab, name):
    if TAKES_ROOT.search(text(name)) and os.geteuid() != 0:
        pytest.skip("an actor becomes another user")
    done = lab(name)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("\n1 scenario: 1 passed, 0 failed, 0 skipped\n")
    assert "predicted" not in done.stdout.replace("as predicted", "")


@pytest.mark.parametrize("name", NAMES)
def test_lesson_is_true_for_a_user_without_rights(lab, name):
    done = lab(name, user=65534)

    if TAKES_ROOT.search(text(name)):
        assert done.returncode == 77
        assert "skipped: an actor in it becomes another user, which takes root" in done.stdout
    else:
        assert done.returncode == 0, done.stdout


def test_all_of_them_run_one_after_the_other(lab):
    done = lab("--all", "--tap")

    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert [line.split()[3].rstrip(":") for line in lines if line.startswith("ok ")] == NAMES
    assert lines[-2] == f"1..{len(NAMES)}"


def test_list_has_each_with_its_title(lab):
    lines = lab("-l", check=0).stdout.splitlines()

    assert [line.split()[0] for line in lines] == NAMES
    for line, name in zip(lines, NAMES):
        assert re.search(r"^title\s+(.*)$", text(name), re.MULTILINE)[1] == line.split(None, 1)[1]


@pytest.mark.parametrize("name", NAMES)
def test_lesson_is_shown_as_it_was_written(lab, name):
    assert lab("--show", name, check=0).stdout == text(name)


def test_well_known_names_are_those_of_the_services_database():
    names = re.findall(r"(\d+) ([a-z-]+)", text("well-known-names").split("names to ports:")[1].split(". ")[0])
    assert len(names) == 7
    for port, name in names:
        try:
            assert socket.getservbyname(name, "tcp") == int(port)
        except OSError:
            pytest.skip(f"the services database has no {name}")
        assert f"server: bind {name} 127.0.0.1:{port} " in text("well-known-names")
