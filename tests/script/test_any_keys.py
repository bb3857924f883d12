"""Whatever is typed, clicked and resized: the program goes on, and its screens have the size that they should have."""

import random
import re
import unicodedata

import pytest

KEYS = ("F1 ? F2 F3 / F4 F6 > < I F9 K x y f n 0 1 8 9 Enter Tab o W w S T p t u s l a e r v z * Left Right F Up k Down j PgUp "
        "PgDn ^B ^F ^U ^D g Home G End N Space U c + - ^L ^Z Backspace Esc Esc F12 @ é").split()
TEXTS = ["80", "nginx", "web 443", "é漢字", "x" * 300, " "]
OPTIONS = [[], ["-r", "-e"], ["--group", "process"], ["-i", "-m"], ["--columns", "local,unit,command,owners"]]
STEPS = 700


def steps(chance):
    """Lines of a script; each screen is named by the size that it must have."""
    width, height = 80, 24
    for _ in range(STEPS):
        at = f"{chance.randrange(width)} {chance.randrange(height)}"
        kind = chance.random()
        if kind < 0.75:
            yield f"key {chance.choice(KEYS)}"
        elif kind < 0.80:
            yield f"type {chance.choice(TEXTS)}"
        elif kind < 0.85:
            yield chance.choice([f"click {at}", f"wheel up {at}", f"wheel down {at}"])
        elif kind < 0.90:
            yield f"wait {chance.choice([0.1, 1, 4])}"
        elif kind < 0.95:
            width, height = chance.randint(1, 160), chance.randint(1, 50)
            yield f"resize {width}x{height}"
        else:
            yield f"screen {width}x{height}"


def columns(line):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


@pytest.mark.parametrize("seed", range(5))
def test_screens_keep_their_size(ports, tmp_path, monkeypatch, seed):
    monkeypatch.chdir(tmp_path)
    script = "\n".join([*steps(random.Random(seed)), "key Esc Esc Esc Esc", "resize 80x24", "screen 80x24"]) + "\n"
    done = ports("--headless", "80x24", "--synthetic", "60,15", "--script", "-", *OPTIONS[seed], stdin=script,
                 env={"XDG_CONFIG_HOME": str(tmp_path)}, check=0)
    assert done.stderr == ""
    screens = re.findall(r"^=== screen (\d+)x(\d+)\n((?:(?!=== screen ).*\n)*)", done.stdout, re.MULTILINE)
    assert len(screens) == script.count("\nscreen ")
    for width, height, text in screens:
        lines = text.split("\n")[:-1]
        assert len(lines) == int(height) and max(map(columns, lines)) <= int(width), text
