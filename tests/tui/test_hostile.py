"""Names that would harm a terminal, in a terminal: each stands in its own row, in its own columns, and obeys nobody."""

from hostile import PORTS, TEXTS, cells, harmless, name_of, scene, width  # noqa: F401: fixtures

ROWS = len(TEXTS)


def begins(lines, cells):
    """Where the column State stands in the titles, and what each row has there."""
    at = cells(lines[2]).index("State")
    return [cells(line)[at - 1:at + 7] for line in lines[3:3 + ROWS]]


def test_each_has_its_row_and_its_columns(scene, live, harmless, cells):
    terminal = live("-lt", "--columns=owners,local,state,command", width=160, height=ROWS + 6)
    for name, port in PORTS.items():
        terminal.until_row(f"127.0.0.1:{port} ", f"/{harmless_name(name_of(TEXTS[name]))} ")
    lines = terminal.lines()
    assert all(map(harmless, lines)) and begins(lines, cells) == [" LISTEN "] * ROWS
    assert terminal.ask("alternate_on") == "1" and "ports" in terminal.title()


def harmless_name(name):
    """As the screen is to show it."""
    def one(c):
        code = ord(c)
        if 0xdc80 <= code <= 0xdcff:
            return f"\\x{code & 0xff:02x}"
        if code < 0x20 or code == 0x7f:
            return f"\\x{code:02x}"
        if c.isascii() or c in "\u4e2d\u6587\uff21\U0001f525\U0001f469":
            return c
        return f"\\U{code:08x}" if code > 0xffff else f"\\u{code:04x}"
    return "".join(map(one, name))


def test_panes_and_questions_stay_whole(scene, live, harmless, cells):
    terminal = live("-lt", "--pane=detail", width=120, height=60)
    terminal.until(lambda lines: sum(" LISTEN " in line for line in lines) >= ROWS)
    for port in PORTS.values():
        terminal.until_selected(f":{port} ")
        terminal.until(f"Socket     tcp 127.0.0.1:{port}")
        lines = terminal.until(lambda lines: lines if any(line.startswith("  runs ") for line in lines) else None)
        assert all(map(harmless, lines))
        terminal.key("K")
        lines = terminal.until(lambda lines: lines if "yTERM" in lines[-1] else None)
        assert all(map(harmless, lines)) and begins(lines, cells) == [" LISTEN "] * ROWS
        terminal.key("n")
        terminal.key("Down")
