"""Where members' output goes: the container's streams, with names, and the memory of last lines."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import prefix
from members import Member
from output import Output


@dataclass
class Port:
    """A member's way out."""

    prefix: bytes
    stdout: Output
    stderr: Output
    emit: Callable[[Output, bytes], None]


class Ports:
    """All ways out of the container."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.stdout, self.stderr = Output(1), Output(2)
        # Descriptors that may have to be written when their reader is ready.
        self.outputs = {1: self.stdout, 2: self.stderr}

    def say(self, text: str) -> None:
        """A line of init's own."""
        self.stderr.write(f"bundle-shared: {text}\n".encode("utf-8", "surrogateescape"))

    def connect(self, member: Member, supervisor: Any) -> None:
        """Gives the member's process its way out."""

        def emit(target: Output, data: bytes) -> None:
            if data:
                target.write(data)
                member.ring.append(data)

        name = b"" if member.launch.get("logs") == "raw" else prefix.name_prefix(member.name, self.names)
        member.process.port = Port(name, self.stdout, self.stderr, emit)

    def open_fifos(self, member: Member, paths: dict[str, str], supervisor: Any) -> None:
        """Reads what a chrooted program writes to /dev/stdout and /dev/stderr by name."""
        for channel, path in paths.items():
            # Read-write: never at its end, never without a reader.
            fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
            supervisor.readers[fd] = self._fifo_reader(member, getattr(self, channel), fd)

    @staticmethod
    def _fifo_reader(member: Member, target: Output, fd: int) -> Callable[[], None]:
        lines = prefix.LinePrefixer(member.process.port.prefix)

        def read() -> None:
            try:
                member.process.port.emit(target, lines.feed(os.read(fd, 65536)))
            except BlockingIOError:
                pass

        return read

    def flush(self, seconds: float) -> None:
        """Last words: waits a little for a slow reader."""
        import select
        import time

        end = time.monotonic() + seconds
        while backlog := [fd for fd, output in self.outputs.items() if output.has_backlog()]:
            left = end - time.monotonic()
            if left <= 0 or not select.select([], backlog, [], left)[1]:
                return
            for fd in backlog:
                self.outputs[fd].flush()
