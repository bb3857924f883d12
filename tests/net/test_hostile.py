"""Whatever other users call their processes, files, devices, cgroups, hosts and users, and whatever stands in files that are
handed over: no output does anything to a terminal, breaks a line or moves a column; JSON and CSV say the very bytes."""

import csv
import io
import json
import os
import re
import socket
import subprocess
import time

import pytest

from cgroups import LISTENER as MEMBER, SLICE, cgroup, path_of  # noqa: F401: a fixture
from hostile import PORTS, TEXTS, cells, devices, harmless, name_of, raw, scene, width  # noqa: F401: fixtures
from running import Running
from sandbox import with_etc
from servers import LISTENER
from terminals import on_terminal

ALL_COLUMNS = "proto,recvq,sendq,local,foreign,state,timer,flags,user,inode,cookie,age,device,file,backlog,rtt,cwnd,retrans," \
              "in,out,in-rate,out-rate,cong,mem,drops,mptcp,unit,container,cgroup,exposure,command,owners"
OTHER_ORDER = "command,owners,local,cgroup,state"
TEMPLATE = "--format={owners.comm}|{command}|{local.path}|{local.abstract}|{local.dev}|{cgroup.path}"

LISTS = [["-1", "-l"], ["-1", "-lx"], ["-1", "-l", "--wide"], ["-1", "-lxt", f"--columns={ALL_COLUMNS}"],
         ["-1", "-lxt", "--wide", f"--columns={OTHER_ORDER}"], ["-lxt", "--columns=+command", TEMPLATE],
         ["--json", "-lxt", f"--columns={ALL_COLUMNS}"], ["--ndjson", "-lxt", f"--columns={ALL_COLUMNS}"]]


def run(*args, **options):
    done = subprocess.run([os.environ["PORTS"], *args], capture_output=True, timeout=60, check=False, **options)
    assert b"Sanitizer" not in done.stderr and b"runtime error" not in done.stderr, done.stderr
    return done


def sockets(*args):
    return json.loads(run("--json", *args).stdout)["sockets"]


# Lists
# -----

@pytest.mark.parametrize("args", LISTS, ids=" ".join)
def test_lists_are_harmless_lines(scene, harmless, args):
    count = {"-l": 1, "-lx": 2, "-lxt": 3}[next(arg for arg in args if arg.startswith("-l"))] * len(TEXTS)
    for lines in (harmless(run(*args).stdout), harmless(on_terminal(*args))):
        assert lines.pop() == ""
        header = 0 if args[0] == "--ndjson" else 2 if args[0] == "--json" else 1
        assert len(lines) - (0 if args[-1] == TEMPLATE else header) == count


@pytest.mark.parametrize("args", [args for args in LISTS if args[0] == "-1"], ids=" ".join)
def test_columns_stay_where_they_are(scene, cells, args):
    """Where the header has a gap, each line has one."""
    for text in (run(*args).stdout, on_terminal(*args)):
        lines = [cells(line) for line in text.decode().splitlines()]
        begins = [match.start() for match in re.finditer(r"(?<= )\S", lines[0])]
        last = begins[-1]
        gaps = [at for at in range(last) if all(len(line) <= at or line[at] == " " for line in lines)]
        assert all(line[last] != " " and line[last - 1] == " " for line in lines if line[last:].strip())
        assert len(gaps) >= len(begins)


def test_null_ends_records_and_nothing_else(scene, harmless):
    for args in (["-0", "-lxt", TEMPLATE], ["-1", "--null", "-lxt", f"--columns={OTHER_ORDER}"]):
        records = run(*args).stdout.decode().split("\0")
        assert records.pop() == "" and len(records) == 3 * len(TEXTS) + (1 if "-1" in args else 0)
        assert all("\n" not in record and harmless(record) for record in records)


def test_json_has_the_very_bytes(scene):
    found = sockets("-lxt", "--columns=+command")
    for name, text in TEXTS.items():
        tcp, = [sock for sock in found if sock["local"].get("port") == PORTS[name]]
        assert [owner["comm"] for owner in tcp["owners"]] == [name_of(text)]
        assert f" {raw(text)} {PORTS[name]} " in tcp["command"]
        pid = tcp["owners"][0]["pid"]
        names = {(sock["local"]["path"], sock["local"]["abstract"]) for sock in found
                 if sock["proto"].startswith("unix") and sock["owners"][0]["pid"] == pid}
        assert names == {(f"{scene}/{raw(text)}/{raw(text)}", None), (None, f"{raw(text)}\0x")}


def test_csv_has_the_very_bytes(scene):
    text = run("--csv", "-lxt", "--columns=proto,local,command,owners").stdout.decode(errors="surrogateescape")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == 3 * len(TEXTS) and all(None not in row and None not in row.values() for row in rows)
    for name, text in TEXTS.items():
        tcp, = [row for row in rows if row["local.port"] == str(PORTS[name])]
        assert next(csv.reader(io.StringIO(tcp["owners.comm"], newline=""), strict=True), []) == [name_of(text)]
        assert f" {raw(text)} {PORTS[name]} " in tcp["command"]
        paths = [row["local.path"] for row in rows if row["owners.pid"] == tcp["owners.pid"] and row["local.path"]]
        assert paths == [f"{scene}/{raw(text)}/{raw(text)}"]


def test_csv_is_harmless_in_a_terminal(scene, harmless):
    rows = list(csv.reader(harmless(on_terminal("--csv", "-lxt", "--columns=+command")), strict=True))
    assert len(rows) == 3 * len(TEXTS) + 2 and len({len(row) for row in rows[:-1]}) == 1


def test_other_commands_are_harmless_too(scene, harmless):
    everywhere = f"{min(PORTS.values())}-{max(PORTS.values())}"
    for args in (["kill", "--dry-run", ",".join(map(str, PORTS.values()))], ["destroy", "--dry-run", "-l", everywhere],
                 ["metrics"], ["-s"], ["-s", "--json"], ["why", f"127.0.0.1:{PORTS['escape']}"], ["why", f"0.0.0.0:{PORTS['newline']}", "--json"],
                 ["wait", "--free", "--timeout=0.1", "-p", str(PORTS["override"])],
                 *(["why", f"127.0.0.1:{port}"] for port in PORTS.values())):
        done = run(*args)
        assert harmless(done.stdout + done.stderr)


def test_why_names_unix_sockets_harmlessly(scene, harmless):
    for text in TEXTS.values():
        for name in (f"unix:{scene}/{raw(text)}/{raw(text)}", f"unix:@{raw(text)}"):
            done = run("why", os.fsencode(name))
            assert done.returncode in (0, 1), done.stderr
            assert harmless(done.stdout + done.stderr)
            done = run("why", "--json", os.fsencode(name))
            assert harmless(done.stdout) and "sentence" in json.loads(done.stdout)


def test_events_are_harmless_lines(scene, children, eventually, harmless, socks):
    for form in ([], ["--json"]):
        started = Running(eventually, "events", "--count=6", "--for=15s", "-p",
                          ",".join(str(PORTS[name]) for name in ("escape", "newline", "override")))
        for name in ("escape", "newline", "override"):
            client = socket.create_connection(("127.0.0.1", PORTS[name]))
            client.close()
        _, output, errors, _ = started.end()
        lines = harmless(output + errors)
        assert lines.pop() == "" and len(lines) == 6, lines


# A made-up process
# -----------------

def test_a_command_line_of_a_megabyte_is_cut_and_costs_nothing(netns, children, harmless):
    long = ("\x1b[2J\u202e\u4e2d" * 12000)[:100000]
    children.spawn(LISTENER.format(port=9001), *[long[:40000]] * 12)
    begun = time.monotonic()
    sock, = sockets("--columns=+command", "-l")
    assert 4000 < len(os.fsencode(sock["command"])) <= 4096
    lines = harmless(run("-1", "-l", "--wide", "--columns=command,state").stdout)
    assert len(lines) == 3 and "\\x1b[2J\\u202e\u4e2d" in lines[1]
    assert time.monotonic() - begun < 10


# Names that others give
# ----------------------

def test_devices_are_harmless_and_whole(devices, harmless, cells):
    rows = sockets("-u")
    assert {sock["local"]["port"]: os.fsencode(sock["local"]["dev"]) for sock in rows} == devices
    text = run("--csv", "-u").stdout.decode(errors="surrogateescape")
    table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert {int(row["local.port"]): os.fsencode(row["local.dev"]) for row in table} == devices
    for args in (["-1", "-u"], ["-1", "-u", "--columns=device,local,state,exposure"], ["-u", "--format={local.dev}"]):
        lines = harmless(run(*args).stdout)
        assert len(lines) == len(devices) + (2 if args[0] == "-1" else 1)
        if args[0] == "-1":
            begin = lines[0].index(" State") + 1
            assert all(cells(line)[begin - 1:].startswith(" UNCONN") for line in lines[1:-1])
    for port in devices:
        assert harmless(run("why", "udp", f"127.0.0.1:{port}").stdout)


def test_cgroups_are_harmless_and_whole(netns, children, cgroup, harmless):  # noqa: F811
    made = {}
    for name, text in TEXTS.items():
        if b"\n" in text:       # the only byte that the kernel refuses, but for "/"
            continue
        folder = cgroup(f"{SLICE}/x{raw(text)}")
        children.spawn(MEMBER.format(folder=folder, then=folder, port=PORTS[name]))
        made[PORTS[name]] = path_of(folder)
    rows = sockets("-l", "--columns=+cgroup,unit")
    assert {sock["local"]["port"]: sock["cgroup"]["path"] for sock in rows} == made
    for args in (["-1", "-l", "--columns=cgroup,state"], ["-1", "-l", "--wide", "--columns=unit,cgroup,state"],
                 ["-l", "--format={cgroup.path}|{unit}"]):
        lines = harmless(run(*args).stdout)
        assert len(lines) == len(made) + (2 if args[0] == "-1" else 1)
    for port in made:
        assert harmless(run("kill", "--dry-run", str(port)).stdout)
        assert harmless(run("why", f"127.0.0.1:{port}").stdout)


HOSTS = {3: "ev\x1bcil", 4: "ho\u202est", 5: "a\x9bb", 6: "\u200b", 7: "wide\u4e2d"}


def test_users_hosts_and_services_are_harmless(socks, tmp_path, harmless):
    folder = tmp_path / "etc"
    folder.mkdir()
    etc = with_etc(folder, passwd="r\x1b[2J\u202eoot\u4e2d:x:0:0::/:/bin/sh\n", services="s\x1bv\u2028c 9001/tcp\n",
                   nsswitch_conf="passwd: files\nhosts: files\nservices: files\n", resolv_conf="",
                   hosts="".join(f"127.0.0.{last} {name}\n" for last, name in HOSTS.items()))
    for last in HOSTS:
        socks.listener(f"127.0.0.{last}", 9001)

    def within(*args):
        return subprocess.run([*etc, os.environ["PORTS"], *args], capture_output=True, timeout=60, check=False)

    for more, args in ((1, ["-1", "-r"]), (1, ["-1", "-r", "-l", "--wide", "--columns=local,user,foreign,state"]),
                       (0, ["-r", "--format={local.name} {user}"]), (2, ["-r", "--json"])):
        done = within(*args)
        assert len([line for line in harmless(done.stdout + done.stderr) if line]) == len(HOSTS) + more
    found = json.loads(within("-r", "--json").stdout)["sockets"]
    assert {sock["user"] for sock in found} == {"r\x1b[2J\u202eoot\u4e2d"}
    assert r"r\x1b[2J\u202eoot" in within("-1").stdout.decode()
    assert r"s\x1bv\u2028c" in within("-1", "-r").stdout.decode()


# Files that are handed over
# --------------------------

def test_a_recording_is_as_harmless_as_what_it_is_of(scene, tmp_path, harmless):
    file = tmp_path / "hostile.rec"
    run("-1", "-lxt", f"--columns={ALL_COLUMNS}", "--record", file)
    for args in LISTS:
        assert len(harmless(run("--replay", file, *args).stdout)) > len(TEXTS)
    found = json.loads(run("--replay", file, "--json", "-lxt").stdout)["sockets"]
    assert {(sock["local"].get("port"), sock["owners"][0]["comm"]) for sock in found if sock["proto"] == "tcp"} == {
        (PORTS[name], name_of(text)) for name, text in TEXTS.items()}


SCENARIO = b"""title  %(raw)s
about  %(raw)s
note %(raw)s
a: socket s unix
a: bind s "unix:@%(quoted)s"
a: socket c unix
a: connect c "unix:@%(quoted)s" => ECONNREFUSED
see 127.0.0.1:1 LISTEN x0
a: socket t udp4
a: bind t 127.0.0.1:80
a: socket u udp4
a: bind u 127.0.0.1:80
a: sendto u 127.0.0.1:80 "%(quoted)s"
a: recv t "%(quoted)s"
a: bind t 127.0.0.1:81 => ok
"""


@pytest.mark.parametrize("name", TEXTS)
def test_a_scenario_is_told_harmlessly(netns, tmp_path, harmless, name):
    """Its name and what stands in it; one that is none is told by what is wrong with it."""
    text = TEXTS[name]
    quoted = "".join(f"\\x{byte:02x}" for byte in text).encode()
    file = os.path.join(os.fsencode(tmp_path), text + b".lab")
    for content in (SCENARIO % {b"raw": text.replace(b"\n", b" "), b"quoted": quoted}, text, b"a: " + text,
                    b"title x\na: bind " + text, b"title x\na: set s device " + text + b"\n"):
        with open(file, "wb") as out:
            out.write(content)
        for args in ([], ["--tap"], ["--json"], ["--show"], ["--as=c"], ["--as=python"]):
            done = run("lab", *args, file)
            assert harmless(done.stderr) and done.returncode in (0, 1, 2, 77)
            assert harmless(re.sub(rb"^\t+", b"", done.stdout, flags=re.MULTILINE))     # C is indented
            if args == ["--json"]:
                [json.loads(line) for line in done.stdout.splitlines()]


def test_a_configuration_file_is_complained_about_harmlessly(tmp_path, harmless):
    for at, text in enumerate(TEXTS.values()):
        home = os.path.join(os.fsencode(tmp_path), b"%d" % at + text)
        os.makedirs(home + b"/ports")
        for line in (text, b"columns=" + text, b"filter=" + text, b"bind=" + text, b"extended=" + text, b"theme =" + text,
                     b"replay=" + text, b"no\0thing", b"=" + text):
            with open(home + b"/ports/config", "wb") as file:
                file.write(line.replace(b"\n", b" ") + b"\n")
            done = run("-1", "-l", "--no-owners", env={**os.environb, b"XDG_CONFIG_HOME": home})
            assert len(harmless(done.stderr)) == (1 if done.returncode < 2 else 2), done.stderr


# What is wrong with words
# ------------------------

WORDS = [["{}"], [":{}"], ["-p{}"], ["-p", "{}"], ["--{}"], ["--columns={}"], ["--columns=+{}"], ["--sort={}"],
         ["--format={{{}}}"], ["--format={}}}"], ["--filter={}"], ["--filter=comm = {} x"], ["sport", "=", "{}"],
         ["state", "{}"], ["user", "{}"], ["comm", "~", "[{}"], ["cgroup", "{}"], ["src", "{}"], ["dev", "{}"],
         ["--theme={}"], ["--pane={}"], ["--bind={}"], ["--bind=F5 {}"], ["-A", "{}"], ["-c", "{}"],
         ["--history={}"], ["--linger={}"], ["--headless={}"], ["--headless=80x24", "--clock={}"],
         ["--headless=80x24", "--synthetic=1", "--script={}"], ["--headless=80x24", "--replay={}"], ["--replay={}"],
         ["-1", "--record=/{}/x"], ["--synthetic={}"], ["--group={}"], ["-N", "{}"], ["--netns={},x"], ["why", "{}"], ["why", "tcp", "{}"],
         ["why", "[{}]:80"], ["why", "[::1%{}]:80"], ["why", "80", "--user={}"], ["why", "80", "--device={}"],
         ["why", "unix:{}"], ["why", "unix:@{}"], ["why", "unix:/{}/x"], ["wait", "{}"], ["wait", "-p", "{}"],
         ["wait", "80", "--timeout={}"], ["kill", "{}"], ["kill", "80", "--signal={}"], ["kill", "80", "--wait={}"],
         ["events", "--for=0.1", "{}"], ["events", "--for={}"], ["events", "--count={}"], ["destroy", "{}"],
         ["metrics", "{}"], ["metrics", "--textfile=/{}/x"], ["metrics", "--ports={}"], ["lab", "{}"],
         ["lab", "--show={}"], ["lab", "--as={}", "x"], ["lab", "--matrix", "{}"],
         ["lab", "--matrix", "--addresses={}"], ["--playground={}"],
         ["--private", "--headless=80x24", "--playground={}"]]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_wrong_word_is_told_harmlessly_in_a_line(netns, tmp_path, harmless, words):
    for text in TEXTS.values():
        args = [os.fsencode(word).replace(b"{{", b"{").replace(b"}}", b"}").replace(b"{}", text) for word in words]
        done = run(*args, cwd=tmp_path)
        assert harmless(done.stderr) and harmless(done.stdout)
        assert done.stderr.count(b"\n") <= 2 and done.returncode in (0, 1, 2, 4, 77), (words, text, done)


# Live
# ----

@pytest.fixture
def screens(harmless, width):
    """screens(script, *options): those that the program draws on 150 columns, each line as wide as it may be."""
    def draw(script, *options, **more):
        done = run("--headless=150x60", "--script=-", *options, input=script.encode(), **more)
        assert (done.returncode, done.stderr) == (0, b""), done
        lines = harmless(done.stdout)
        assert all(sum(map(width, line)) <= 150 for line in lines)
        return lines

    return draw


def test_the_table_and_its_panes_are_harmless(scene, screens):
    down = "key Down\nscreen\n" * (3 * len(TEXTS) + 1)
    for pane in ("none", "detail", "history", "why"):
        lines = screens(down, "-lxt", f"--pane={pane}", "--columns=+command,cgroup")
        assert sum("LISTEN" in line for line in lines) > len(TEXTS)
    lines = screens("key l\nscreen\nresize 80x24\nscreen\nresize 40x6\nscreen\nresize 1x1\nscreen\n", "-t")
    assert any(r"\x1b[2J" in line for line in lines)


def test_what_is_typed_is_harmless(scene, screens):
    for text in TEXTS.values():
        typed = text.decode(errors="ignore").translate({c: None for c in range(32)})
        for key in ("/", "F4"):
            screens(f"key {key}\ntype {typed}\nscreen\nkey Enter\nscreen\n", "-lxt")


def test_a_copied_row_and_the_questions_are_harmless(scene, screens):
    for name in TEXTS:
        screens("key c\nscreen\nkey K\nscreen\nkey Esc\nkey x\nscreen\nkey Esc\nkey b\nscreen\n", "-l", "-p", str(PORTS[name]))


def test_groups_are_harmless(scene, screens):
    for by in ("port", "process", "state", "unit", "container"):
        screens("screen\nkey Down\nkey Space\nkey c\nscreen\n", "-lxt", f"--group={by}")


def test_the_history_is_written_as_lines_of_json(scene, screens, tmp_path, harmless):
    folder = tmp_path / "written"
    folder.mkdir()
    for name, text in TEXTS.items():
        client = socket.create_connection(("127.0.0.1", PORTS[name]))
        client.close()
    file = tmp_path / "hostile.rec"
    argv = [os.environ["PORTS"], "-lxt", "--record", file, "-c", "0.1"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as started:
        assert sum(started.stdout.readline().count(b"\n") for _ in range(6 * len(TEXTS))) > 0
        started.terminate()
    screens("wait 1\nkey w\nscreen\n", "--replay", file, "--pane=history", cwd=folder)
    for path in folder.iterdir():
        [json.loads(line) for line in harmless(path.read_bytes()) if line]


def test_a_terminal_without_utf8_gets_ascii_only(scene, harmless):
    for args in (*LISTS, ["-1", "-lxt", "--csv"], ["why", f"127.0.0.1:{PORTS['wide']}"],
                 ["kill", "--dry-run", str(PORTS["wide"])]):
        text = on_terminal(*args, LC_ALL="C", width=100)
        assert harmless(text) and text.isascii()
        if args[0] in ("--json", "--ndjson"):
            found = json.loads(text)["sockets"] if args[0] == "--json" else map(json.loads, text.splitlines())
            assert name_of(TEXTS["wide"]) in {sock["owners"][0]["comm"] for sock in found}
    assert b"\\u4e2d\\u6587\\uff21x" in on_terminal("-1", "-l", LC_ALL="C")
    assert b">" in on_terminal("-1", "-l", "--columns=command,state", LC_ALL="C", width=60)
    # In a pipe it is what it always is.
    assert TEXTS["wide"] in run("-1", "-l", env={**os.environ, "LC_ALL": "C"}).stdout
