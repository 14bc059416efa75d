"""Decides when members start, start again, are asked for their health, stop, and when and how the bundle ends.

Knows no processes: init reports what happened (spawned, ended, gave_up, checked ...), a Control does what is decided,
`step` does what is due and says when to call again. One clock, the monotonic one.
"""

import os
import time
from collections.abc import Callable
from typing import Protocol

import gates
from health import TIMED_OUT
from shutdown import Shutdown
from stages import stop_budget, stop_stages
from standing import COMPLETED, FAILED, RESTARTING, RUNNING, STOPPED, STOPPING, WAITING, Standing, describe_exit

STOP_SECONDS = "BUNDLE_STOP_SECONDS"


class Control(Protocol):
    """The hands of conduct."""

    def start(self, name: str) -> None: ...
    def halt(self, name: str, grace_seconds: float) -> None: ...
    def grace(self, name: str) -> float: ...
    def check(self, name: str) -> None: ...
    def cancel_check(self, name: str) -> None: ...
    def ending(self) -> None: ...
    def publish(self) -> None: ...
    def say(self, text: str) -> None: ...


class Conduct:
    """The members' standings and what follows from them."""

    def __init__(self, control: Control, clock: Callable[[], float] = time.monotonic) -> None:
        self.standings: dict[str, Standing] = {}
        self.exit_code: int | None = None
        self.is_over = False
        self._control = control
        self._clock = clock
        self._shutdown: Shutdown | None = None
        self._changed = True
        self._next_check: float | None = None
        #: Members that stop only to start again after their dependency.
        self._again: set[str] = set()
        self._first_failure = 0

    def add(self, standing: Standing) -> None:
        """A member that shall start when its dependencies allow."""
        self.standings[standing.member.service] = standing
        self._changed = True

    def remove(self, name: str) -> None:
        """`supervisorctl remove`: the program is no longer there."""
        self.standings.pop(name, None)
        self._changed = True

    def spawned(self, name: str, pid: int, by_operator: bool) -> None:
        """A program was started, by our word or by an operator's."""
        standing = self.standings[name]
        was_restarted = (by_operator or name in self._again) and standing.was_started
        if by_operator:
            standing.throttle.reset()
        self._again.discard(name)
        standing.spawned(pid, self._clock())
        self._control.say(f"{name} started")
        self._changed = True
        if was_restarted:
            self._restart_dependants(name)

    def stopping(self, name: str) -> None:
        """A program was sent its stop signal."""
        self.standings[name].phase = STOPPING
        self._changed = True

    def ended(self, name: str, code: int, expected: bool, wanted: bool, was_asked: bool) -> float | None:
        """A program is gone. `expected`: its code says success; `wanted`: its policy says restart; `was_asked`: it
        had been told to stop. Returns the delay until its restart, None when there will be none."""
        standing = self.standings[name]
        now = self._clock()
        standing.ended(code)
        self._control.cancel_check(name)
        self._changed = True
        if self._shutdown or was_asked:
            self._stopped(standing)
            return None
        delay = standing.throttle.next_delay(wanted, now - standing.began, now)
        if delay is None:
            self._rest(standing, code, not expected, describe_exit(code))
            return None
        standing.phase = RESTARTING
        self._control.say(f"{name} ended with {describe_exit(code)}: restart {standing.throttle.restarts} in {delay:g} s")
        return delay

    def gave_up(self, name: str, code: int, reason: str) -> None:
        """supervisord will not try to start the program again."""
        standing = self.standings[name]
        standing.ended(code)
        self._rest(standing, code, True, reason)

    def stopped(self, name: str) -> None:
        """A program that waited for its restart will not have it."""
        self._stopped(self.standings[name])
        self._changed = True

    def checked(self, name: str, code: int, output: str, began: float) -> None:
        """A health check has an answer."""
        standing = self.standings.get(name)
        if standing is None or standing.health is None or standing.phase != RUNNING:
            return
        before, now = standing.health.status, self._clock()
        standing.health.finish(code, output, began, now, name in self._waited_for())
        if standing.health.status != before:
            self._say_health(standing, code, output, now)
        self._changed = True

    def end(self, code: int, reason: str) -> None:
        """The bundle ends with this code; the first call counts."""
        if self._shutdown:
            return
        self.exit_code = code
        self._control.say(reason)
        for name in self.standings:
            self._control.cancel_check(name)
        wishes = {name: [dep.service for dep in one.member.depends_on] for name, one in self.standings.items()}
        graces = {name: self._control.grace(name) for name in self.standings}
        budget = stop_budget(os.environ.get(STOP_SECONDS))
        self._shutdown = Shutdown(stop_stages(wishes), graces, budget, self._control.halt, self._clock())
        self._control.ending()
        if self._shutdown.is_cut:
            self._control.say(f"stop times are shortened to fit {budget:g} s ({STOP_SECONDS} tells how long there is)")
        self._changed = True

    def step(self) -> float | None:
        """Does what is due; the time of the next call, None when only an event can bring something new."""
        if self._shutdown:
            return self._step_shutdown()
        now = self._clock()
        while self._changed and not self._shutdown:
            self._changed = False
            self._open_gates()
            self._end_when_all_rest()
            self._control.publish()
            self._next_check = now
        if self._shutdown:
            return self._step_shutdown()
        if self._next_check is not None and now >= self._next_check:
            self._next_check = self._begin_checks(now)
        return self._next_check

    def _step_shutdown(self) -> float | None:
        assert self._shutdown
        alive = {name for name, standing in self.standings.items() if standing.pid}
        self.is_over = self._shutdown.step(alive, self._clock())
        return self._shutdown.gives_up_at()

    def _open_gates(self) -> None:
        for name, standing in self.standings.items():
            if standing.phase != WAITING:
                continue
            verdict, reason = gates.decide(standing.member.depends_on, self.standings)
            if verdict == "go":
                self._control.start(name)
            elif verdict == "fail":
                self._rest(standing, 1, True, f"a dependency failed: {reason}")
            elif reason != standing.reason:
                standing.reason = reason
                self._control.say(f"{name} waits for {reason}")
        for name in self._waited_for():
            health = self.standings[name].health
            if health:
                health.hurry(self._clock())

    def _waited_for(self) -> set[str]:
        return {
            dependency.service
            for standing in self.standings.values()
            if standing.phase == WAITING
            for dependency in standing.member.depends_on
            if dependency.condition == "service_healthy" and dependency.service in self.standings
        }

    def _begin_checks(self, now: float) -> float | None:
        for name, standing in self.standings.items():
            due = standing.health.due() if standing.health and standing.phase == RUNNING else None
            if standing.health and due is not None and due <= now:
                standing.health.begin()
                self._control.check(name)
        dues = [one.health.due() for one in self.standings.values() if one.health and one.phase == RUNNING]
        return min((due for due in dues if due is not None), default=None)

    def _stopped(self, standing: Standing) -> None:
        name = standing.member.service
        if name in self._again and not self._shutdown:
            standing.phase = WAITING
            standing.throttle.reset()
            return
        standing.phase = STOPPED
        how = "" if standing.exit_code is None else f" ({describe_exit(standing.exit_code)})"
        self._control.say(f"{name} stopped{how}")

    def _rest(self, standing: Standing, code: int, failed: bool, reason: str) -> None:
        name = standing.member.service
        standing.phase, standing.exit_code, standing.reason = FAILED if failed else COMPLETED, code, reason
        self._first_failure = self._first_failure or code or int(failed)
        self._changed = True
        self._control.say(f"{name} {standing.phase}: {reason}")
        if failed and standing.member.critical:
            self.end(code or 1, f"{name} is critical: the bundle ends with exit code {code or 1}")

    def _end_when_all_rest(self) -> None:
        if all(standing.at_rest for standing in self.standings.values()):
            self.end(self._first_failure, f"all members have ended: exit code {self._first_failure}")

    def _restart_dependants(self, name: str) -> None:
        for other, standing in self.standings.items():
            wants = any(dep.service == name and dep.restart for dep in standing.member.depends_on)
            if wants and standing.phase in (RUNNING, RESTARTING):
                self._again.add(other)
                self._control.say(f"{other} restarts, because {name} was restarted")
                self._control.halt(other, self._control.grace(other))

    def _say_health(self, standing: Standing, code: int, output: str, now: float) -> None:
        name, status = standing.member.service, standing.health_status
        if status == "healthy":
            self._control.say(f"{name} is healthy after {now - standing.began:.1f} s")
            return
        why = "its check timed out" if code == TIMED_OUT else f"its check ended with {describe_exit(code)}"
        last = output.strip().splitlines()[-1:] or [""]
        self._control.say(f"{name} is {status}: {why}{': ' if last[0] else ''}{last[0][:200]}")
