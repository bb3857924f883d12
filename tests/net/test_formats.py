"""CSV, templates, summaries and counts, read by what reads them elsewhere: Python's csv and json, jq, xargs."""

import collections
import csv
import io
import itertools
import json
import os
import re
import shutil
import socket
import subprocess

import pytest

from rows import run, ss_rows
from servers import LISTENER, NAMED
from socks import LOCALHOSTS, STATES, Maker
from terminals import on_terminal

# What a process may call itself; the kernel keeps 15 bytes.
NASTY = [b'a,"b"\nc', b"\r\n", b" x ", b"\x1b[31m\x07", b"\xff\xfe\xc3", b"=1+1", b"'${x}`;|", b"{state}",
         "\u202e\u4e2d".encode(), b"\\n\\", b",,", b'""', b"\xed\xa0\x80"]

EVERYTHING = "proto,recvq,sendq,local,foreign,state,timer,flags,user,inode,cookie,age,device,file,backlog,rtt,cwnd," \
             "retrans,in,out,in-rate,out-rate,cong,mem,drops,mptcp,netns,unit,container,cgroup,exposure,command,owners"

# Objects that are null where there is none, or none is known.
GROUPS = {"container": ["id", "name", "runtime", "pod"], "cgroup": ["path", "id", "gone", "of"]}


@pytest.fixture
def nasty(netns, children):
    """A listener of each nasty name, by its port."""
    names = dict(zip(itertools.count(9001), NASTY))
    for port, name in names.items():
        children.spawn(NAMED.format(port=port, comm=name))
    return names


@pytest.fixture
def many_kinds(socks, ports, eventually):
    """Sockets of all states and both families."""
    for host in LOCALHOSTS:
        for make in STATES.values():
            make(Maker(socks, host))
        socks.udp_to(socks.udp(host), host)
    assert eventually(lambda: set(STATES) <= set(ports("--format={state}").stdout.split()))
    return socks


def records(text):
    """CSV as dictionaries; the csv module takes the line ends as they come."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = list(reader)
    assert all(None not in row and None not in row.values() for row in rows), "as many fields as the header"
    return rows


def exact(*args):
    """The output with its line ends as they are."""
    done = subprocess.run([os.environ["PORTS"], *args], capture_output=True, timeout=60, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.decode(errors="surrogateescape")


def inner(field):
    """A list in a field, which is a record again."""
    return next(csv.reader(io.StringIO(field, newline=""), strict=True), [])


def raw(name):
    return name.decode(errors="surrogateescape")


def written(value):
    """How CSV writes what JSON says."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def flat(sock):
    """A socket of JSON by the paths of its members, lists gathered."""
    for name, value in sock.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", written(one)) for key, one in value.items())
        elif isinstance(value, list):
            yield from ((f"{name}.{key}", [written(one[key]) for one in value]) for key in ("pid", "fd", "comm"))
        else:
            yield name, written(value)


def test_csv_has_the_very_bytes_of_nasty_names(nasty):
    rows = records(exact("--csv", "-l"))
    found = {int(row["local.port"]): inner(row["owners.comm"]) for row in rows}
    assert found == {port: [raw(name)] for port, name in nasty.items()}


def test_json_has_the_very_bytes_of_nasty_names(nasty, ports):
    rows = json.loads(ports("--json", "-l").stdout)["sockets"]
    found = {row["local"]["port"]: [owner["comm"] for owner in row["owners"]] for row in rows}
    assert found == {port: [raw(name)] for port, name in nasty.items()}


def test_a_template_shows_nasty_names_cleaned(nasty, ports):
    lines = ports("--format={local.port} {owners.comm}", "-l").stdout.split("\n")
    assert lines.pop() == "" and len(lines) == len(nasty)
    assert not re.search("[\0-\x1f\x7f-\x9f\u202e\ufffd\udc80-\udcff]", "".join(lines))
    assert r"9004 \x1b[31m\x07" in lines and r"9001 a,"'"b"'r"\x0ac" in lines and "9008 {state}" in lines


def test_a_process_that_holds_it_often_is_there_often(netns, children, ports):
    child = children.spawn(LISTENER.format(port=9001).replace("\nready()\n", "\nos.dup(listener.fileno())\nready()\n"))
    pids, fds = ports("--format={owners.pid} {owners.fd}", check=0).stdout.split()
    assert pids == f"{child.pid},{child.pid}" and len(set(fds.split(","))) == 2
    row, = records(ports("--csv").stdout)
    assert inner(row["owners.pid"]) == [str(child.pid)] * 2 and ",".join(inner(row["owners.fd"])) == fds


def test_devices_with_nasty_names_are_whole(netns, ports, socks):
    name = 'a,"b\x1b;\u4e2d'
    for words in (["lo", "down"], ["lo", "name", name], [name, "up"]):      # of our own namespace
        run("ip", "link", "set", *words)
    bound = socks.udp()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode())
    row, = records(ports("--csv", "-u").stdout)
    sock, = json.loads(ports("--json", "-u").stdout)["sockets"]
    assert row["local.dev"] == sock["local"]["dev"] == name
    assert ports("--format={local.dev}", "-u").stdout == 'a,"b\\x1b;\u4e2d\n'


def steady(row):
    """Without what passes from one look to the next."""
    return {name: value for name, value in row.items()
            if name not in ("timer.ms", "age_ms", "rtt_us", "cwnd", "retrans", "recvq", "sendq", "mem", "drops", "bytes_out")}


def test_csv_and_json_say_the_same_of_every_member(many_kinds, children, ports, eventually):
    children.spawn(LISTENER.format(port=9001))

    def same():
        table = records(ports("--csv", f"--columns={EVERYTHING}").stdout)
        objects = json.loads(ports("--json", f"--columns={EVERYTHING}").stdout)["sockets"]
        expected = [steady(dict(flat(sock))) for sock in objects]
        for row, sock in zip(table, expected):
            for name in [name for name in row if name.startswith("owners.")]:
                row[name] = inner(row[name])
            if "owners" in sock:        # null
                sock.update({f"owners.{key}": [] for key in ("pid", "fd", "comm")}, owners=None)
                del sock["owners"]
            if "timer" in sock:
                sock.update({f"timer.{key}": "" for key in ("kind", "ms", "retrans")})
                del sock["timer"], sock["timer.ms"]
            for group in [group for group in GROUPS if group in sock]:
                sock.update({f"{group}.{key}": "" for key in GROUPS[group]})
                del sock[group]
        return len(table) == len(objects) > 20 and [steady(row) for row in table] == expected

    assert eventually(same)


def paths(value, above=""):
    """The paths of all members of a document, those of lists too."""
    for name, one in value.items():
        one = one[0] if isinstance(one, list) else one
        yield from paths(one, f"{above}{name}.") if isinstance(one, dict) else [above + name]


# What a TCP socket has not.
OTHERS = ["type", "local.path", "local.abstract", "local.file", "local.cid", "local.netlink", "local.queue", "remote.inode",
          "remote.path", "remote.abstract", "remote.cid", "remote.netlink", "protocol"]


def test_the_names_of_templates_are_the_members_of_json(netns, children, ports):
    children.spawn(LISTENER.format(port=9001))
    with subprocess.Popen([os.environ["PORTS"], "--ndjson", "-r", f"--columns={EVERYTHING}", "-c", "5"],
                          stdout=subprocess.PIPE) as started:
        sock = json.loads(started.stdout.readline())
        started.kill()
    names = [line.split()[0] for line in ports("--format=help", check=0).stdout.splitlines()]
    known = [name for name in names if name not in OTHERS]
    for group in [group for group in GROUPS if sock[group] is None]:
        at = known.index(f"{group}.{GROUPS[group][0]}")
        known[at:at + len(GROUPS[group])] = [group]
    assert list(paths(sock)) == known
    assert set(OTHERS) < set(names)
    line = ports("-1", "--format=" + "\t".join(f"{{{name}}}" for name in names), check=0).stdout
    assert len(line.split("\t")) == len(names)


def test_columns_help_has_every_column(ports):
    lines = ports("--columns=help", check=0).stdout.splitlines()
    assert [line.split()[0] for line in lines] == EVERYTHING.split(",")
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq")
def test_jq_reads_json_of_nasty_names(nasty, ports):
    for option, query in (("--json", ".sockets[].local.port"), ("--ndjson", ".local.port")):
        text = ports(option, "-l").stdout
        done = subprocess.run(["jq", query], input=text, capture_output=True, text=True, timeout=30, check=True)
        assert [int(line) for line in done.stdout.split()] == list(nasty)


def test_csv_lines_end_as_the_standard_says(socks):
    socks.listener()
    text = exact("--csv", "--columns=state,local")
    assert text.startswith("state,local.addr,local.port,local.dev\r\nLISTEN,127.0.0.1,") and text.endswith(",\r\n")
    assert text.count("\n") == text.count("\r") == 2
    assert exact("--csv", "-H", "--columns=state") == "LISTEN\r\n"


@pytest.mark.parametrize("args", [["--csv"], ["--format={owners.comm}"], ["-1"], ["--json"], ["--ndjson"]],
                         ids=" ".join)
def test_no_control_byte_reaches_a_terminal(nasty, args):
    text = on_terminal("-l", *args)
    assert len(text.splitlines()) >= len(nasty)
    assert not re.search(rb"[\0-\x09\x0b-\x1f\x7f]", text)


def test_null_ends_the_lines_for_xargs(nasty, ports):
    lines = ports("-0", "--format={local.port}", "-l", check=0).stdout
    assert lines == "".join(f"{port}\0" for port in nasty)
    told = subprocess.run(["xargs", "-0", "-n1", "echo", "port"], input=lines, stdout=subprocess.PIPE, text=True,
                          check=True, timeout=30).stdout
    assert told.splitlines() == [f"port {port}" for port in nasty]
    table = ports("--null", "-l", check=0).stdout
    assert "\n" not in table and table.count("\0") == len(nasty) + 1 and table.startswith("Proto ")


def test_summary_counts_what_ss_lists(many_kinds, ports, eventually):
    def counts():
        states = json.loads(ports("-s", "--json").stdout)["states"]
        return {(row["proto"], row["state"]): (row["inet"], row["inet6"]) for row in states}

    def expected():
        found = collections.Counter((row.proto, row.state) for row in ss_rows())
        return {(proto, state): (found[proto, state], found[proto + "6", state])
                for proto, state in {(proto.rstrip("6"), state) for proto, state in found}}

    # What ss shows as no state of its own, or not at all.
    def alike():
        return {key: value for key, value in counts().items() if key[1] not in ("BOUND", "CLOSE")} == \
               {key: value for key, value in expected().items() if key[1] not in ("BOUND", "CLOSE")}

    assert eventually(alike)
    document = json.loads(ports("-s", "--json").stdout)
    assert document["schema"] == 1 and document["total"] == document["inet"] + document["inet6"] > 20
    assert document["total"] == sum(row["total"] for row in document["states"])


def test_summary_is_the_same_in_words_and_as_csv(many_kinds, ports, eventually):
    def both():
        lines = [line.split() for line in ports("-s", "-H").stdout.splitlines()]
        table = [list(row.values()) for row in records(ports("-s", "--csv").stdout)]
        return lines, [line for line in lines if line[1] != "total"] == table

    eventually(lambda: both()[1])       # connections that are closing change their states
    lines, _ = both()
    assert lines[-1][:2] == ["all", "total"] and int(lines[-1][2]) == int(ports("--count").stdout)
    assert [line[0] for line in lines if line[1] == "total"] == ["tcp", "udp", "all"]


def test_count_and_quiet_answer_in_the_fewest_words(socks, ports):
    port = socks.listener().getsockname()[1]
    done = ports("--count", "-p", port, check=0)
    assert (done.stdout, done.stderr) == ("1\n", "")
    done = ports("-q", "-p", port, check=0)
    assert (done.stdout, done.stderr) == ("", "")
    done = ports("--count", "-u", check=1)
    assert (done.stdout, done.stderr) == ("0\n", "")
    done = ports("-qu", check=1)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("args", [["--count"], ["-q"], ["-s"], ["--format={local.port}"],
                                  ["--csv", "--columns=local"], ["--columns=local"]], ids=" ".join)
def test_owners_that_are_not_shown_are_not_looked_for(children, netns, ports, args):
    """A user who may not see them is not told so, either."""
    children.spawn(LISTENER.format(port=9001))
    done = ports(*args, user=65534)
    assert (done.returncode, done.stderr) == (0, "")
    assert "not known" in ports("--format={owners.pid}", user=65534).stderr


@pytest.mark.parametrize("args", [["--json"], ["--ndjson"], ["--csv"], ["--format=x{local.port}"], ["-s"],
                                  ["-s", "--csv"], ["-s", "--json"], ["--count"], ["--null"], ["-q"]], ids=" ".join)
def test_nothing_matched_is_status_1_in_every_format(netns, ports, args):
    done = ports(*args)
    assert (done.returncode, done.stderr) == (1, "")


PAIRS = [("--csv", "--json"), ("--json", "--ndjson"), ("--ndjson", "--csv"), ("--format=x", "--csv"),
         ("--count", "--json"), ("--quiet", "--count"), ("--json", "--format=x"), ("--summary", "--ndjson"),
         ("--summary", "--count"), ("--summary", "--quiet"), ("--summary", "--format=x"), ("--null", "--json"),
         ("--null", "--csv"), ("--null", "--ndjson"), ("--null", "--count"), ("--null", "--quiet"),
         ("--null", "--summary"), ("--quiet", "--interval=1"), ("--headless=80x24", "--csv"),
         ("--headless=80x24", "--summary"), ("--headless=80x24", "--null")]


@pytest.mark.parametrize("first, second", PAIRS)
def test_what_does_not_go_together_is_named_both(ports, first, second):
    for pair in ((first, second), (second, first)):
        done = ports(*pair)
        assert (done.returncode, done.stdout) == (2, "") and done.stderr.count("\n") == 1
        for option in pair:
            assert option.partition("=")[0] in done.stderr


def test_the_same_format_twice_is_one(socks, ports):
    socks.listener()
    assert ports("--csv", "--csv", check=0).stdout == ports("--csv").stdout
    assert ports("--format=a", "--format=b", check=0).stdout == "b\n"


def test_a_format_of_the_file_gives_way_to_the_command_line(socks, ports, tmp_path):
    socks.listener()
    (tmp_path / "ports").mkdir()
    (tmp_path / "ports" / "config").write_text("format={state}\n", encoding="utf-8")
    at_home = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert ports(env=at_home, check=0).stdout == "LISTEN\n"
    assert ports("--count", env=at_home, check=0).stdout == "1\n"
    assert ports("-s", env=at_home, check=0).stdout.startswith("Proto ")
    (tmp_path / "ports" / "config").write_text("summary\n", encoding="utf-8")
    assert ports("--count", env=at_home, check=0).stdout == "1\n"


def bounded(lines):
    """The looks at hand are enough; the program goes on until nobody reads."""
    return lambda *args: ["sh", "-c", f'"$PORTS" -c 0.1 --no-owners "$@" | head -n {lines}', "sh", *args]


@pytest.mark.parametrize("args, line", [
    (["--format={local.port}"], r"\d+"), (["--count"], "1"), (["-s", "-H", "-t"], "(tcp|all) .*"),
], ids=["format", "count", "summary"])
def test_a_line_with_the_time_stands_before_each_look(socks, args, line):
    socks.listener()
    text = run(*bounded(20)(*args))
    looks = re.split(r"^# \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}\n", text, flags=re.MULTILINE)
    assert looks[0] == "" and len(looks) > 3
    assert all(re.fullmatch(f"({line}\n)+", look) for look in looks[1:-1])


def test_a_template_may_tell_the_time_itself(socks):
    socks.listener()
    lines = run(*bounded(3)("--format={time} {state}")).splitlines()
    times = [re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) LISTEN", line)[1] for line in lines]
    assert len(times) == 3 and times == sorted(set(times))


def test_csv_has_one_header_and_a_time_in_each_line(socks):
    socks.listener()
    rows = records(run(*bounded(4)("--csv", "--columns=state")))
    assert [list(row) for row in rows] == [["time", "state"]] * 3
    assert len({row["time"] for row in rows}) == 3 and {row["state"] for row in rows} == {"LISTEN"}
    rows = records(run(*bounded(4)("-s", "--csv")))
    assert list(rows[0]) == ["time", "proto", "state", "total", "inet", "inet6"]
    assert len({row["time"] for row in rows}) == 3


def test_ndjson_has_a_time_in_each_line_only_when_repeated(socks, ports):
    socks.listener()
    lines = [json.loads(line) for line in run(*bounded(3)("--ndjson")).splitlines()]
    assert len({line["time"] for line in lines}) == 3 and all(next(iter(line)) == "time" for line in lines)
    assert "time" not in json.loads(ports("--ndjson").stdout)


def shell(command):
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("options", ["--csv", "--format={state}", "--null", "-s", "-s --json", "-s --csv", "--count",
                                     "--columns=help", "--format=help", "--csv -c 0.1"])
def test_full_disk_is_an_error(socks, options):
    socks.listener()
    done = shell(f'"$PORTS" {options} > /dev/full')
    assert (done.returncode, done.stderr) == (4, "ports: cannot write: No space left on device\n")


@pytest.mark.parametrize("options", ["--csv", "--format={state}", "-s", "--count"])
def test_closed_output_is_an_error(socks, options):
    socks.listener()
    done = shell(f'"$PORTS" {options} >&-')
    assert done.returncode == 4 and done.stderr.startswith("ports: cannot write: ")


LONG = "--format={local.addr} {local.port} {state} {cookie} {inode} {remote.addr}"


@pytest.mark.parametrize("options", [["--csv"], [LONG]], ids=["csv", "format"])
def test_reader_that_leaves_ends_it_quietly(many_descriptors, socks, options):
    for _ in range(1900):
        socks.udp()
    argv = [os.environ["PORTS"], "--no-owners", *options]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout.readline()
        started.stdout.close()
        assert (started.wait(timeout=30), started.stderr.read()) == (0, b"")
