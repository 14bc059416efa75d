"""The output of members on its way to the container's log, without ever blocking supervision.

A Sink writes to the container's stdout or stderr as fast as its reader takes it. While the reader is slow, members
are no longer read and so wait in their own write, as they would for `docker logs`; when it stands still, their
lines are dropped and counted, and the log says so once it moves again. A Ring keeps the last lines of each member
for bundle-logs, whatever becomes of the rest.
"""

import os
import time
from collections import deque

from prefix import LineBuffer, with_prefix

BUFFER_BYTES = 1024 * 1024
RING_BYTES = 256 * 1024
PATIENCE_SECONDS = 3.0
#: While the bundle ends, members must be able to write their last words and go.
PATIENCE_AT_END_SECONDS = 0.2
CHUNKS_AT_ONCE = 64


class Sink:
    """One stream of the container. Looks like a dispatcher to the loop: readable, writable, handle_write_event."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.patience = PATIENCE_SECONDS
        self._chunks: deque[memoryview] = deque()
        self._pending = 0
        self._is_broken = False
        self._moved_at = 0.0
        self._dropped: dict[str, int] = {}
        os.set_blocking(fd, False)

    def write(self, data: bytes) -> None:
        """Takes whole lines; never blocks, never refuses."""
        if self._is_broken or not data:
            return
        if not self._chunks:
            self._moved_at = time.monotonic()
        self._chunks.append(memoryview(data))
        self._pending += len(data)
        self.handle_write_event()

    def takes_more(self) -> bool:
        """Whether members shall be read: there is room, or nobody can be waited for any longer."""
        return self._pending < BUFFER_BYTES or self.is_stalled()

    def is_stalled(self) -> bool:
        """The buffer is full and its reader has taken nothing for too long."""
        return self._pending >= BUFFER_BYTES and time.monotonic() - self._moved_at >= self.patience

    def patience_ends(self) -> float | None:
        """When a full buffer becomes a stalled one, on the monotonic clock."""
        return self._moved_at + self.patience if self._pending >= BUFFER_BYTES else None

    def drop(self, service: str, lines: bytes) -> None:
        """Counts lines that nobody takes."""
        self._dropped[service] = self._dropped.get(service, 0) + lines.count(b"\n")

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return bool(self._chunks)

    def handle_write_event(self) -> None:
        try:
            self._write_some()
        except BlockingIOError:
            return
        except OSError:  # the reader has gone for good; supervision goes on
            self._is_broken = True
            self._chunks.clear()
            self._pending = 0

    def flush(self, seconds: float) -> None:
        """Before the end: what is left, for at most this long."""
        until = time.monotonic() + seconds
        while self._chunks and time.monotonic() < until:
            self.handle_write_event()
            if self._chunks:
                time.sleep(0.005)

    def _write_some(self) -> None:
        while self._chunks:
            batch = [self._chunks[at] for at in range(min(CHUNKS_AT_ONCE, len(self._chunks)))]
            sent = os.writev(self.fd, batch)
            self._pending -= sent
            self._moved_at = time.monotonic()
            while sent:
                first = self._chunks.popleft()
                if sent < len(first):
                    self._chunks.appendleft(first[sent:])
                    break
                sent -= len(first)
        if self._dropped:
            self._say_dropped()

    def _say_dropped(self) -> None:
        dropped, self._dropped = self._dropped, {}
        for service, count in sorted(dropped.items()):
            text = f"bundle-shared | {service}: {count} lines dropped, the reader of the container's log stood still\n"
            self.write(text.encode())


class Ring:
    """The last lines of a member in two files, `log.1` before `log`, together at most RING_BYTES."""

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, "log")
        self._size = 0
        self._fd = -1

    def write(self, lines: bytes) -> None:
        """A full or read-only disk costs the ring, not the member."""
        try:
            self._append(lines[-RING_BYTES // 2 :])
        except OSError:
            self._close()

    def _append(self, lines: bytes) -> None:
        if self._size + len(lines) > RING_BYTES // 2 and self._fd >= 0:
            self._close()
            os.replace(self.path, f"{self.path}.1")
        if self._fd < 0:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            self._size = 0
        self._size += os.write(self._fd, lines)

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class MemberLog:
    """One channel of one member: lines, then the ring, then the prefix and the sink."""

    def __init__(self, service: str, prefix: bytes, sink: Sink, ring: Ring) -> None:
        self.sink = sink
        self._service = service
        self._prefix = prefix
        self._ring = ring
        self._buffer = LineBuffer()

    def feed(self, data: bytes) -> None:
        """What the member wrote; nothing at its end."""
        lines = self._buffer.feed(data) if data else self._buffer.finish()
        if not lines:
            return
        self._ring.write(lines)
        if self.sink.is_stalled():
            self.sink.drop(self._service, lines)
        else:
            self.sink.write(with_prefix(lines, self._prefix))
