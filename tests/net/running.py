"""The program in the background: its lines, its end, and when it has begun to listen to the kernel."""

import os
import subprocess
import time

SECONDS = 20


class Running:
    def __init__(self, eventually, *words, **options):
        self.begun = time.monotonic()
        self.process = subprocess.Popen([os.environ["PORTS"], *map(str, words)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **options)
        eventually(self.hears_events, timeout=SECONDS)

    def hears_events(self):
        """It has the thread that looks for owners, whose eventfd is made after the socket for events."""
        folder = f"/proc/{self.process.pid}/fd"
        try:
            return any("eventfd" in os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder))
        except FileNotFoundError:
            return self.process.poll() is not None

    def end(self):
        """Exit status, output, errors and when it ended."""
        output, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, output, errors, time.monotonic()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=SECONDS)
