"""Runs health checks inside members: as its user, with its environment, in its namespaces."""

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

import births
import environment
import layout
import sealed
import signals

_OUTPUT_LIMIT = 4096
_LAUNCHER = "/usr/lib/bundle-shared/bin/bundle-exec"


class Check:
    """One running check. `done(check, code, output)` is called once; code -1 is a timeout."""

    def __init__(
        self, member: Any, supervisor: Any, done: Callable[["Check", int, bytes], None], deadline: float
    ) -> None:
        self.deadline = deadline
        self._done, self._supervisor, self._output = done, supervisor, b""
        command = _command(member)
        program = sealed.program() if command[0] == layout.CRUN else command[0]
        self._reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(writer, True)
        try:
            # An own session: everything that the check starts is in one group that can be killed.
            self.pid = births.spawn(program, command, (None, writer, writer), has_own_session=True)
        except OSError:
            os.close(self._reader)
            raise
        finally:
            os.close(writer)
        supervisor.readers[self._reader] = self._read
        supervisor.adopted[self.pid] = self._ended

    def kill(self) -> None:
        """KILL for the check and what it started."""
        for pid in [*descendants(self.pid), self.pid]:
            signals.send(pid, signal.SIGKILL)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def expire(self) -> None:
        """The timeout has passed: Docker's words in place of a result."""
        self.kill()
        self._output = b"Health check exceeded timeout"
        self._finish(-1)

    def _read(self) -> None:
        try:
            data = os.read(self._reader, 65536)
        except BlockingIOError:
            return
        if not data:
            self._supervisor.readers.pop(self._reader, None)
        self._output = (self._output + data)[:_OUTPUT_LIMIT]

    def _ended(self, status: int) -> None:
        if self._reader in self._supervisor.readers:
            self._read()
        self._finish(os.waitstatus_to_exitcode(status))

    def _finish(self, code: int) -> None:
        if self._reader < 0:
            return
        self._supervisor.readers.pop(self._reader, None)
        os.close(self._reader)
        self._reader = -1
        self._done(self, code if code >= -1 else 128 - code, self._output)


def descendants(pid: int) -> list[int]:
    """All processes below `pid`, parents first, however deep."""
    found: dict[int, None] = {}
    pending = [pid]
    while pending:
        below = [child for child in _children(pending.pop()) if child not in found]
        found.update(dict.fromkeys(below))
        pending += below
    return list(found)


def _children(pid: int) -> list[int]:
    """Each thread has a list of those that it has forked. What has ended meanwhile has none."""
    words: list[str] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    for thread in threads:
        try:
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                words += file.read().split()
        except OSError:
            continue
    return [int(word) for word in words]


def check_arguments(spec: Mapping[str, Any]) -> list[str]:
    """argv of a check: CMD as it stands, CMD-SHELL through the image's shell."""
    kind, *words = environment.texts(spec["test"], os.environ)
    return words if kind == "CMD" else [*(spec.get("shell") or ["/bin/sh", "-c"]), *words]


def _command(member: Any) -> list[str]:
    words = check_arguments(member.launch["healthcheck"])
    if member.rung == "chroot":
        return [_LAUNCHER, "-T", member.name, *words]
    # crun's exec starts at / unless told otherwise.
    cwd = environment.text(member.launch.get("cwd") or "/", os.environ)
    return layout.crun("exec", "--cwd", cwd, member.name, *words)
