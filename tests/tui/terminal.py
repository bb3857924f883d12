"""tmux as a real terminal: a shell in it, keys to it, and what stands on its screen."""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

PROMPT = "shell> "

# Its own socket, in a folder of its own (TMUX_TMPDIR), and nobody's configuration.
TMUX = ["tmux", "-L", "ports", "-f", "/dev/null"]

# Left of a row: new, changed, gone.
MARKS = " +~-"

# A character as the terminal shows it: bold, in colour, ...
Cell = collections.namedtuple("Cell", "char face")

FACES = {"1": "bold", "2": "dim", "4": "underline", "7": "reverse"}
ENDS = {"22": {"bold", "dim"}, "24": {"underline"}, "27": {"reverse"}, "39": {"color"}, "49": set()}


def changed_face(face, codes):
    """A face after the numbers of one SGR sequence."""
    code, *rest = codes or ["0"]
    if code in ("38", "48"):
        rest = rest[2:] if rest[0] == "5" else rest[4:]
    if code == "0":
        face = frozenset()
    elif code in FACES:
        face |= {FACES[code]}
    elif code in ENDS:
        face -= ENDS[code]
    else:
        face |= {"color"}
    return changed_face(face, rest) if rest else face


def cells_of(text):
    """The lines of a capture with its SGR sequences, whose effect goes on from line to line."""
    face, lines = frozenset(), []
    for line in text.split("\n"):
        cells = []
        for sequence, char in re.findall(r"\x1b\[([0-9;:]*)m|([^\x0e\x0f])", line):
            if char:
                cells.append(Cell(char, face))
            else:
                face = changed_face(face, re.findall(r"\d+", sequence))
        lines.append(cells)
    return lines


class Terminal:
    """One tmux server with one window in which an interactive shell runs."""

    def __init__(self, eventually, width=80, height=24, command="exec sh -i", **variables):
        self.eventually = eventually
        self.directory = tempfile.mkdtemp(prefix="ports-tmux-")
        start_up = self.file("shrc", f"PS1='{PROMPT}'; ulimit -c 0\n")
        kept = self.file("kept", "leak:libncurses\nleak:libtinfo\n")  # what ncurses reads once, it never frees
        reports = os.path.join(self.directory, "sanitizer")
        self._environment = {
            "PATH": os.environ["PATH"], "HOME": self.directory, "TMUX_TMPDIR": self.directory, "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8", "ENV": start_up, "PORTS": os.environ["PORTS"],
            "ASAN_OPTIONS": f"log_path={reports}", "UBSAN_OPTIONS": f"log_path={reports}:print_stacktrace=1",
            "LSAN_OPTIONS": f"suppressions={kept}:print_suppressions=0", **variables,
        }
        # The server, and with it all that runs in its windows, ends with this process, whatever ends that.
        self._server = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *TMUX, "-D"], env=self._environment)
        self.eventually(self._is_up)
        self.tmux("set", "-g", "status", "off", ";", "set", "-g", "default-terminal", "tmux-256color", ";",
                  "set", "-g", "remain-on-exit", "on", ";",
                  "new-session", "-d", "-x", str(width), "-y", str(height), "-c", self.directory, command)

    def _is_up(self):
        argv = [*TMUX, "-N", "show", "-g", "status"]
        return subprocess.run(argv, env=self._environment, capture_output=True, check=False, timeout=30).returncode == 0

    def file(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def tmux(self, *words):
        argv = [*TMUX, "-N", *words]
        return subprocess.run(argv, env=self._environment, stdout=subprocess.PIPE, check=True, text=True, timeout=30).stdout

    def close(self):
        try:
            print("The screen at the end:", *self.lines(), sep="\n|")
        finally:
            self._server.kill()
            self._server.wait()
        reports = [path.read_text(encoding="utf-8") for path in pathlib.Path(self.directory).glob("sanitizer*")]
        shutil.rmtree(self.directory, ignore_errors=True)
        assert not reports, "\n".join(reports)

    # What goes in

    def key(self, *names):
        """As tmux calls them: q, C-c, Escape, PPage."""
        self.tmux("send-keys", *names)

    def run(self, command):
        """A command line for the shell."""
        self.tmux("send-keys", "-l", command + "\n")

    def resize(self, width, height):
        self.tmux("resize-window", "-x", str(width), "-y", str(height))

    # What comes out

    def lines(self, *options):
        return self.tmux("capture-pane", "-p", *options).split("\n")[:-1]

    def text(self, *options):
        return "\n".join(self.lines(*options))

    def ask(self, variable):
        return self.tmux("display", "-p", "#{" + variable + "}").strip()

    def until(self, check):
        """Waits until the text, or the function of all lines, is satisfied by the screen; returns what the function did."""
        satisfied = check if callable(check) else lambda lines: any(check in line for line in lines)
        return self.eventually(lambda: satisfied(self.lines()))

    def until_gone(self, text):
        self.until(lambda lines: not any(text in line for line in lines))

    def shell_has_the_terminal(self):
        """Its process group is the one in the foreground: what is typed before that is for the program."""
        with open(f"/proc/{self.ask('pane_pid')}/stat", encoding="utf-8") as stat:
            fields = stat.read().rpartition(")")[2].split()
        group, foreground = fields[2], fields[5]
        return group == foreground

    def prompt(self):
        """The shell is back, and does what it is told."""
        self.eventually(self.shell_has_the_terminal)
        self.run("echo shell-is'-back'")
        self.until("shell-is-back")

    def output(self, command):
        """What a command says when it is run in the terminal, aside from its screen."""
        done = os.path.join(self.directory, "done")
        self.run(f"{command} > out; touch done")
        self.eventually(lambda: os.path.exists(done))
        os.remove(done)
        with open(os.path.join(self.directory, "out"), encoding="utf-8") as out:
            return out.read()

    def state(self):
        """What a program must leave as it found it: the settings, the cursor, the screen that is shown."""
        return self.output("stty -a"), self.ask("cursor_flag"), self.ask("alternate_on")

    # Who runs

    def pid(self):
        """The program that the shell has started."""
        shell = self.ask("pane_pid")
        with open(f"/proc/{shell}/task/{shell}/children", encoding="ascii") as children:
            pids = children.read().split()
        return int(pids[0]) if pids else None


class Live(Terminal):
    """ports, live in a terminal."""

    def begin(self, *options, prefix=""):
        self.before = self.state()
        self.run(" ".join(["clear;", prefix, '"$PORTS"', *options]))
        self.until(lambda lines: lines[0].startswith("ports "))

    def title(self):
        return self.lines()[0]

    def rows(self):
        """Between the header and the two lines at the bottom, without the marks of their lives."""
        return [line.lstrip(MARKS).rstrip() for line in self.lines()[3:-2] if line.strip()]

    def row(self, *words):
        """The first row that has all the words, or None."""
        return next((row for row in self.rows() if all(word in row for word in words)), None)

    def until_row(self, *words):
        return self.eventually(lambda: self.row(*words))

    def until_no_row(self, *words):
        self.eventually(lambda: not self.row(*words))

    def until_title(self, text):
        self.eventually(lambda: text in self.title())

    def cells(self):
        return cells_of(self.text("-e"))

    def face(self, row_word, word):
        """How a word looks in the row that has the other one."""
        for cells in self.cells()[3:-2]:
            text = "".join(cell.char for cell in cells)
            if row_word in text and word in text:
                return cells[text.index(word)].face
        return None

    def selected(self):
        """The row that is shown in reverse."""
        for cells in self.cells()[3:-2]:
            if cells and "reverse" in cells[0].face:
                return "".join(cell.char for cell in cells).lstrip(MARKS).rstrip()
        return None

    def until_selected(self, word):
        self.eventually(lambda: word in (self.selected() or ""))
