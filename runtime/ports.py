"""Where members' output goes: the container's streams, with names, and the memory of last lines."""

import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import prefix
import standin
from lines import Fifo
from members import Member
from output import Output


_GLANCE = 0.1


@dataclass
class Port:
    """A member's way out."""

    prefix: bytes
    stdout: Output
    stderr: Output
    emit: Callable[[Output, bytes], None]
    # Before a birth; OSError is the end of that.
    open: Callable[[], None] = lambda: None
    fifos: list[Fifo] = field(default_factory=list)


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

    def connect(self, member: Member) -> None:
        """Gives the member's process its way out."""

        def emit(target: Output, data: bytes) -> None:
            if data:
                target.write(data)
                member.ring.append(data)

        name = b"" if member.launch.get("logs") == "raw" else prefix.name_prefix(member.name, self.names)
        member.process.port = Port(name, self.stdout, self.stderr, emit)

    def connect_names(self, member: Member, root: str, supervisor: Any) -> None:
        """Also reads what a chrooted program writes to /dev/stdout and /dev/stderr by name, from its first birth on."""
        port = member.process.port

        def open_fifos() -> None:
            if port.fifos:
                return
            opened: list[Fifo] = []
            try:
                for channel, path in standin.make_fifos(root).items():
                    opened.append(Fifo(port, getattr(port, channel), path))
            except OSError:
                for one in opened:
                    os.close(one.fd)
                raise
            port.fifos = opened
            supervisor.fifos.update({one.fd: one for one in opened})

        port.open = open_fifos

    def flush(self, patience: Callable[[], float]) -> None:
        """Last words: waits for a slow reader, as many seconds as `patience` says by then."""
        began = time.monotonic()
        while backlog := [fd for fd, output in self.outputs.items() if output.has_backlog()]:
            left = began + patience() - time.monotonic()
            if left <= 0:
                return
            for fd in select.select([], backlog, [], min(left, _GLANCE))[1]:
                self.outputs[fd].flush()
