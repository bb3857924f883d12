"""The configuration file in the live program: keys that were bound, the view that is remembered, themes."""

import pytest

PORT = 9999


@pytest.fixture
def config(tmp_path):
    """config(text) writes the file; config.text() is what is in it."""
    class Config:
        path = tmp_path / "ports" / "config"
        variables = {"XDG_CONFIG_HOME": str(tmp_path)}

        def __call__(self, text):
            self.path.parent.mkdir(exist_ok=True)
            self.path.write_text(text, encoding="utf-8")

        def text(self):
            return self.path.read_text(encoding="utf-8")

    return Config()


@pytest.fixture
def begin(live, socks, config):
    """begin(options...): the program with that file, a listener and a UDP socket."""
    def begin_one(*options, **more):
        terminal = live("-c", "0.2", *options, **config.variables, **more)
        terminal.until_row(f":{PORT}")
        return terminal

    socks.listener(port=PORT)
    socks.udp(port=PORT + 1)
    return begin_one


def ends(terminal):
    terminal.eventually(lambda: terminal.pid() is None)
    assert terminal.state() == terminal.before


def test_bound_keys_are_those_that_count(begin, config):
    config("bind=q none\nbind=F10 none\nbind=F5 help\nbind=z udp\n")
    terminal = begin()
    terminal.until(lambda lines: lines[-1].startswith("F5Help F2Columns"))
    assert "Quit" not in terminal.lines()[-1].replace("^CQuit", "")

    terminal.key("q", "F10", "z")
    terminal.until_title("-t")
    terminal.key("F5")
    terminal.until("F5 F1 ? h       this help")
    terminal.key("Escape")
    terminal.until_row(f":{PORT}")
    terminal.key("C-c")
    ends(terminal)


def test_line_that_is_not_right_is_named_before_the_screen_changes(shell, config):
    config("tcp\nbind=F5 paus\n")
    terminal = shell(width=160, **config.variables)
    terminal.run('clear; "$PORTS"')
    terminal.until(f'ports: {config.path}:2: --bind: "paus" is no action; the nearest is "pause"')
    terminal.prompt()


def test_view_is_saved_by_a_key_and_comes_again(begin, config):
    config("# mine\nbind=F5 pause\nsort=age")
    terminal = begin("--theme=dark", width=160)
    terminal.key("u", "e", "Tab", "Tab", "<", "I")
    terminal.until("-- History -")
    terminal.key("S")
    terminal.until(f"The view is saved in {config.path}")
    assert config.text() == "# mine\nbind=F5 pause\ntcp\nextended\nsort=-owners\npane=history\ninterval=0.2\ntheme=dark\n"

    terminal.key("q")
    ends(terminal)
    terminal.run('clear; "$PORTS"')
    terminal.until(lambda lines: lines[0].startswith("ports  -t ") and "every 0.2 s" in lines[0])
    terminal.until("-- History -")
    assert "Cookie" in terminal.lines()[2]


def test_view_is_saved_at_the_end(begin, config):
    terminal = begin("--save-view")
    terminal.key("l", "u")
    terminal.until_title("-t -l")
    assert not config.path.exists()
    terminal.key("q")
    ends(terminal)
    assert config.text() == "tcp\nlistening\ninterval=0.2\n"


def test_view_that_cannot_be_saved_at_the_end_is_told(begin, config):
    terminal = begin("--save-view", width=160)
    config.path.mkdir(parents=True)
    terminal.key("q")
    terminal.until(f"ports: {config.path} cannot be written, the view is not saved: Is a directory")
    ends(terminal)


@pytest.mark.parametrize("option, said", [
    ("--readonly", '"save-view" is not to be had with --readonly'),
    ("--no-config", "The view is not saved: --no-config leaves its file alone"),
])
def test_view_is_not_saved_where_that_is_not_wanted(begin, config, option, said):
    config("save-view\n")
    terminal = begin(option)
    terminal.key("u", "S")
    terminal.until(said)
    terminal.key("q")
    ends(terminal)
    assert config.text() == "save-view\n"


def colors_of(terminal):
    """Every colour that the screen has, as the numbers of their sequences."""
    text = terminal.text("-e")
    return {part.split("m")[0] for part in text.split("38;5;")[1:]}


@pytest.mark.parametrize("option, colorfgbg, listen", [
    ("", "15;0", "40"), ("", "0;15", "28"), ("--theme=light", "15;0", "28"), ("--theme=dark", "0;15", "40"),
])
def test_theme_is_that_of_the_background(begin, option, colorfgbg, listen):
    terminal = begin(option, prefix=f"COLORFGBG='{colorfgbg}'")
    assert listen in colors_of(terminal)
    assert not {"40", "28"} - {listen} & colors_of(terminal)


def test_a_key_goes_through_the_themes(begin):
    terminal = begin("--theme=dark")
    seen = []
    for theme in ("light", "both", "mono", "auto", "dark"):
        terminal.key("T")
        terminal.until(f"Theme: {theme}")
        seen.append(colors_of(terminal))
        assert "bold" in terminal.face("LISTEN", "LISTEN")
    light, both, mono, auto, dark = seen
    assert light and dark and not light & dark and not mono
    assert auto == both != light
