"""supervisord's programs as members of a bundle: prepared beside the loop, born without a fork where that is possible,
their output in whole lines."""

import os
import signal
import sys
import time
from typing import Any

from supervisor import dispatchers, options, process
from supervisor.states import ProcessStates

import births
import launch
import output
from lines import LineDispatcher, LineSource
from preparation import Preparation

LAUNCHER = "/usr/lib/bundle-shared/bin/bundle-launch"


class MemberProcess(process.Subprocess):
    """A program whose restarts are the conductor's, and whose launcher needs no second interpreter."""

    port: Any  # set by the conductor
    wait_status = 0
    kill_at: float | None = None  # the end of its grace, by a clock that nobody sets
    held = False
    _preparation: Preparation | None = None
    _launch: launch.Launch | None = None

    @property
    def is_preparing(self) -> bool:
        """In STARTING, and there is no process yet."""
        return self._preparation is not None and self.state == ProcessStates.STARTING

    def transition(self) -> None:
        # EXITED and STOPPED → STARTING belong to the conductor (throttle, gates).
        if self.is_preparing:
            self._be_born()
        elif self.state == ProcessStates.STOPPING:
            if self.kill_at is not None and time.monotonic() >= self.kill_at:
                self.kill(signal.SIGKILL)
        elif self.state in (ProcessStates.STARTING, ProcessStates.BACKOFF) and not self.held:
            super().transition()

    def hold(self) -> None:
        """Until the conductor starts it again it is in BACKOFF: an operator sees that, and can stop it."""
        self.change_state(ProcessStates.BACKOFF)
        self.backoff, self.held = 0, True

    def spawn(self) -> int | None:
        """Begins to prepare the process, which comes later; a program that an operator put here comes at once."""
        if self.pid:  # it is being stopped
            return super().spawn()  # which says so
        self.kill_at, self.held, self._launch = None, False, None
        service = self._service()
        if service is None:
            return self._spawn_now()
        # One that was given up goes on with what it waits for: two at a time would write the same files.
        if self._preparation is None or not self._preparation.begin_again():
            self._preparation = Preparation(service, os.environ, self.config.options.wake)
        self.spawnerr, self.laststart = None, time.time()
        self.change_state(ProcessStates.STARTING)
        return None

    def kill(self, sig: int) -> str | None:
        """A member that is not born yet is given up."""
        if not self.is_preparing:
            return super().kill(sig)
        self.wait_status = sig
        self.change_state(ProcessStates.STOPPED)
        return None

    def _service(self) -> str | None:
        """The member that the command launches; None for any other command."""
        try:
            _, argv = self.get_execv_args()
        except options.ProcessException:
            return None
        return argv[1] if argv[0] == LAUNCHER and len(argv) == 2 else None

    def _spawn_now(self) -> int | None:
        super().spawn()
        if not self.pid:  # supervisord has closed the pipes, and would go on to poll them
            self.dispatchers, self.pipes, self.wait_status = {}, {}, 127 << 8
        return self.pid or None

    def _be_born(self) -> None:
        if self._preparation is None or self._preparation.launch is None:
            return
        self._launch, self._preparation = self._preparation.launch, None
        self.state = ProcessStates.STOPPED  # where supervisord's spawn begins; STARTING was said already
        self.config.options.give_birth = self._give_birth
        try:
            if not self._spawn_now():
                self._miscarry()
        finally:
            self.config.options.give_birth = None

    def _miscarry(self) -> None:
        """No process could be made, not even one that says why: an end, after which the member's policy has the word.
        supervisord's own would be to give up."""
        notes, code = launch.say(self._launch.service, launch.LaunchError(self.spawnerr, 1))
        self.port.emit(self.port.stderr, self.port.prefix + notes.encode())
        self.wait_status = code << 8
        self.change_state(ProcessStates.EXITED)

    def _give_birth(self) -> int:
        try:
            return self._start(self._launch)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this member's, not the bundle's
            self._launch = launch.failure(self._launch.service, error)
            return self._start(self._launch)

    def _start(self, made: launch.Launch) -> int:
        _, out, error = channels = self._channels()
        made.take_streams(out, error)
        if made.enter:
            self.port.open()
            return self.config.options.copy()
        return births.spawn(made.program, made.args, channels, has_own_session=False)

    def _channels(self) -> tuple[int | None, int, int]:
        """What becomes stdin (None: nothing to read), stdout and stderr of the launch at hand."""
        out, error = self.pipes["child_stdout"], self.pipes["child_stderr"]
        return (
            self.pipes["child_stdin"] if self._launch.takes_input else None,
            out,
            out if error is None else error,
        )

    def finish(self, pid: int, sts: int) -> None:
        self.wait_status = sts
        for source in [*self.dispatchers.values(), *self.port.fifos]:
            if isinstance(source, LineSource):
                source.drain()
        super().finish(pid, sts)

    def _spawn_as_child(self, filename: str, argv: list[str]) -> None:
        if self._launch is None:
            super()._spawn_as_child(filename, argv)
            return
        try:
            os.setpgid(0, 0)
            for place, fd in enumerate(self._channels()):
                os.dup2(os.open(os.devnull, os.O_RDONLY) if fd is None else fd, place)
            births.close_others()
            sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            launch.become(self._launch)
        finally:
            os._exit(127)


class MemberConfig(options.ProcessConfig):
    """[program:x] as supervisord read it; only what it makes differs."""

    def make_process(self, group: Any = None) -> MemberProcess:
        made = MemberProcess(self)
        made.group = group
        return made

    def make_dispatchers(self, proc: Any) -> tuple[dict[int, Any], dict[str, int]]:
        made, pipes = super().make_dispatchers(proc)
        output.widen(pipes["stdout"])
        for fd, old in list(made.items()):
            if isinstance(old, dispatchers.POutputDispatcher):
                made[fd] = LineDispatcher(proc, old.event_type, fd)
        return made, pipes
