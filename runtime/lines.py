"""Where members' lines come in: the pipes that a process is born with, and the fifos of rung chroot, which stay."""

import os
from typing import Any

from supervisor import dispatchers

import prefix

_AT_ONCE = 64 << 10


class LineSource:
    """One channel of a member: whole lines with its name, to the container's own channel."""

    largest = 0  # bytes of the largest read in this turn of the loop, of any member
    closed = False
    fd: int

    def lead(self, port: Any, target: Any) -> None:
        """`target` is the container's channel, `port` the way there."""
        self.port, self.target = port, target
        self.lines = prefix.LinePrefixer(port.prefix)

    def readable(self) -> bool:
        return not self.closed and not self.target.is_full()

    def drain(self) -> None:
        """The member has ended: all that is left, and the last line, when the program did not end it."""
        for _ in range(64):  # a full pipe is read to its end, a leaked writer cannot hold us
            if self.closed or not (data := _read(self.fd)):
                break
            self._log(data)
        self.port.emit(self.target, self.lines.finish())

    def _log(self, data: bytes) -> None:
        if data:
            LineSource.largest = max(LineSource.largest, len(data))
            self.port.emit(self.target, self.lines.feed(data))


class LineDispatcher(LineSource, dispatchers.POutputDispatcher):
    """supervisord's own, of a pipe."""

    def _init_normallog(self) -> None:
        port = self.process.port
        self.lead(port, port.stderr if self.channel == "stderr" else port.stdout)


class Fifo(LineSource):
    """What the programs of a root write to /dev/stdout or /dev/stderr by name."""

    def __init__(self, port: Any, target: Any, path: str) -> None:
        # Read-write: never at its end, never without a reader.
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        self.lead(port, target)

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        self._log(_read(self.fd))


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, _AT_ONCE)
    except BlockingIOError:
        return b""
