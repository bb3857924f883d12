"""The program with a terminal on its standard output, and what it writes there."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import tty


def on_terminal(*args, width=200, height=24, **environment):
    """The bytes, but for the carriage returns with which lines of CSV end."""
    reader, writer = pty.openpty()
    tty.setraw(writer)      # so that the terminal adds none
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    argv = [os.environ["PORTS"], *args]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE,
                          env={**os.environ, **environment}) as started:
        os.close(writer)
        text = b""
        while select.select([reader], [], [], 30)[0]:
            try:
                text += os.read(reader, 65536)
            except OSError:     # EIO: the other side is closed
                break
        started.wait(timeout=30)
    os.close(reader)
    return text.replace(b"\r\n", b"\n")
