"""supervisord's own classes, with what PID 1 of a bundle needs: an event loop that signals wake at once,
raw wait statuses, launches in the forked child, output that keeps lines whole."""

import gc
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any

from supervisor import loggers, options, supervisord
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.states import SupervisorStates
from supervisor.xmlrpc import Faults, RPCError

from chatter import ChatterHandler
from lines import Fifo, LineSource
from processes import MemberConfig
from signals import IGNORED_BY_PYTHON, STOP_SIGNALS

_LULL, _TRICKLE, _FAST = 0.003, 16 << 10, 0.1
_FIXED = "a running bundle keeps its members: supervisorctl reload starts all anew, with what changed"


class BundleOptions(options.ServerOptions):
    """supervisord's options: signals reach a fork's child as they should, its chatter is filtered."""

    kill_member: Callable[[int, int], None] | None = None
    fault: Exception | None = None
    # Makes the process that supervisord wants to fork.
    give_birth: Callable[[], int] | None = None
    # Ends the loop's wait, from whatever thread.
    wake: Callable[[], None] = staticmethod(lambda: None)
    write_log: Callable[[str], None] = staticmethod(lambda text: None)

    def processes_from_section(self, *args: Any, **kwargs: Any) -> list[Any]:
        configs = super().processes_from_section(*args, **kwargs)
        for config in configs:
            config.__class__ = MemberConfig
            # Nothing is logged to files: no AUTO files in /tmp, no descriptors.
            config.stdout_logfile = config.stderr_logfile = None
        return configs

    def fork(self) -> int:
        """A new process: a member's, or what an operator put in the place of its launcher."""
        return self.give_birth() if self.give_birth else self.copy()

    def copy(self) -> int:
        """fork(2). A signal between it and exec must neither be lost nor wake the parent's loop from the child."""
        watched = {*STOP_SIGNALS, signal.SIGCHLD}
        old = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        try:
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for number in watched | IGNORED_BY_PYTHON:
                    signal.signal(number, signal.SIG_DFL)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)
        return pid

    def kill(self, pid: int, sig: int) -> None:
        try:
            if self.kill_member:
                self.kill_member(pid, sig)
        except Exception as error:  # noqa: BLE001 - supervisord's caller would swallow it: the loop raises it
            self.fault = error

    def make_logger(self) -> None:
        self.logger = loggers.getLogger(self.loglevel)
        self.logger.addHandler(ChatterHandler(self.write_log, self.loglevel))
        for message in self.parse_criticals + self.parse_warnings:
            self.logger.warn(message)

    def reopenlogs(self) -> None:
        """Nothing to reopen."""


class BundleSupervisor(supervisord.Supervisor):
    """supervisord with our loop. `conductor` decides; `readers` are descriptors of our own, `fifos` bring lines."""

    def __init__(self, parsed: BundleOptions, conductor: Any) -> None:
        super().__init__(parsed)
        self.conductor = conductor
        self.readers: dict[int, Callable[[], None]] = {}
        self.adopted: dict[int, Callable[[int], None]] = {}
        self.fifos: dict[int, Fifo] = {}
        self._has_begun = False
        self._poll = select.poll()
        self._polled: dict[int, int] = {}
        self._waker, self._trickles, self._fast_until = -1, False, 0.0
        # By a signal: who sent it sends KILL when the container's grace is over.
        self.is_told_to_stop = False

    def runforever(self) -> None:
        """Until the conductor says that everything is over."""
        waker, alarm = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(alarm, warn_on_full_buffer=False)
        self.readers[waker] = lambda: _drain(waker)
        self._waker = waker
        ready = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.readers[ready] = lambda: os.eventfd_read(ready)
        self.options.wake = lambda: os.eventfd_write(ready, 1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # blocked since bundle-init
        self.conductor.begin(self)
        self._has_begun = True
        gc.freeze()  # a fork's child copies no page only to look for garbage in it
        due, has_news = 0.0, True
        self.take_signals()  # a stop that came before: nothing is started any more
        while True:
            # Log lines and orphans come by the thousand: they alone are no reason to look at every member.
            if has_news or time.monotonic() >= due:
                for group in self.process_groups.values():
                    group.transition()
                if self.conductor.step():
                    return
                if self.options.fault:
                    raise self.options.fault
                due = time.monotonic() + self.conductor.timeout(self._impatience())
            has_news = self._wait(due - time.monotonic())
            has_news = self._reap_all() or has_news
            has_news = self.take_signals() or has_news

    def add_process_group(self, config: Any) -> bool:
        """At the start only: what comes later has no place in the order of members."""
        if self._has_begun and config.name not in self.process_groups:
            raise RPCError(Faults.FAILED, _FIXED)
        return super().add_process_group(config)

    def remove_process_group(self, name: str) -> bool:
        raise RPCError(Faults.FAILED, _FIXED)

    def diff_to_active(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Any difference is an error: `supervisorctl update` would stop a member before it is refused the rest."""
        if any(found := super().diff_to_active()):
            raise RPCError(Faults.CANT_REREAD, _FIXED)
        return found

    def reap(self, once: bool = False, recursionguard: int = 0) -> None:
        """Nothing. supervisord reaps while it answers a client, and would lose the ends of `adopted`; our loop reaps
        right after that."""

    def _impatience(self) -> float:
        """Open RPC calls are answered by polling (supervisord's deferred replies); otherwise nothing ticks."""
        waiting = [item for item in asyncore.socket_map.values() if not getattr(item, "accepting", False)]
        return 0.05 if waiting else 3600.0

    def _lull(self) -> None:
        """After a trickle of lines: a moment in which they gather, cut short by any signal."""
        if self._trickles:
            select.select([self._waker], [], [], _LULL)

    def _wait(self, timeout: float) -> bool:  # noqa: C901 - one poll: what to ask, then who answered
        self._lull()
        self._trickles, LineSource.largest = False, 0
        outputs = self.conductor.ports.outputs
        foreign = {**asyncore.socket_map, **self.get_process_map(), **self.fifos}
        wanted = dict.fromkeys(self.readers, select.POLLIN)
        for fd, item in foreign.items():
            mask = (select.POLLIN if item.readable() else 0) | (select.POLLOUT if item.writable() else 0)
            if mask:
                wanted[fd] = mask
        for fd, output in outputs.items():
            if output.has_backlog():
                wanted[fd] = wanted.get(fd, 0) | select.POLLOUT
        for fd in self._polled.keys() - wanted.keys():
            self._poll.unregister(fd)
        for fd, mask in wanted.items():
            if self._polled.get(fd) != mask:
                self._poll.register(fd, mask)
        self._polled, has_news = wanted, False
        for fd, events in self._poll.poll(max(timeout, 0) * 1000):
            if fd in self.readers:
                self.readers[fd]()
                has_news = has_news or fd != self._waker
                continue
            if fd in outputs and events & (select.POLLOUT | select.POLLERR):
                outputs[fd].flush()
            if fd in foreign:
                _answer(foreign[fd], wanted[fd], events)
            has_news = has_news or not isinstance(foreign.get(fd), LineSource)
        if LineSource.largest >= _TRICKLE:
            self._fast_until = time.monotonic() + _FAST
        self._trickles = not has_news and LineSource.largest > 0 and time.monotonic() > self._fast_until
        return has_news

    def _reap_all(self) -> bool:
        """Reaps all that have ended, orphans too; True when one of them was ours."""
        found = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if not pid:
                return found
            if pid in self.options.pidhistory:
                self.options.pidhistory.pop(pid).finish(pid, status)
                found = True
            elif pid in self.adopted:
                self.adopted.pop(pid)(status)
                found = True

    def take_signals(self) -> bool:
        """True when one of them is news: a stop, or the first after an operator's, which had all the time."""
        before = self.options.mood, self.is_told_to_stop
        while number := self.options.get_signal():
            if number in STOP_SIGNALS:
                self.is_told_to_stop = True
                self.options.mood = min(self.options.mood, SupervisorStates.SHUTDOWN)
        return (self.options.mood, self.is_told_to_stop) != before

    def last_seconds(self) -> float:
        """For last words: less than the reserve of a stop, else what a slow reader may need."""
        self.take_signals()
        return 0.5 if self.is_told_to_stop else 10.0


def _answer(item: Any, wanted: int, events: int) -> None:
    """Broken is told to who reads, or to who only writes: each has no other handler than what it asked for."""
    broken = select.POLLHUP | select.POLLERR
    if wanted & select.POLLIN and events & (select.POLLIN | broken):
        _handle(item, "handle_read_event")
        broken = 0
    if wanted & select.POLLOUT and events & (select.POLLOUT | broken):
        _handle(item, "handle_write_event")


def _handle(item: Any, event: str) -> None:
    if isinstance(item, LineSource):
        getattr(item, event)()  # our own: an error here ends the bundle
        return
    try:
        getattr(item, event)()
    except asyncore.ExitNow:
        raise
    except Exception:  # noqa: BLE001 - a broken RPC connection is closed by its own handler
        item.handle_error()


def _drain(fd: int) -> None:
    try:
        while os.read(fd, 4096):
            pass
    except BlockingIOError:
        pass
