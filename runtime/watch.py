"""Rung chroot: ends all that a member started when its program ends, as the end of a PID namespace does elsewhere."""

import os
import signal
from collections.abc import Callable
from typing import NoReturn

import checks
import kernel
import layout
import signals
import throttle


def run(program: Callable[[], NoReturn], pid_file: str) -> NoReturn:
    """Becomes the parent of `program`, and of its orphans, and ends with its code. The pid file says that it began."""
    kernel.adopt_orphans()
    reader, writer = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        try:
            program()
        except BaseException:
            os.write(writer, b"!")
            raise
    os.close(writer)
    if not os.read(reader, 1):  # closed by exec
        layout.write_atomically(pid_file, str(pid))
    os._exit(_wait(pid))


def _wait(pid: int) -> int:
    code = None
    while True:
        try:
            ended, status = os.waitpid(-1, 0)
        except ChildProcessError:
            return code or 0
        if ended == pid:
            code = throttle.exit_code(status)
        if code is not None:
            for one in checks.descendants(os.getpid()):
                signals.send(one, signal.SIGKILL)
