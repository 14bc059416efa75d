"""Processes as PID 1 of the container sees them, members' included: who belongs to whom, and an end to all of them."""

import contextlib
import os
import signal
from collections.abc import Iterable, Iterator


def kill_trees(roots: Iterable[int]) -> None:
    """KILL for each process, its descendants and whoever shares a session with one of them; forks in between too."""
    killed: set[int] = set()
    for _ in range(5):
        family = trees(roots) - killed
        if not family:
            return
        for pid in family:
            kill(pid, signal.SIGKILL)
        killed |= family


def trees(roots: Iterable[int]) -> set[int]:
    """The roots, their descendants and all processes of their sessions."""
    parents: dict[int, int] = {}
    sessions: dict[int, int] = {}
    for pid, parent, session in _processes():
        parents[pid] = parent
        sessions[pid] = session
    family = {pid for pid in roots if pid in parents}
    ours = {1, sessions.get(os.getpid(), 0)}
    while True:
        led = {sessions[pid] for pid in family} - ours
        grown = family | {
            pid for pid in parents if pid not in family and (parents[pid] in family or sessions[pid] in led)
        }
        if grown == family:
            return family - {1, os.getpid()}
        family = grown


def children(pid: int) -> list[int]:
    """Direct children of a process."""
    return [child for child, parent, _ in _processes() if parent == pid]


def rooted_in(folder: str) -> list[int]:
    """Processes whose root is this folder: what a member on rung chroot may leave behind."""
    found = []
    for pid, _, _ in _processes():
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/root") == folder:
                found.append(pid)
    return found


def kill(pid: int, number: int) -> None:
    """A signal to a process that may have gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _processes() -> Iterator[tuple[int, int, int]]:
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{entry}/stat", "rb") as file:
            # The name in parentheses may hold anything; what follows the last one does not.
            fields = file.read().rpartition(b")")[2].split()
            yield int(entry), int(fields[1]), int(fields[3])
