"""`ports metrics`: the text that Prometheus reads, and the numbers in it."""

import collections
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from socks import Maker

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)")


def parse(text):
    """{(name, labels): value}; fails for anything that the format of OpenMetrics, or Prometheus' older one, does not allow."""
    *lines, end = text.split("\n")[:-1]
    assert text.endswith("\n") and end == "# EOF"
    samples, families, family = {}, [], None
    while lines:
        line = lines.pop(0)
        if line.startswith("# HELP "):
            family, _, help_text = line.removeprefix("# HELP ").partition(" ")
            assert re.fullmatch(NAME, family) and family not in families and help_text and "\\" not in help_text
            assert lines.pop(0) == f"# TYPE {family} gauge"
            families.append(family)
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        pairs = LABEL.findall(labels or "")
        assert name == family and ",".join(f'{key}="{text}"' for key, text in pairs) == (labels or "")
        assert len({key for key, _ in pairs}) == len(pairs) and (name, tuple(pairs)) not in samples
        samples[name, tuple(pairs)] = float(value)
    return samples


class Metrics:
    def __init__(self, text):
        self.samples = parse(text)

    def get(self, name, **labels):
        """The value; None when there is none."""
        return self.samples.get((name, tuple((key, str(value)) for key, value in labels.items())))

    def ports(self, name="ports_port_sockets"):
        return {dict(labels)["port"] for sample, labels in self.samples if sample == name}


@pytest.fixture
def metrics(ports):
    def ask(*words, **options):
        done = ports("metrics", *words, **options)
        assert (done.returncode, done.stderr) == (0, "")
        return Metrics(done.stdout)

    return ask


def settled(ports):
    """The sockets, once none of them is about to change its state by itself."""
    listed = json.loads(ports("--json", check=0).stdout)["sockets"]
    return listed if all(sock["state"] != "FIN_WAIT1" for sock in listed) else None


def test_sockets_are_counted_by_state(metrics, ports, socks, eventually):
    maker = Maker(socks, "::1")
    for make in (maker.time_wait, maker.time_wait, maker.established, maker.close_wait, maker.bound):
        make()
    socks.udp()
    # The acknowledgement of a lone FIN is late by some milliseconds.
    listed = eventually(lambda: settled(ports))
    wanted = collections.Counter((sock["proto"], sock["family"], sock["state"]) for sock in listed)
    counted = metrics()
    told = {tuple(value for _, value in labels): value for (name, labels), value in counted.samples.items()
            if name == "ports_sockets"}
    assert {key: value for key, value in told.items() if value > 0} == wanted
    assert told["tcp", "inet6", "TIME_WAIT"] == 2 and told["udp", "inet", "UNCONN"] == 1
    assert counted.get("ports_complete") == 1 and counted.get("ports_hidden_owners") == 0


def test_each_port_of_a_server_is_told(metrics, socks):
    listener = socks.listener(port=9999, backlog=4)
    socks.pair(listener)
    for _ in range(3):
        socks.client(listener)
    udp = socks.udp(port=53)
    socks.udp_to(udp)
    counted = metrics()
    assert counted.get("ports_port_sockets", proto="tcp", port=9999, state="LISTEN") == 1
    assert counted.get("ports_port_sockets", proto="tcp", port=9999, state="ESTABLISHED") == 4
    assert counted.get("ports_port_sockets", proto="tcp", port="other", state="ESTABLISHED") == 4
    assert counted.get("ports_port_sockets", proto="udp", port=53, state="UNCONN") == 1
    assert counted.get("ports_port_sockets", proto="udp", port="other", state="ESTABLISHED") == 1
    assert counted.get("ports_port_accept_queue_connections", proto="tcp", port=9999) == 3
    assert counted.get("ports_port_accept_queue_limit_connections", proto="tcp", port=9999) == 4
    assert counted.get("ports_port_accept_queue_fill_ratio", proto="tcp", port=9999) == 0.75
    assert counted.get("ports_port_retransmitted_segments", proto="tcp", port=9999) == 0


def test_what_is_dropped_is_told(metrics, socks):
    listener = socks.listener(port=9999, backlog=0)
    socks.client(listener)
    socks.connecting(listener)
    udp = socks.udp(port=53, options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)])
    sender = socks.udp()
    for _ in range(100):
        sender.sendto(b"x" * 1000, udp.getsockname())
    counted = metrics()
    assert counted.get("ports_port_dropped_datagrams", proto="udp", port=53) > 50
    assert counted.get("ports_port_dropped_requests", proto="tcp", port=9999) >= 1


def test_a_udp_client_is_no_server(metrics, socks):
    socks.udp(port=40000)
    counted = metrics()
    assert "40000" not in counted.ports()
    assert counted.get("ports_port_sockets", proto="udp", port="other", state="UNCONN") == 1


def test_ports_are_bounded(metrics, socks):
    listeners = [socks.listener(port=port) for port in range(1000, 1300)]
    for port in (1007, 1200):
        for _ in range(3):
            socks.client(listeners[port - 1000])
    counted = metrics("--ports", 2)
    assert counted.ports() == {"1007", "1200", "other"}
    assert counted.get("ports_port_sockets", proto="tcp", port="other", state="LISTEN") == 298
    assert len(metrics().ports()) == 65
    assert metrics("--ports", 0).ports() == {"other"}
    assert len(metrics("--ports", 0).samples) < 60


def test_owners_that_cannot_be_seen_are_counted(metrics, ports, socks):
    socks.listener()
    assert Metrics(ports("metrics", user=65534, check=0).stdout).get("ports_hidden_owners") == 1
    assert metrics("--no-owners").get("ports_hidden_owners") is None


def test_a_textfile_is_replaced(ports, socks, tmp_path):
    path = tmp_path / "ports.prom"
    assert ports("metrics", "--textfile", path, check=0).stdout == ""
    assert Metrics(path.read_text()).get("ports_complete") == 1
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o640)
    link = tmp_path / "link.prom"
    link.symlink_to("ports.prom")
    before = path.stat().st_ino
    ports("metrics", "--textfile", link, check=0)
    assert link.is_symlink() and path.stat().st_ino != before and path.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.prom", "ports.prom"]


def test_readers_never_see_half_a_file(ports, socks, tmp_path):
    for _ in range(200):
        socks.listener()
    path = tmp_path / "ports.prom"
    ports("metrics", "--textfile", path, check=0)
    over, bad = threading.Event(), []

    def read():
        while not over.is_set():
            text = path.read_text()
            if not text.endswith("# EOF\n") or not text.startswith("# HELP"):
                bad.append(text)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        ports("metrics", "--textfile", path, check=0)
    over.set()
    reader.join()
    assert bad == []


def test_what_is_no_file_is_left_alone(ports, netns, tmp_path):
    fifo = tmp_path / "ports.prom"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, "/dev/full"):
        done = ports("metrics", "--textfile", path, check=4)
        assert done.stderr == f'ports: --textfile: "{path}" is not written, and left as it was: it is no regular file\n'
    assert fifo.is_fifo() and os.listdir(tmp_path) == ["ports.prom"]
    done = ports("metrics", "--textfile", tmp_path / "none" / "x", check=4)
    assert done.stderr.endswith("left as it was: No such file or directory\n")


def test_the_old_file_stays_where_the_disk_is_full(netns, tmp_path):
    path = tmp_path / "ports.prom"
    path.write_text("old\n")

    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = subprocess.run([os.environ["PORTS"], "metrics", "--textfile", path], preexec_fn=no_room, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 4 and done.stderr.count("\n") == 1 and "File too large" in done.stderr
    assert path.read_text() == "old\n" and os.listdir(tmp_path) == ["ports.prom"]


@pytest.mark.parametrize("words, fault", [
    ("80", 'metrics: "80": only options are known here; ports metrics --help lists them'),
    ("--ports -1", '--ports: "-1": not a number of ports from 0 to 4096'),
    ("--textfile=", '--textfile: "" is no name of a file'),
])
def test_faults_are_named(ports, words, fault):
    done = ports("metrics", *words.split(), check=2)
    assert (done.stdout, done.stderr) == ("", f"ports: {fault}\n")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool")
def test_promtool_finds_no_fault(ports, socks):
    socks.pair(socks.listener(port=9999))
    text = ports("metrics", check=0).stdout
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


def answer(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return ""


@pytest.mark.skipif(EXPORTER is None or shutil.which("prometheus") is None,
                    reason="prometheus and node_exporter are not both there")
def test_prometheus_reads_it_through_node_exporter(ports, socks, eventually, tmp_path):
    folder = tmp_path / "textfiles"
    folder.mkdir()
    socks.listener(port=9999)
    ports("metrics", "--textfile", folder / "ports.prom", check=0)
    config = tmp_path / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1s}\n"
                      "scrape_configs: [{job_name: node, static_configs: [{targets: ['127.0.0.1:9100']}]}]\n")
    exporter = [EXPORTER, "--collector.disable-defaults", "--collector.textfile",
                f"--collector.textfile.directory={folder}", "--web.listen-address=127.0.0.1:9100"]
    prometheus = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'data'}",
                  "--web.listen-address=127.0.0.1:9090"]
    log = open(tmp_path / "log", "w", encoding="utf-8")
    running = [subprocess.Popen(argv, stdout=log, stderr=log) for argv in (exporter, prometheus)]
    query = 'http://127.0.0.1:9090/api/v1/query?query=ports_port_sockets{port="9999",state="LISTEN"}'.replace('"', "%22")
    try:
        scraped = eventually(lambda: answer("http://127.0.0.1:9100/metrics"), timeout=30)
        assert "node_textfile_scrape_error 0" in scraped
        found = eventually(lambda: json.loads(answer(query) or '{"data": {"result": []}}')["data"]["result"], timeout=60)
        assert found[0]["value"][1] == "1"
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        log.close()
