"""The manual of the language: its examples run, and it names all that the program knows."""

import os
import pathlib
import re

import pytest

SOURCE = pathlib.Path(os.environ["PORTS_SRCDIR"])
PAGE = (SOURCE / "man" / "ports-lab.5").read_text(encoding="utf-8")
EXAMPLES = [example.replace(r"\e", "\\") for example in re.findall(r'\.\\" BEGIN example\n\.EX\n(.*?)\.EE\n', PAGE, re.DOTALL)]


def names(file, pattern):
    return re.findall(pattern, (SOURCE / "src" / "lab" / file).read_text(encoding="utf-8"))


WORDS = [*names("step.c", r'\[VERB_\w+\] = \{ "(\w+)"'), *names("option.c", r'\[OPTION_\w+\] = \{ "(\w+)"'),
         *names("option.c", r'\[SOCKET_\w+\] = \{ "([\w-]+)"')]


def test_there_are_examples_and_words():
    assert len(EXAMPLES) >= 4
    assert {"bind", "note", "reuseaddr", "syncnt", "tcp4", "unix-seqpacket"} < set(WORDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0].removeprefix("title  "))
def test_example_runs_as_it_says(steps, example):
    done, end = steps(example)
    assert end["result"] == "passed" and end["title"]
    assert all(step["actual"] in (step["expected"] or "").split("|") for step in done if step["expected"] is not None)


@pytest.mark.parametrize("word", WORDS)
def test_word_is_explained(word):
    explained = PAGE.split(".SH EXAMPLES")[0]
    assert re.search(rf"^\.B\S*( .*)?[ \"]{re.escape(word)}\b", explained.replace(r"\-", "-").replace("\\\n", ""), re.MULTILINE)
