"""The table for people. What was measured is in the JSON, too, with every single run."""

import os
import platform

import measure

VERDICTS = {True: "met", False: "MISSED", None: "-"}


def machine():
    with open("/proc/meminfo", encoding="ascii") as file:
        kib = int(file.readline().split()[1])
    return {"cpus": len(os.sched_getaffinity(0)), "cpu": cpu_model(), "memory_gib": round(kib / 2**20, 1),
            "kernel": f"{platform.system()} {platform.release()} {platform.machine()}"}


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "")


def head(found):
    has = found["machine"]
    return (f"{found['date']}, {has['kernel']}, {has['cpus']} CPUs ({has['cpu']}), {has['memory_gib']} GiB\n"
            "Medians of wall and CPU time, the most memory; what is printed goes to /dev/null. Ratios are medians of\n"
            "those of each round, in which all run in turn.\n")


def duration(ms):
    return f"{ms:.1f} ms" if ms < 100 else f"{ms / 1000:.2f} s"


def number(value, unit):
    if value is None:
        return "?"
    return f"{value:.3f}" if unit == "x" and value < 0.1 else f"{value:.2f}" if unit == "x" else f"{value:.0f} {unit}"


def command_line(name, found):
    if not found["rounds"]:
        return f"  {name:<28} is not here"
    notes = {0: "", measure.FOUND_NOTHING: "  found nothing", measure.CUT_SHORT: "  cut short: it took longer"}
    note = notes.get(found["status"], f"  failed: status {found['status']}")
    return (f"  {name:<28} {duration(found['wall_ms']):>10} {duration(found['cpu_ms']):>10} "
            f"{found['peak_kib'] / 1024:>8.1f} MB {found['rounds']:>6}{note}")


def want_line(line):
    note = f"  {line['note']}" if line["note"] else ""
    cpu = number(line["cpu"], "x") if line["cpu"] is not None else ""
    return (f"  {line['what']:<56} {number(line['value'], line['unit']):>10} {number(line['limit'], line['unit']):>10}"
            f"  {VERDICTS[line['met']]:<6} {cpu:>6}{note}".rstrip())


def want_lines(lines):
    return [f"  {'wanted':<56} {'is':>10} {'at most':>10}  {'':<6} {'of CPU':>6}", *map(want_line, lines)] if lines else []


def seconds(value):
    return "not within the time waited" if value is None else f"{value:.2f} s"


def live_lines(live):
    yield f"  live: the first rows after {seconds(live['rows_s'])}, their owners: {seconds(live['owners_s'])}, " \
          f"{live['peak_kib'] / 1024:.1f} MB"
    for kind, keys in live["keys"].items():
        yield f"  {kind + ' keys':<28} p50 {keys['p50_ms']:>8.1f} ms   p99 {keys['p99_ms']:>8.1f} ms   " \
              f"most {keys['max_ms']:>8.1f} ms {keys['count']:>5}"


def quiet_line(quiet):
    calls = quiet["calls"]
    told = "strace, which counts them, is not here" if calls is None else \
        ", ".join(f"{name} {count:.1f}" for name, count in calls.items())
    return (f"  a refresh without changes: {quiet['cpu_ms']:.1f} ms of CPU, {quiet['cpu_of_threads_ms']:.1f} ms of it in "
            f"threads; calls: {told}")


def size(found):
    if "failed" in found:
        return f"{found['size']}: not measured: {found['failed']}\n"
    lines = [f"{found['size']}: {found['sockets']:,} TCP sockets and {found['load']['udp']:,} UDP, "
             f"{found['processes']:,} processes with {found['descriptors']:,} descriptors; "
             f"load average before: {found['others_load']:.1f}",
             f"  {'':<28} {'time':>10} {'CPU':>10} {'memory':>11} {'rounds':>6}"]
    lines += [command_line(name, own) for name, own in found["commands"].items()]
    if "live" in found:
        lines += [*live_lines(found["live"]), quiet_line(found["quiet"])]
    return "\n".join([*lines, *want_lines(found["wants"]), ""])


def end(found):
    judged = [line for lines in [found["wants"], *(size.get("wants", []) for size in found["sizes"])] for line in lines
              if line["met"] is not None]
    missed = sum(not line["met"] for line in judged)
    return "\n".join([*want_lines(found["wants"]), f"{len(judged) - missed} of {len(judged)} wanted ratios are met."])
