import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "net"))


@pytest.fixture
def lab(ports, tmp_path):
    """lab(*words, text=None, user=None, check=None): runs `ports lab`; text becomes a file that is named last."""
    def run(*words, text=None, check=None, **options):
        __tracebackhide__ = True
        if text is not None:
            path = tmp_path / "x.lab"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            words = (*words, path)
        done = ports("lab", *words, **options)
        if done.returncode == 3:
            pytest.skip(done.stderr.strip())
        if check not in (None, done.returncode):
            pytest.fail(f"exit status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    return run


@pytest.fixture
def steps(lab):
    """steps(text, ...): the scenario's steps as it ran, and what became of it, from --json."""
    def run(text, *words, check=0):
        __tracebackhide__ = True
        lines = [json.loads(line) for line in lab("--json", *words, text=text, check=check).stdout.splitlines()]
        assert [line["type"] for line in lines] == ["step"] * (len(lines) - 1) + ["scenario"]
        return lines[:-1], lines[-1]

    return run


@pytest.fixture
def agents():
    """agents(pid): the pids of the agents that the program of that pid has started, whoever their parent is by now."""
    def find(program):
        listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        words = [line.split() for line in listed.splitlines()]
        return {int(word[0]) for word in words if word[1:3] == ["ports", "--agent"] and word[-1] == str(program)}

    return find
