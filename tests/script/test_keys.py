"""What keys do is one table: the source has it, the help of the program shows it, the manual prints it, and the keys do it.

Options the same way: what --help says is what the manual says."""

import collections
import os
import pathlib
import re

import pytest

SOURCE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parents[2]))

Action = collections.namedtuple("Action", "name help keys mode changes")

# As action.c writes it.
ENTRY = re.compile(r'\{ "(?P<name>[a-z0-9-]+)", (?:"[^"]+"|NULL), "(?P<help>[^"]+)", \{ (?P<keys>.*?) \}, '
                   r'(?P<mode>MODE_\w+), (?P<changes>true|false), act_\w+ \},')
KEY = re.compile(r"F\((\d+)\)|INPUT_CTRL\('(.)'\)|INPUT_(\w+)|'(\\?.)'")
SHOWN = {"PAGE_UP": "PgUp", "PAGE_DOWN": "PgDn", "ESCAPE": "Esc", "DIGIT": "0-9", " ": "Space"}

# What leads to each mode.
WAYS = {
    "MODE_TABLE": [],
    "MODE_JUMP": ["8"],
    "MODE_SEARCH": ["/"],
    "MODE_FILTER": ["F4"],
    "MODE_COLUMNS": ["F2"],
    "MODE_KILL": ["j", "K"],
    "MODE_DESTROY": ["x"],
    "MODE_HELP": ["F1"],
}

# The same for those of the playground, which takes a kernel.
PLAY_WAYS = {
    "MODE_PLAY": ["F7", "Esc"],
    "MODE_FORM": ["F7"],
    "MODE_SEND": ["F7", "F8", "s"],
    "MODE_OPTION": ["F7", "F8", "o"],
    "MODE_SHUTDOWN": ["F7", "F8", "d"],
    "MODE_SAVE": ["F7", "F8", "w"],
    "MODE_LESSONS": ["F7", "Esc", "L"],
    "MODE_PLAY_ASK": ["F7", "*", "Enter"],
    "MODE_PLAY_LEAVE": ["F7", "F8", "F7"],
}

MEANINGLESS = "has no meaning here"


def shown_key(match):
    function, control, named, plain = match.groups()
    if function:
        return f"F{function}"
    if control:
        return f"^{control}"
    plain = plain and plain.replace("\\\\", "\\")
    return SHOWN.get(named or plain) or plain or named.capitalize()


def table():
    text = (SOURCE / "src" / "ui" / "action.c").read_text(encoding="utf-8")
    entries = text[text.index("actions[] = {"):text.index(".name = NULL")]
    found = [Action(entry["name"], entry["help"], [shown_key(key) for key in KEY.finditer(entry["keys"])], entry["mode"],
                    entry["changes"] == "true") for entry in ENTRY.finditer(entries)]
    assert len(found) == entries.count("act_") > 50
    return found


ACTIONS = table()


def plain(roff):
    return roff.replace(r"\-", "-").replace(r"\(ha", "^").replace(r"\e", "\\").replace(r"\fI", "").replace(r"\fP", "")


def manual_table(name):
    """What stands above and below each .TP: a pair for each entry."""
    page = (SOURCE / "man" / "ports.1").read_text(encoding="utf-8")
    text = page[page.index(f'.\\" BEGIN {name}\n'):]
    entries = text[:text.index('.\\" END')].split(".TP\n.B ")[1:]
    return [tuple(map(plain, entry.rstrip("\n").split("\n"))) for entry in entries]


def run(ports, keys, *options, size="80x24", env=None, check=0, source=("--synthetic", "20")):
    """The screen after these keys; None when they have ended the program."""
    script = "".join(f"key {key}\n" for key in keys) + "screen\n"
    done = ports("--headless", size, *source, "--script", "-", *options, stdin=script, env=env, check=check)
    assert done.stderr == ""
    return done.stdout or None


def help_text(screen):
    """Between the totals and the two lines at the bottom."""
    return screen.split("\n")[2:-3]


def help_sections(lines):
    """Of each headline its entries: what stands on the left, and the text beside it in one line."""
    sections = collections.OrderedDict()
    for line in lines:
        if line and line[0] != " ":
            entries = sections[line] = []
        elif line.startswith("  ") and line[2] != " ":
            entries.append([line[2:17].rstrip(), line[18:]])
        elif line:
            entries[-1][1] += " " + line.strip()
    return sections


def test_the_help_has_the_whole_table(ports):
    sections = help_sections(help_text(run(ports, ["F1"], size="200x300")))
    shown = [tuple(map(tuple, entries)) for title, entries in sections.items() if title not in ("Mouse", "Marks", "Columns")]
    modes = [tuple((" ".join(action.keys), action.help) for action in ACTIONS if action.mode == mode)
             for mode in [*WAYS, *PLAY_WAYS]]
    assert sorted(shown) == sorted(modes)


def test_all_of_the_help_can_be_scrolled_to(ports):
    everything = [line for line in help_text(run(ports, ["F1"], size="80x400")) if line]
    seen = [line for pages in range(20) for line in help_text(run(ports, ["F1", *["PgDn"] * pages])) if line]
    assert len(everything) > 100
    assert set(seen) == set(everything)


def test_the_manual_has_the_whole_table():
    wanted = [(rf"{' '.join(action.keys)} \fR({action.name})", action.help + ".") for action in ACTIONS]
    assert manual_table("keys") == wanted


def test_names_and_keys_mean_one_thing():
    names = collections.Counter(action.name for action in ACTIONS)
    keys = collections.Counter((action.mode, key) for action in ACTIONS for key in action.keys)
    assert [name for name, count in names.items() if count > 1] == []
    assert [key for key, count in keys.items() if count > 1] == []
    assert {action.mode for action in ACTIONS} == {*WAYS, *PLAY_WAYS}
    assert all(action.keys for action in ACTIONS)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """What keys write is written there."""
    monkeypatch.chdir(tmp_path)
    return {"XDG_CONFIG_HOME": str(tmp_path)}


@pytest.mark.parametrize("mode", WAYS)
def test_each_key_is_taken_in_its_mode(ports, elsewhere, mode):
    assert MEANINGLESS in run(ports, [*WAYS[mode], "F12"], env=elsewhere)
    for action in ACTIONS:
        for key in action.keys if action.mode == mode else []:
            screen = run(ports, [*WAYS[mode], "1" if key == "0-9" else key], env=elsewhere)
            assert (screen is None) == action.name.endswith("quit"), action
            assert MEANINGLESS not in (screen or ""), f"{key} of {action.name}"


@pytest.mark.parametrize("mode", PLAY_WAYS)
def test_each_key_of_the_playground_is_taken_in_its_mode(ports, netns, elsewhere, mode):
    def shown(key):
        screen = run(ports, [*PLAY_WAYS[mode], key], env=elsewhere, source=())
        return screen and " ".join(screen.split())  # a question may have broken the line

    assert MEANINGLESS in shown("F12")
    for action in ACTIONS:
        for key in action.keys if action.mode == mode else []:
            screen = shown(key)
            assert (screen is None) == action.name.endswith("quit"), action
            assert MEANINGLESS not in (screen or ""), f"{key} of {action.name}"


def test_readonly_refuses_what_changes_more_than_the_screen_and_nothing_else(ports, elsewhere):
    for action in ACTIONS:
        if action.mode != "MODE_TABLE" or action.name == "quit":
            continue
        key = "1" if action.keys[0] == "0-9" else action.keys[0]
        screen = run(ports, [key], "--readonly", env=elsewhere)
        assert (f'"{action.name}" is not to be had with --readonly' in screen) == action.changes, action
    assert not any(pathlib.Path(elsewhere["XDG_CONFIG_HOME"]).iterdir())


@pytest.mark.parametrize("command, name", [([], "options"), (["why"], "why options")])
def test_the_manual_has_the_options_of_the_help(ports, command, name):
    lines = ports(*command, "--help", check=0).stdout.split("\n")
    listed = [" ".join(line.split()) for line in lines if line.startswith(("  -", "      --"))]
    assert listed == [f"{option} {text.removesuffix('.')}" for option, text in manual_table(name)]
    assert len(listed) >= 10
