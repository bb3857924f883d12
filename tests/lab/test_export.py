"""A scenario that is written as a program does the same in it: every step has the same outcome, and is as right or wrong."""

import ast
import builtins
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys

import pytest
from test_lessons import NAMES
from test_random import KINDS, Maker

WARNINGS = ["-Wall", "-Wextra", "-Werror", "-std=c11", "-D_GNU_SOURCE"]
RANDOM_SCENARIOS = 8        # of each kind of socket and language
STEP_COLUMN = 52
SKIPPED = 77
PRELUDE = "a: socket s tcp4\na: bind s 127.0.0.1:8080 => ok\na: listen s => ok\nb: socket s tcp4\nb: connect s 127.0.0.1:8080 => ok\n"


def unquoted(text):
    """What stands in the quotes that the text begins with; the result in JSON ends with a NUL, so this does."""
    inner = re.match(r'"((?:\\.|[^"\\])*)"', text)[1]
    escapes = {'"': b'"', "\\": b"\\", "n": b"\n"}
    found = re.findall(r'\\x(..)|\\(.)|([^\\])', inner)
    value = b"".join(bytes([int(byte, 16)]) if byte else escapes[short] if short else plain.encode()
                     for byte, short, plain in found)
    return value.split(b"\0")[0].decode(errors="surrogateescape")


def outcomes(printed, texts):
    """(outcome, whether it was right) of each step, in the order in which the texts have them."""
    found, lines = [], iter(printed.splitlines())
    for text in texts:
        line = next((line for line in lines if line.startswith(text.ljust(STEP_COLUMN) + " ")), None)
        assert line is not None, f"{text}: not in\n{printed}"
        rest = line[len(text.ljust(STEP_COLUMN)) + 1:]
        found.append((unquoted(rest) if rest.startswith('"') else rest.split()[0].rstrip(","), not rest.endswith(", WRONG")))
    return found


@pytest.fixture
def build(lab, public_path):
    """build(language, word): the command that runs the scenario as a program, C compiled without a warning."""
    def compile_c(source, compiler):
        program = public_path / f"program-{compiler}"
        done = subprocess.run([compiler, *WARNINGS, "-O2", "-o", program, source], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [program]

    def make(language, word, compiler="gcc"):
        text = lab("--as", language, word, check=0).stdout
        source = public_path / {"c": "program.c", "python": "program.py"}[language]
        source.write_text(text, encoding="utf-8")
        if language == "python":
            return [sys.executable, "-W", "error::SyntaxWarning", source]
        if not shutil.which(compiler):
            pytest.skip(f"no {compiler} here")
        return compile_c(source, compiler)

    return make


def run_program(command, *words, prefix=()):
    done = subprocess.run([*prefix, *command, *words], capture_output=True, encoding="utf-8", errors="surrogateescape",
                          stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert done.stderr == ""
    return done


@pytest.fixture
def same(lab, build):
    """same(language, word): fails the test unless program and `ports lab` agree in every step and in the exit status."""
    def compare(language, word):
        lines = [json.loads(line) for line in lab("--json", "--no-predict", word).stdout.splitlines()]
        done = run_program(build(language, word))
        assert done.returncode == {"passed": 0, "failed": 1, "skipped": SKIPPED}[lines[-1]["result"]]
        wanted = [(step["actual"], step["ok"]) for step in lines[:-1]]
        texts = [step["text"] for step in lines[:-1]]
        assert list(zip(texts, outcomes(done.stdout, texts))) == list(zip(texts, wanted))
        return wanted

    return compare


LANGUAGES = pytest.mark.parametrize("language", ["c", "python"])


@LANGUAGES
@pytest.mark.parametrize("name", NAMES)
def test_lesson_does_the_same(same, language, name):
    same(language, name)


@pytest.mark.parametrize("name", NAMES)
def test_clang_compiles_lesson_without_a_warning(build, name):
    build("c", name, "clang")


@LANGUAGES
@pytest.mark.parametrize("proto", KINDS)
def test_random_scenarios_do_the_same(same, tmp_path, language, proto):
    rng = random.Random(f"export {proto} {language}")
    actors = ["a", "b"] + ["user"] * (os.geteuid() == 0)
    for number in range(RANDOM_SCENARIOS):
        path = tmp_path / f"{number}.lab"
        path.write_text(Maker(rng, proto, actors).text(), encoding="ascii")
        same(language, path)


ALL_OPTIONS = """
title  Every option */ /* and ??/ what ends no comment
about  A second "line" \\ with ‮ what is not to be seen, and ä
a: socket s tcp4
a: socket t tcp6
a: socket u udp4
""" + "".join(f"a: set {sock} {option} 1\na: get {sock} {option}\n" for sock, option in [
    ("s", "reuseaddr"), ("s", "reuseport"), ("t", "v6only"), ("s", "freebind"), ("t", "freebind"), ("s", "transparent"),
    ("t", "transparent"), ("s", "bind_address_no_port"), ("s", "keepalive"), ("s", "nodelay"), ("u", "broadcast"),
    ("u", "nodelay"), ("s", "v6only")]).replace("set u nodelay 1", "set u nodelay 1 => ENOPROTOOPT") + """
a: set s sndbuf 10000
a: get s sndbuf => 20000
a: set s rcvbuf 5000
a: get s rcvbuf => 10001
a: get s rcvbuf => 10000|10001
a: set s syncnt 3
a: get s syncnt => 3
a: get s linger => off
a: set s linger 0
a: get s linger => 0
a: set s linger off
a: get s linger => off
a: get s device => -
a: set s device lo
a: get s device => lo
a: set s device -
a: get s device => ok
a: set s device "no\\xffwhere"
a: set s port_range 40000-40003
a: get s port_range => 40000-40003
a: bind s *:0 => ok
see *:$a.s BOUND x1
"""

ADDRESSES = """
a: socket s4 tcp4
a: socket s6 tcp6
a: bind s4 *:81 => ok
a: bind s6 [::]:82 => ok
see *:82 BOUND
see [::]:82 BOUND x1
see 0.0.0.0:82 BOUND x0
a: socket l tcp6
a: bind l [::1%lo]:83 => ok
a: bind l [fe80::1%nowhere]:83 => ENODEV
a: connect l [::1%nowhere]:83 => ENODEV
a: socket u udp6
a: sendto u [::1%nowhere]:83 "x" => ENODEV
a: sendto u [::1]:9 "x" => ok
a: socket m tcp6
a: bind m [::ffff:127.0.0.1]:84 => ok
a: listen m 1 => ok
b: socket c tcp4
b: connect c 127.0.0.1:84 => ok
see [::ffff:127.0.0.1]:84 ESTABLISHED x1 [::ffff:127.0.0.1]:$b.c
see 127.0.0.1:$b.c ESTABLISHED x1 127.0.0.1:$a.m
owners 127.0.0.1:$b.c ESTABLISHED a
b: socket d tcp4
b: bind d 127.0.0.1:$c => EADDRINUSE
b: bind d 127.0.0.1:$d
b: socket e tcp4
b: connect e 127.0.0.1:9 => ECONNREFUSED
"""

TALK = PRELUDE + """
a: accept s conn => ok
b: send s "one\\x00\\"two\\"\\xff\\\\??/?\\xc3\\xa4\\n7"
a: recv conn "one\\x00\\"two\\"\\xff\\\\??/?\\xc3\\xa4\\n7"
b: send s "three"
a: recv conn "THREE"
b: send s "four"
a: recv conn => four
b: send s "\\xff|x"
a: recv conn => "\\xff|x"
b: send s "five"
a: recv conn => ok|eof
b: send s "six"
a: recv conn "six" => ok
b: send s "sev"
b: send s ""
a: recv conn "seven"
b: shutdown s w
a: recv conn "x"
a: recv conn => eof
a: send conn "last"
a: shutdown conn rw
b: recv s "last"
b: shutdown s r
a: accept s another => ETIMEDOUT
a: accept s conn => EAGAIN
a: listen conn => EINVAL
a: accept conn y => EINVAL
a: accept conn x
a: recv x
a: bind x *:1
a: socket d udp4
a: bind d 127.0.0.1:53 => ok
b: socket d udp4
b: send d "x" => EDESTADDRREQ
b: sendto d 127.0.0.1:53 "datagram"
a: recv d "data"
b: connect d 127.0.0.1:53 => ok
b: send d ""
a: recv d ""
b: send d "more"
a: recv d
a: accept d z => EOPNOTSUPP
see 127.0.0.1:$b.d ESTABLISHED x1
see 127.0.0.1:53 UNCONN x1
"""

UNIX = """
a: socket s unix
a: bind s unix:x => ok
a: listen s 0 => ok
b: socket s unix
b: connect s unix:x => ok
b: send s "hello"
a: accept s conn => ok
a: recv conn "hello"
a: socket d unix-dgram
a: bind d "unix:with \\"blank\\" \\xff" => ok
b: socket d unix-dgram
b: sendto d "unix:with \\"blank\\" \\xff" "x" => ok
a: recv d "x"
a: socket q unix-seqpacket
a: bind q "unix:@name\\xff" => ok
a: listen q => ok
b: socket q unix-seqpacket
b: connect q "unix:@name\\xff" => ok
b: connect q unix:nowhere => ENOENT
a: accept q qq => ok
b: send q "packet"
a: recv qq "packet"
b: close q
a: recv qq => eof
b: sendto d unix:@none "x" => ECONNREFUSED
b: socket t unix
b: bind t unix:no/folder => ENOENT
"""

PROCESSES = PRELUDE + """
a: fork child
child: fork grandchild
owners 127.0.0.1:8080 LISTEN a,child,grandchild
owners 127.0.0.1:8080 LISTEN a
see 127.0.0.1:$grandchild.s LISTEN x1
child: exit
a: kill
owners 127.0.0.1:8080 LISTEN grandchild
grandchild: accept s conn => ok
b: send s "to the grandchild"
grandchild: recv conn "to the grandchild"
grandchild: close s
grandchild: socket s tcp4
see 127.0.0.1:$grandchild.s LISTEN
grandchild: bind s 127.0.0.1:8081 => ok
see 127.0.0.1:$grandchild.s BOUND x1
grandchild: kill
see 127.0.0.1:8081 BOUND x0
owners 127.0.0.1:$b.s CLOSE_WAIT b
wait 0.01 s
pause
"""

# Names that are words of the languages, of the programs, or alike but for a dash; actors with the name of a step.
WORDS = "".join(f"{actor}: socket {sock} tcp4\n{actor}: bind {sock} 127.0.0.1:0\n{actor}: fork {actor}-2\n"
                f"see 127.0.0.1:${actor}.{sock} BOUND x1\n{actor}-2: close {sock}\n"
                for actor, sock in zip(["pause", "see", "a-b", "a_b", "me", "names", "eof", "file", "done", "x"],
                                       ["int", "class", "a-b", "a_b", "errno", "my_int", "s6_addr", "true", "unix", "my"]))
WORDS += "note says: step( done( owners( see( receive( set_option( \\x % \"quoted\" ??/ ‮\npause\n"

OTHER_USER = """
root: user 0
root: socket s tcp4
root: bind s 127.0.0.1:80 => EACCES
a: user 65534:65533
a: socket s tcp4
a: bind s 127.0.0.1:80 => EACCES
a: bind s 127.0.0.1:8080 => ok
a: fork b
b: bind s 127.0.0.1:81 => EINVAL
owners 127.0.0.1:8080 BOUND a,b
"""

TEXTS = {"options": ALL_OPTIONS, "addresses": ADDRESSES, "talk": TALK, "unix": UNIX, "processes": PROCESSES, "words": WORDS,
         "user": OTHER_USER}


@LANGUAGES
@pytest.mark.parametrize("name", TEXTS)
def test_everything_that_can_be_said_does_the_same(same, tmp_path, language, name):
    path = tmp_path / f"{name}.lab"
    path.write_text(TEXTS[name], encoding="utf-8")
    wanted = same(language, path)
    assert len({right for _, right in wanted}) == 2 or name in ("unix", "words", "user")     # some steps are wrong on purpose


# What is used alone, so that nothing is in a program that it does not use, and nothing is missing.
ALONE = ["pause\n", "note x\n", "wait 0.001 s\n", "see *:80 LISTEN x0\n", "see [::1]:80 LISTEN x0\n", "a: exit\n", "a: kill\n",
         "see 127.0.0.1:80 LISTEN x0 127.0.0.1:81\n", "a: socket s udplite4\nowners *:9 UNCONN -\n", "a: fork b\n", "a: user 0\n",
         "a: socket s unix\n", "a: socket s unix\na: bind s unix:x\n", "a: socket s unix\na: connect s unix:@x\n",
         "a: socket s mptcp6\n", "a: socket s tcp6\na: bind s [::1%lo]:80\n", "a: socket s udp6\na: sendto s *:9 \"\"\n",
         "a: socket s tcp4\na: close s\n", "a: socket s tcp4\na: recv s\n", "a: socket s tcp4\na: bind s *:$s\n",
         "a: socket s tcp4\na: accept s t => EINVAL\n", "a: socket s tcp4\na: shutdown s w\n",
         "a: socket s tcp4\na: close s\na: socket s tcp4\nsee *:$a.s LISTEN\n",
         *(f"a: socket s tcp4\na: set s {option}\n" for option in ("linger 0", "device lo", "port_range 1-2", "nodelay 1")),
         *(f"a: socket s tcp4\na: get s {option}\n" for option in ("linger", "device", "port_range", "nodelay"))]


@pytest.mark.parametrize("text", ALONE)
def test_program_has_what_it_uses_and_no_more(lab, build, tmp_path, text):
    path = tmp_path / "x.lab"
    path.write_text(text, encoding="ascii")
    build("c", path)            # the compiler says so
    program = lab("--as", "python", path, check=0).stdout
    tree = ast.parse(program)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    made = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    made |= {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert made - used <= {"my"}
    assert used - made - set(dir(builtins)) <= stored(tree)


def stored(tree):
    """What is assigned somewhere, and the parameters of functions."""
    return ({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)} |
            {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} |
            {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)} |
            {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)})


@LANGUAGES
@pytest.mark.parametrize("name", ["dual-stack", "stale-unix-socket", "well-known-names", "port-ranges"])
def test_user_without_rights_can_run_it(lab, build, may_be, language, name):
    assert lab(name, user=65534).returncode in (0, SKIPPED)      # skips where no namespace is to be had
    done = run_program(build(language, name), prefix=may_be(65534))
    if name == "port-ranges":
        assert (done.returncode, done.stdout) == (SKIPPED, "skipped: an actor becomes another user, which takes root\n")
    else:
        assert done.returncode == 0, done.stdout


@pytest.fixture
def may_be():
    def prefix(user):
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]

    return prefix


@LANGUAGES
def test_host_is_where_it_is_started(build, netns, tmp_path, language):
    path = tmp_path / "x.lab"
    path.write_text("a: socket s tcp4\na: bind s 127.0.0.1:6666 => ok\n", encoding="ascii")
    program = build(language, path)
    assert run_program(program, "--host").returncode == 0
    with socket.create_server(("127.0.0.1", 6666)):
        assert run_program(program).returncode == 0
        done = run_program(program, "--host")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 steps, 1 of them WRONG")
    assert "EADDRINUSE    expected ok, WRONG\n" in done.stdout


@LANGUAGES
def test_no_process_is_left_when_it_is_killed(build, children, eventually, tmp_path, language):
    path = tmp_path / "x.lab"
    path.write_text("leftover: socket s tcp4\nleftover: fork leftover-2\nleftover-2: fork leftover-3\nleftover-2: exit\n"
                    "wait 60 s\n", encoding="ascii")
    command = build(language, path)

    def left():
        listed = subprocess.run(["ps", "-eo", "stat=,comm="], capture_output=True, text=True, check=True).stdout
        return sum(line.split()[1].startswith("leftover") for line in listed.splitlines() if line[0] != "Z")

    child = children.spawn(["sh", "-c", 'echo ready; exec "$0" "$@" >/dev/null', *command])
    eventually(lambda: left() == 2)
    child.process.kill()
    child.process.wait(10)
    eventually(lambda: left() == 0)


@pytest.mark.parametrize("words, told", [
    (["--as", "pyton", "two-addresses"], '--as: "pyton" is no language; the nearest is "python"'),
    (["--as", "c"], "--as writes one scenario as a program: name one lesson or file"),
    (["--as", "c", "--all"], "option --all does not go with --as"),
    (["--as", "c", "--json", "two-addresses"], "option --json does not go with --as"),
    (["--as", "c", "--matrix", "tcp"], "option --matrix does not go with --as"),
    (["--as", "c", "--csv", "two-addresses"], "option --csv does not go with --as"),
    (["--as", "c", "--list"], "option --list does not go with --as"),
    (["--as", "c", "two-addresses", "dual-stack"], "--as writes one scenario as a program: name one lesson or file"),
    (["--as", "c", "nowhere.lab"], '"nowhere.lab" is no lesson and no file'),
])
def test_wrong_words_are_told(ports, words, told):
    done = ports("lab", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ports lab: {told}") and done.stderr.count("\n") == 1
