"""The program in the background: its lines, its end, and when it has begun to listen to the kernel."""

import os
import pathlib
import re
import subprocess
import time

SECONDS = 20


class Running:
    def __init__(self, eventually, *words, **options):
        self.begun = time.monotonic()
        self.process = subprocess.Popen([os.environ["PORTS"], *map(str, words)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **options)
        self.switches = None
        eventually(self.is_waiting, timeout=SECONDS)

    def is_waiting(self):
        """It hears events, for which it has the eventfd of the thread that looks for owners, and has begun to wait for them: it
        sleeps, and has slept all the time since this was asked last."""
        folder = f"/proc/{self.process.pid}"
        before = self.switches
        try:
            hears = any("eventfd" in os.readlink(f"{folder}/fd/{fd}") for fd in os.listdir(f"{folder}/fd"))
            status = pathlib.Path(folder, "status").read_text(encoding="utf-8")
        except FileNotFoundError:
            return self.process.poll() is not None
        self.switches = re.search(r"^voluntary_ctxt_switches:.*", status, re.MULTILINE)[0]
        return hears and "State:\tS" in status and self.switches == before

    def end(self):
        """Exit status, output, errors and when it ended."""
        output, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, output, errors, time.monotonic()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=SECONDS)
