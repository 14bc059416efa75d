"""The container's stdout and stderr, written without ever blocking init, and each member's last lines."""

import errno
import fcntl
import math
import os
import time
from collections import deque

# Above the soft limit members' pipes are not read: they block as they would in their own container.
SOFT_LIMIT = 1 << 20
# What a dying member leaves is read in any case; beyond this it is dropped, and said.
HARD_LIMIT = 8 << 20
_PIPE_BYTES = 256 << 10
KEPT_PER_MEMBER = 256 << 10


def widen(fd: int) -> None:
    """Lets a pipe take more at once than the usual 64 KB: writer and reader have to wait for each other less often."""
    try:
        if fcntl.fcntl(fd, fcntl.F_GETPIPE_SZ) < _PIPE_BYTES:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:  # no pipe, or the kernel's limit per user: it keeps its size
        pass


class Output:
    """One of the container's streams. init's own poll loop flushes it when the reader is slow."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._dropped = 0
        os.set_blocking(fd, False)
        widen(fd)

    def is_full(self) -> bool:
        """Whether sources of lines shall wait."""
        return self._queued > SOFT_LIMIT

    def has_backlog(self) -> bool:
        """Whether the descriptor has to be polled for writing."""
        return bool(self._queue)

    def write(self, data: bytes) -> None:
        """Takes whole lines."""
        if not data:
            return
        if self._queued > HARD_LIMIT:
            self._dropped += len(data)
            return
        if self._dropped and not self._queue:
            note = f"bundle-shared: {self._dropped} bytes of log were dropped: nobody read them\n"
            self._dropped = 0
            self._append(note.encode())
        self._append(data)
        if len(self._queue) == 1:
            self.flush()

    def flush(self) -> None:
        """Writes as much as the reader takes now."""
        while self._queue:
            head = self._queue.popleft()
            try:
                count = os.write(self.fd, head)
            except BlockingIOError:
                count = 0
            except OSError as error:
                if error.errno not in (errno.EPIPE, errno.EIO, errno.ENXIO):
                    raise
                count = len(head)  # the reader is gone for good: go on without it
            self._queued -= count
            if count < len(head):
                self._queue.appendleft(head[count:])
                return

    def _append(self, data: bytes) -> None:
        self._queue.append(data)
        self._queued += len(data)


class Ring:
    """The last lines of a member, for bundle-logs."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[float, bytes]] = deque()  # with the time at which each came
        self._size = 0
        self.total = 0

    def append(self, data: bytes) -> None:
        """Keeps `data`, forgets the oldest."""
        self.total += len(data)
        data = data[-KEPT_PER_MEMBER:]
        self._chunks.append((time.monotonic(), data))
        self._size += len(data)
        while self._size - len(self._chunks[0][1]) >= KEPT_PER_MEMBER:
            self._size -= len(self._chunks.popleft()[1])

    def lost(self, since: int) -> int:
        """How many bytes after byte `since` are not known any more."""
        return max(self.total - self._size - since, 0)

    def read(self, since: int = 0, seconds: float = math.inf) -> bytes:
        """Everything kept that came after byte `since` of all output, in the last `seconds`."""
        first = time.monotonic() - seconds
        data = b"".join(chunk for at, chunk in self._chunks if at >= first)
        wanted = self.total - (since if since <= self.total else 0)  # else it is of an earlier init
        return data[-wanted:] if 0 < wanted < len(data) else (data if wanted > 0 else b"")
