"""New processes without a copy of init. A fork copies its page tables, and then, one by one, the pages that either side
writes to, which costs more than all that a member's start has to do where memory is slow (virtual machines)."""

import os
import signal

import layout
from signals import IGNORED_BY_PYTHON, STOP_SIGNALS


def spawn(program: str, args: list[str], channels: tuple[int | None, int, int], has_own_session: bool) -> int:
    """posix_spawn(3), which tells of an error as exec does: the pid of `program`, in a session or only in a process
    group of its own. `channels` become its descriptors 0 to 2 (None: /dev/null), init's others are closed. It has
    signals as if init handled none."""
    first, *outputs = channels
    null = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    actions = [null if first is None else (os.POSIX_SPAWN_DUP2, first, 0)]
    actions += [(os.POSIX_SPAWN_DUP2, fd, place) for place, fd in enumerate(outputs, 1)]
    place = {"setsid": True} if has_own_session else {"setpgroup": 0}
    return os.posix_spawn(
        program, args, layout.CRUN_ENVIRONMENT, file_actions=actions, setsigmask=[],
        setsigdef=[*STOP_SIGNALS, signal.SIGCHLD, *IGNORED_BY_PYTHON], **place,
    )  # fmt: skip


def close_others() -> None:
    """Every descriptor of this process but 0 to 2."""
    for name in os.listdir("/proc/self/fd"):
        if (fd := int(name)) > 2:
            os.closerange(fd, fd + 1)  # where close(2) would mind that the listing's own is closed already


def run(program: str, args: list[str]) -> None:
    """Spawns and waits, whoever reaps: until nobody holds its output, which nobody reads."""
    reader, writer = os.pipe2(os.O_CLOEXEC)
    with os.fdopen(reader, "rb") as output:
        try:
            spawn(program, args, (None, writer, writer), has_own_session=False)
        finally:
            os.close(writer)
        while output.read(4096):
            pass
