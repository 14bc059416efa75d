"""Signals to members that arrive: at the member's PID 1, when it can take them."""

import os
import signal

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
# Python ignores them; what it starts shall not.
IGNORED_BY_PYTHON = frozenset((signal.SIGPIPE, signal.SIGXFSZ))


def parse_signal(name: str | int) -> int:
    """A signal by number or name, with or without SIG, real-time ones too (`SIGRTMIN+3`, `RTMAX-1`)."""
    word = str(name).upper().removeprefix("SIG")
    if word.isdigit():
        return int(word)
    for base, sign in (("RTMIN", 1), ("RTMAX", -1)):
        if word.startswith(base):
            offset = word[len(base) :].lstrip("+-") or "0"
            return int(getattr(signal, f"SIG{base}")) + sign * int(offset)
    return int(getattr(signal, f"SIG{word}"))


def catches(pid: int, number: int) -> bool:
    """Whether the process has a handler for the signal (SigCgt): the only sign that it will not be lost. PID 1 of
    a namespace loses what it does not handle, and crun unblocks all before it becomes the program. Never where the
    kernel does not tell (gVisor), nor for signal 0, which only asks whether there is somebody."""
    if number < 1:
        return False
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            mask = next((line.split()[1] for line in file if line.startswith("SigCgt")), "0")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return bool(int(mask, 16) >> (number - 1) & 1)


def send(pid: int, number: int) -> None:
    """kill(2), where being late is no error."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def kill_root(root: str) -> int:
    """KILL for every process that lives in `root`: what the end of a PID namespace does on other rungs."""
    count = 0
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and int(entry) > 1 and os.readlink(f"/proc/{entry}/root") == root:
                send(int(entry), signal.SIGKILL)
                count += 1
        except OSError:
            continue
    return count
