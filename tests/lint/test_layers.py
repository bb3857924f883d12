"""The layers of the source, what only certain files may do, and the sizes that no code outgrows.

A rule is a function from a file's path and text to its complaints. Each rule stands with a snippet that breaks
it, so that none can go blind unnoticed."""

import fnmatch
import os
import pathlib
import re

import pytest

SOURCE = pathlib.Path(os.environ.get("PORTS_SRCDIR", pathlib.Path(__file__).parents[2]))

# What each folder below src/ may include, besides itself. Files that lie in src/ itself may include everything.
LAYERS = {
    "ui": ["lab", "model", "kernel", "base"],
    "out": ["model", "base"],
    "lab": ["model", "kernel", "base"],
    "kernel": ["model", "base"],
    "model": ["base"],
    "base": [],
}

MOST_LINES_OF_FILE = 500
MOST_LINES_OF_FUNCTION = 100


# Reading C
# ---------

TOKEN = re.compile(r"""
    (?P<comment> /\*.*?\*/ | //[^\n]* )
  | (?P<text>    "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' )
""", re.VERBOSE | re.DOTALL)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m[0]) if m["comment"] else m[0], text)


def code(text):
    """The text with comments, what is between quotes, and include lines blanked; the lines stay where they are."""
    def emptied(match):
        return blank(match[0]) if match["comment"] else match[0][0] + blank(match[0][1:-1]) + match[0][0]

    return re.sub(r"^[ \t]*#[ \t]*include\b.*", "", TOKEN.sub(emptied, text), flags=re.MULTILINE)


def includes(text):
    """(line, "<name>" or '"name"') of each include."""
    pattern = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]*>|"[^"\n]*")', re.MULTILINE)
    plain = without_comments(text)
    return [(line_of(plain, m.start(1)), m[1]) for m in pattern.finditer(plain)]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def file_scope(text):
    """(line, head, lines of body) of each declaration and definition at file scope, bodies and values cut away."""
    plain = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m[0]), code(text), flags=re.MULTILINE)
    plain = re.sub(r"__attribute__\s*\(\(.*?\)\)", lambda m: blank(m[0]), plain, flags=re.DOTALL)
    depth, head, start, opened = 0, "", 0, 0
    for position, char in enumerate(plain):
        if char == "{":
            if depth == 0:
                opened = position
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0 and re.search(r"\)\s*$", head) and "=" not in head:
                yield line_of(plain, start), head.strip(), line_of(plain, position) - line_of(plain, start) + 1
                head = ""
            elif depth == 0:
                head += "{}"
        elif depth == 0 and char == ";":
            yield line_of(plain, start), " ".join(head.split()), 0
            head = ""
        elif depth == 0:
            if not head.strip():
                start, head = position, ""
            head += char
    assert depth == 0, f"unbalanced braces, the last open one in line {line_of(plain, opened)}"


# Rules
# -----

RULES = []


def rule(bad, good):
    """bad: (path, text) of which each must be complained about; good: the same, of which none may be."""
    def add(function):
        RULES.append((function, bad, good))
        return function

    return add


def layer(path):
    return pathlib.PurePath(path).parts[1] if path.count("/") > 1 else None


@rule(bad=[
    ("src/model/sock.c", '#include "kernel/nl.h"'),
    ("src/out/list.c", '#include "ui/term.h"'),
    ("src/out/list.c", '#include "kernel/nl.h"'),
    ("src/base/str.c", '#include "model/sock.h"'),
    ("src/lab/agent.h", '# include "out/list.h"'),
    ("src/ui/app.c", '#include "cli.h"'),
    ("src/ui/app.c", '#include "../out/list.h"'),
    ("src/ui/app.c", "#include <out/list.h>"),
    ("src/ui/app.c", '#include "app.h"'),
    ("src/ui/app.c", '#include "list.c"'),
    ("src/main.c", '#include "nowhere/list.h"'),
    ("src/nowhere/list.c", "int list;"),
], good=[
    ("src/model/sock.c", '#include <stdio.h>\n#include <linux/tcp.h>\n#include "model/sock.h"\n#include "base/str.h"'),
    ("src/ui/app.c", '#include "kernel/nl.h"\n/* #include "out/list.h" */\n'),
    ("src/gather.c", '#include "ui/term.h"\n#include "out/list.h"\n#include "gather.h"'),
])
def includes_point_down(path, text):
    own = layer(path)
    if own and own not in LAYERS:
        yield f"src/{own}/ is not one of the layers: {', '.join(LAYERS)}"
        return
    allowed = [own, *LAYERS[own]] if own else list(LAYERS)
    for line, name in includes(text):
        folder, slash, file = name[1:-1].rpartition("/")
        if name[0] == "<":
            if folder in LAYERS:
                yield f'{line}: {name}: what is ours is included as "{name[1:-1]}"'
        elif not file.endswith(".h"):
            yield f"{line}: {name} is no header"
        elif slash and folder not in LAYERS:
            yield f"{line}: {name}: no such layer; the path starts at src/"
        elif slash and folder not in allowed:
            yield f"{line}: {name}: {own}/ may include {', '.join(allowed)}"
        elif not slash and own:
            yield f"{line}: {name} is above {own}/; a file of the same layer is \"{own}/{file}\""


# What is in these headers: (pattern of the include, files that may, why).
HEADERS = [
    (r"<(ncursesw?/)?(n?curses|term|panel|menu|form)\.h>|<ncurses.*", ["src/ui/term.c"],
     "only ui/term.c knows ncurses"),
    (r"<libmnl/.*|<linux/(.*_)?diag\.h>", ["src/kernel/nl.c", "src/kernel/rtnl.c", "src/kernel/diag*.c"],
     "only kernel/nl.c, kernel/rtnl.c and kernel/diag*.c speak netlink"),
    (r"<ares.*\.h>", ["src/kernel/hosts.c"],
     "only kernel/hosts.c knows c-ares, and is built without it, too"),
    (r"<seccomp\.h>|<linux/seccomp\.h>", ["src/lab/fence.c"],
     "only lab/fence.c knows seccomp, and is built without it, too"),
    (r"<linux/capability\.h>|<sys/capability\.h>", ["src/base/capabilities.h"],
     "only base/capabilities.h knows how the kernel is asked for capabilities"),
    (r"<err\.h>|<error\.h>", ["src/main.c", "src/base/*"],
     "it prints and exits"),
]


@rule(bad=[
    ("src/ui/draw.c", "#include <curses.h>"),
    ("src/ui/term.h", "#include <ncursesw/curses.h>"),
    ("src/main.c", "#include <ncurses.h>"),
    ("src/lab/agent.c", "#include <libmnl/libmnl.h>"),
    ("src/kernel/owners.c", "#include <linux/inet_diag.h>"),
    ("src/kernel/diag.h", "#include <linux/sock_diag.h>"),
    ("src/kernel/names.c", "#include <ares.h>"),
    ("src/lab/agent.c", "#include <seccomp.h>"),
    ("src/kernel/trial.c", "#include <linux/capability.h>"),
    ("src/out/list.c", "#include <err.h>"),
], good=[
    ("src/ui/term.c", "#include <curses.h>\n#include <term.h>"),
    ("src/kernel/hosts.c", "#include <ares.h>"),
    ("src/lab/fence.c", "#include <seccomp.h>"),
    ("src/kernel/nl.c", "#include <libmnl/libmnl.h>"),
    ("src/kernel/diag_unix.c", "#include <linux/unix_diag.h>\n#include <linux/sock_diag.h>"),
    ("src/model/sock.c", "// #include <curses.h>\n#include <linux/tcp.h>"),
])
def headers_have_their_place(path, text):
    for line, name in includes(text):
        for pattern, files, why in HEADERS:
            if re.fullmatch(pattern, name) and not any(fnmatch.fnmatch(path, file) for file in files):
                yield f"{line}: {name}: {why}"


# What calls these: (names as a pattern, files that may, why).
CALLS = [
    (r"v?fork|clone3?|fexecve|exec[lv]p?e?|execveat|posix_spawnp?|popen|system|unshare|setns"
     r"|SYS_(v?fork|clone3?|execve(at)?|unshare|setns)",
     ["src/lab/spawn.c", "src/lab/agent.c", "src/kernel/netns.c"],
     "only lab/spawn.c, lab/agent.c and kernel/netns.c make processes and change namespaces"),
    (r"clock_gettime|gettimeofday|time|clock|timespec_get|SYS_clock_gettime",
     ["src/base/clock.c"],
     "only base/clock.c reads the clock"),
    (r"v?printf|puts|putchar(_unlocked)?",
     ["src/out/*", "src/main.c", "src/cli*.c"],
     "only out/, main.c and cli*.c print"),
    (r"v?[fd]printf|fputs(_unlocked)?|fputc|putc|fwrite(_unlocked)?|perror|psignal|stderr",
     ["src/out/*", "src/main.c", "src/cli*.c", "src/base/log.c", "src/base/die.c"],
     "only out/, main.c and cli*.c print, and base/log.c and base/die.c to stderr"),
    (r"stdout",
     ["src/out/*", "src/main.c", "src/cli*.c", "src/ui/term.c"],
     "only out/, main.c and cli*.c print, and ui/term.c draws"),
    (r"_?exit|_Exit|quick_exit|exit_group|abort",
     ["src/main.c", "src/base/*", "src/lab/agent.c", "src/kernel/netns.c"],
     "only main.c and base/ end the program, lab/agent.c and kernel/netns.c the children that they are"),
]

# Names that are not only called.
VALUES = r"SYS_\w+|stdout|stderr"


@rule(bad=[
    ("src/ui/app.c", "\tif (fork() == 0)"),
    ("src/lab/lesson.c", "\texecvp(argv[0], argv);"),
    ("src/kernel/diag.c", "\treturn setns (fd, CLONE_NEWNET);"),
    ("src/kernel/nl.c", "\tsyscall(SYS_unshare, 0);"),
    ("src/ui/app.c", "\tclock_gettime(CLOCK_MONOTONIC, &now);"),
    ("src/model/table.c", "\tnow = time(NULL);"),
    ("src/base/log.c", "\tgettimeofday(&tv, NULL);"),
    ("src/model/filter.c", '\tprintf("%s", word);'),
    ("src/gather.c", '\tfprintf(stderr, "x");'),
    ("src/base/die.c", '\tputs("x");'),
    ("src/base/log.c", "\tfputs(text, stdout);"),
    ("src/base/str.c", "\tfwrite(text, 1, size, file);"),
    ("src/kernel/nl.c", '\tperror("nl");'),
    ("src/cli.c", "\texit(2);"),
    ("src/ui/term.c", "\tabort();"),
    ("src/lab/spawn.c", "\t_exit(127);"),
], good=[
    ("src/lab/agent.c", "\tif (fork() == 0)\n\t\t_exit(0);"),
    ("src/kernel/netns.c", "\tsetns(fd, CLONE_NEWNET);"),
    ("src/base/clock.c", "\tclock_gettime(CLOCK_MONOTONIC, &now);"),
    ("src/out/list.c", "\tfputs(text, stdout);"),
    ("src/base/log.c", "\tfputs(text, stderr);"),
    ("src/base/die.c", '\tfprintf(stderr, "x");\n\tabort();'),
    ("src/model/table.c", "\tsnprintf(buf, size, \"time(%d)\", ops->time(now)); /* exit() */"),
    ("src/model/table.c", "\trun_time(now);\n\tpthread_exit(NULL);\n\ttable.system(1);"),
    ("src/base/str.h", "int str_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));"),
])
def calls_have_their_place(path, text):
    plain = code(text)
    for names, files, why in CALLS:
        if any(fnmatch.fnmatch(path, file) for file in files):
            continue
        for match in re.finditer(rf"(?<![\w.])(?<!->)(?:{names})\b", plain):
            if re.match(VALUES, match[0]) or re.match(r"\s*\(", plain[match.end():]):
                yield f"{line_of(plain, match.start())}: {match[0]}: {why}"


@rule(bad=[
    ("src/base/str.c", "int x;\n" * (MOST_LINES_OF_FILE + 1)),
], good=[
    ("src/base/str.c", "int x;\n" * MOST_LINES_OF_FILE),
])
def files_stay_short(_path, text):
    lines = len(text.splitlines())
    if lines > MOST_LINES_OF_FILE:
        yield f"{lines} lines, and {MOST_LINES_OF_FILE} are the most"


def function_of(lines):
    return "static int f(int a,\n\tint b)\n{\n" + "\ta += '{';\n" * (lines - 4) + "}\n"


@rule(bad=[
    ("src/base/str.c", function_of(MOST_LINES_OF_FUNCTION + 1)),
    ("src/base/str.c", "struct s { int a; };\n" + function_of(MOST_LINES_OF_FUNCTION + 1)),
], good=[
    ("src/base/str.c", function_of(MOST_LINES_OF_FUNCTION) + function_of(MOST_LINES_OF_FUNCTION)),
    ("src/base/str.c", "static const int table[] = {\n" + "\tF(1),\n" * MOST_LINES_OF_FUNCTION + "};\n"),
])
def functions_stay_short(_path, text):
    for line, head, lines in file_scope(text):
        if lines > MOST_LINES_OF_FUNCTION:
            yield f"{line}: {' '.join(head.split())}: {lines} lines, and {MOST_LINES_OF_FUNCTION} are the most"


@rule(bad=[
    ("src/model/sock.h", "typedef struct sock sock;"),
    ("src/model/sock.h", "typedef struct {\n\tint (*f)(int);\n} sock;"),
    ("src/model/sock.h", "typedef const union addr *addr;"),
], good=[
    ("src/model/sock.h", "typedef int (*sock_fn)(const struct sock *s);\n"),
    ("src/model/sock.h", "typedef struct sock *(*sock_fn)(int);\nstruct sock { int a; };\n/* typedef struct s s; */"),
])
def structs_are_not_typedefs(_path, text):
    for line, head, _ in file_scope(text):
        if re.match(r"typedef\s+((const|volatile)\s+)*(struct|union)\b", head) and "(" not in head:
            yield f"{line}: {head}"


STATEFUL = ["src/ui/term.c", "src/base/log.c", "src/base/die.c"]


def is_mutable_object(head):
    declaration = re.sub(r"\[[^\]]*\]", "", head.split("=")[0]).strip()
    if re.match(r"(typedef|extern|_Static_assert|static_assert)\b", declaration):
        return False
    if re.fullmatch(r"((static|const)\s+)*(struct|union|enum)\s*\w*\s*(\{\})?", declaration):
        return False
    if pointer_to_function := re.match(r"[^(]*\(\s*\*([^()]*)\)\s*\(", declaration):
        return not re.search(r"\bconst\b", pointer_to_function[1])
    if "(" in declaration:
        return False        # a prototype, or the use of a macro
    # A pointer is constant by what stands behind its last asterisk.
    return bool(declaration) and not re.search(r"\bconst\b", declaration.rpartition("*")[2])


@rule(bad=[
    ("src/model/table.c", "static int count;"),
    ("src/model/table.c", "static struct table {\n\tint a;\n} table = { 1 };"),
    ("src/model/table.c", "int count = 1;"),
    ("src/model/table.c", "static _Thread_local char buf[10];"),
    ("src/model/table.c", "static const char *names[] = { \"a\" };"),
    ("src/model/table.c", "static int (*hook)(int);"),
    ("src/cli.c", "int f(void)\n{\n\treturn 1;\n}\n\nstatic bool verbose;"),
], good=[
    ("src/model/table.c", "static const int counts[] = { 1, 2 };\nstruct table;\nenum e { A, B = 2 };"),
    ("src/model/table.c", "static const char *const names[] = { \"a\" };\nextern const int x;\nstruct t { int a; };"),
    ("src/model/table.c", "static int f(int a);\nint f(int a)\n{\n\tint b = 1;\n\treturn a + b;\n}\n"),
    ("src/model/table.c", "void sort(int (*compare)(int), void *p);\nstatic int (*const hook)(int) = f;"),
    ("src/model/table.c", '_Static_assert(sizeof(int) == 4, "=");\n#define X(a) static int a = { 1 };\n'),
    ("src/ui/term.c", "static WINDOW *window;"),
])
def state_has_its_place(path, text):
    if path in STATEFUL:
        return
    for line, head, lines in file_scope(text):
        if not lines and is_mutable_object(head):
            yield f"{line}: {head}: mutable state is only in {', '.join(STATEFUL)}"


LICENSE = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"


@rule(bad=[("src/base/str.c", "int str;\n")], good=[("src/base/str.c", LICENSE + "int str;\n")])
def licenses_are_named(path, text):
    if not text.startswith(LICENSE):
        yield f"1: begins with {LICENSE.strip()}"


@rule(bad=[
    ("src/base/str.h", "#ifndef STR_H\n#define STR_H\n#endif\n"),
    ("src/base/str.h", "/* strings */\nint str;\n"),
    ("src/base/str.h", "/* strings */\n#ifndef STR_H\n#define STRH\n#endif\n"),
    ("src/base/str.h", "/* strings */\nint str;\n#ifndef STR_H\n#define STR_H\n#endif\n"),
], good=[
    ("src/base/str.h", LICENSE + "/* strings */\n\n#ifndef STR_H\n#define STR_H\nint str;\n#endif /* STR_H */\n"),
    ("src/base/str.c", "int str;\n"),
])
def headers_are_guarded_and_introduced(path, text):
    if not path.endswith(".h"):
        return
    if not re.match(r"/[*/]", text.removeprefix(LICENSE)):
        yield "1: a header begins with a comment: what it is for and what it must not know"
    if not re.match(r"\s*#ifndef (\w+)\n#define \1\n.*\n#endif\s*$", without_comments(text), re.DOTALL):
        yield "no include guard around everything"


# Tests
# -----

NAMES = [function.__name__ for function, _, _ in RULES]


def read(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("function, bad, good", RULES, ids=NAMES)
def test_rule_is_kept(function, bad, good):
    files = sorted(p for p in (SOURCE / "src").rglob("*.[ch]"))
    assert files, "no source was found"
    complaints = [f"{name}:{complaint}" for path in files
                  for name in [path.relative_to(SOURCE).as_posix()]
                  for complaint in function(name, read(path))]
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("function, bad, good", RULES, ids=NAMES)
def test_rule_can_fail(function, bad, good):
    assert bad
    for path, text in bad:
        assert list(function(path, text)), f"nothing said about {path}:\n{text}"


@pytest.mark.parametrize("function, bad, good", RULES, ids=NAMES)
def test_rule_spares_what_is_right(function, bad, good):
    for path, text in good:
        assert not list(function(path, text)), f"complained about {path}:\n{text}"
