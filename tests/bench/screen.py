"""What a terminal shows: as much of one as TERM=vt100 makes ncurses need."""

import codecs
import re

TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b[()][0AB]|\x1b([78=>M])|([\r\n\b\t\x0e\x0f\a])|([^\x1b\x00-\x1f]+)|(\x00)")
PARTIAL = re.compile(r"\x1b(\[[?0-9;]*|[()])?\Z")


class Screen:
    """lines(): the texts; selected(): that of the lowest line with reversed cells from its beginning on."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.chars = [[" "] * width for _ in range(height)]
        self.reversed = [[False] * width for _ in range(height)]
        self.x = self.y = 0
        self.top, self.bottom = 0, height - 1   # of what scrolls
        self.reverse = False
        self.rest = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        cut = PARTIAL.search(text)
        self.rest = text[cut.start():] if cut else ""
        text = text[:len(text) - len(self.rest)]
        at = 0
        while at < len(text):
            token = TOKEN.match(text, at)
            if not token:
                raise ValueError(f"a vt100 is not sent this: {text[at:at + 20]!r}")
            params, final, escape, control, chars, _ = token.groups()
            if final:
                self.sequence(final, params)
            elif escape or control:
                self.control(escape or control)
            elif chars:
                self.put(chars)
            at = token.end()

    def control(self, char):
        if char == "\r":
            self.x = 0
        elif char == "\n":
            self.step(1, self.bottom, self.top)
        elif char == "\b":
            self.x = max(self.x - 1, 0)
        elif char == "\t":
            self.x = min((self.x // 8 + 1) * 8, self.width - 1)
        elif char == "M":
            self.step(-1, self.top, self.bottom)

    def step(self, by, edge, opposite):
        """One line down or up; at the edge the lines move instead, and an empty one comes in."""
        if self.y != edge:
            self.y = min(max(self.y + by, 0), self.height - 1)
            return
        for cells in (self.chars, self.reversed):
            cells.insert(edge, cells.pop(opposite))
        self.clear(edge, 0, self.width)

    def sequence(self, final, params):
        if params.startswith("?"):
            return
        numbers = [int(number or 0) for number in params.split(";")]
        count = max(numbers[0], 1)
        if final in "Hf":
            column = numbers[1] if len(numbers) > 1 else 1
            self.y, self.x = min(count, self.height) - 1, min(max(column, 1), self.width) - 1
        elif final in "ABCD":
            step_y, step_x = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[final]
            self.y = min(max(self.y + step_y * count, 0), self.height - 1)
            self.x = min(max(self.x + step_x * count, 0), self.width - 1)
        elif final == "r":
            self.top, self.bottom = numbers[0] - 1, numbers[1] - 1
            self.x = self.y = 0
        elif final == "m":
            for number in numbers:
                self.reverse = number == 7 or (self.reverse and number not in (0, 27))
        elif final in "JK":
            self.erase(final, numbers[0])

    def erase(self, final, how):
        """From the cursor to the end, to it from the beginning, or all: of the line, or of the screen."""
        first, end = [(self.x, self.width), (0, self.x + 1), (0, self.width)][how]
        self.clear(self.y, first, end)
        others = [range(self.y + 1, self.height), range(self.y), range(self.height)][how] if final == "J" else []
        for y in others:
            self.clear(y, 0, self.width)

    def clear(self, y, first, end):
        self.chars[y][first:end] = " " * (end - first)
        self.reversed[y][first:end] = [False] * (end - first)

    def put(self, text):
        for char in text:
            if self.x == self.width:
                self.x = 0
                self.step(1, self.bottom, self.top)
            self.chars[self.y][self.x] = char
            self.reversed[self.y][self.x] = self.reverse
            self.x += 1

    def line(self, y):
        return "".join(self.chars[y]).rstrip()

    def lines(self):
        return [self.line(y) for y in range(self.height)]

    def selected(self, first, end):
        """The text of the line between these that is reversed; "" if none is."""
        return next((self.line(y) for y in range(first, end) if self.reversed[y][1]), "")
