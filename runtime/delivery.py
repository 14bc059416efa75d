"""Signals to a member: to its own PID 1, when that can take them."""

import time

from supervisor.states import ProcessStates

import checks
import layout
import members as m
import signals
from members import Member

_KILL_AGAIN = 1.0
_SETTLES = 0.05  # a program needs a moment until it blocks or handles signals


def stop_signal(member: Member) -> int:
    """launch.json knows signals that supervisord.conf cannot name; an operator's edit there counts."""
    number = signals.parse_signal(member.launch["stop"]["signal"])
    return number if number > 31 else int(member.process.config.stopsignal)


def end_member(member: Member) -> None:
    """KILL that reaches everything in the member, whether or not its crun lives."""
    member.pending_signal, pid = None, member.main_pid()
    if pid:
        # Elsewhere it is PID 1 of a namespace, which takes all others along.
        below = checks.descendants(pid) if member.rung == "chroot" else []
        for one in [pid, *below]:
            signals.send(one, 9)
    if member.rung == "chroot":
        end_strangers(member)


def kill(member: Member) -> None:
    """KILL for a member and its crun; what stands for that on rung chroot ends by itself, when all is over."""
    member.process.kill_at = time.monotonic() + _KILL_AGAIN
    end_member(member)
    if member.rung != "chroot" or not member.main_pid():
        for pid in [*checks.descendants(member.process.pid), member.process.pid]:
            signals.send(pid, 9)


def end_strangers(member: Member) -> None:
    """KILL for what is in the member's root and not below its program: what came by bundle-exec."""
    signals.kill_root(layout.load_config(member.name)["root"]["path"])


def ask(member: Member, number: int, grace: float) -> None:
    """A signal that the program may answer as it likes. The first of a stop begins its grace."""
    process = member.process
    if process.state == ProcessStates.STOPPING and process.kill_at is None:
        process.kill_at = time.monotonic() + grace
        number = stop_signal(member)
    elif process.kill_at is not None and member.pending_signal is not None:
        # An operator's, while the stop waits to be taken: beside it.
        if member.phase != m.STARTING and (pid := member.main_pid()):
            signals.send(pid, number)
        return
    member.pending_signal, member.was_signalled = number, False
    deliver(member)


def deliver(member: Member) -> None:
    """Sends what is pending, as soon as it will not be lost."""
    pid, number = member.main_pid(), member.pending_signal
    if number is None or not member.process.pid:
        member.pending_signal = None
    elif pid and member.phase != m.STARTING:
        is_caught = signals.catches(pid, number)
        if is_caught or (not member.was_signalled and time.monotonic() > member.running_at + _SETTLES):
            signals.send(pid, number)
            # A stop without a handler may be lost (or be waited for, by tini): it is sent at once, and again
            # when the program has one. Other signals are lost as they are in a container.
            is_stop = member.rung != "chroot" and member.process.kill_at is not None
            may_be_lost = is_stop and not is_caught
            member.was_signalled = may_be_lost
            member.pending_signal = number if may_be_lost else None
