"""The stop of the whole bundle: stage by stage, dependants first, each member with its own signal and grace."""

from typing import Any

from supervisor.states import ProcessStates, SupervisorStates

import stages

_ALIVE = (ProcessStates.STARTING, ProcessStates.RUNNING, ProcessStates.STOPPING)
_AFTER_KILL = 1.0


class Shutdown:
    """One stop; created when it begins."""

    def __init__(self, conductor: Any, now: float) -> None:
        self._conductor = conductor
        if conductor.final_code is not None:
            # supervisord's own word for it: operators can start nothing any more.
            options = conductor.supervisor.options
            options.mood = min(options.mood, SupervisorStates.SHUTDOWN)
        depends_on = {
            name: [item["service"] for item in member.launch.get("dependsOn", [])]
            for name, member in conductor.members.items()
        }
        self._stages = stages.stop_stages(depends_on)
        for member in conductor.members.values():
            if member.process.is_preparing:
                member.process.stop()  # whatever its stage: nothing of it runs yet
        self._graces = {name: conductor.grace(member) for name, member in conductor.members.items()}
        # An end of our own making has all the time that members declare.
        self._end = now + self._total() + _AFTER_KILL
        self._is_limited = False
        self._signalled: set[str] = set()
        self.factor = 1.0

    def limit(self, now: float, granted: str | None) -> None:
        """The stop was asked for from outside, where KILL follows after the container's grace."""
        if self._is_limited:
            return
        self._is_limited = True
        end, total = now + stages.stop_budget(granted), self._total()
        if now + total > end:
            known = "BUNDLE_STOP_SECONDS grants" if granted else "an image without BUNDLE_STOP_SECONDS has"
            self._conductor.ports.say(
                f"stop graces sum to {total:g} s, {known} {end - now:g} s: they are shortened"
            )
        self._end = end
        self._set_factor(now)
        for name in self._signalled:
            self._shorten(name, now)

    def step(self, now: float) -> bool:
        """Signals the current stage; True when all members are gone."""
        while self._stages:
            processes = {name: self._conductor.members[name].process for name in self._stages[0]}
            if not self._signalled:
                self._set_factor(now)
            for name, process in processes.items():
                if name in self._signalled:
                    continue
                self._signalled.add(name)
                if process.state in (ProcessStates.STARTING, ProcessStates.RUNNING, ProcessStates.BACKOFF):
                    process.stop()
                else:  # an operator has stopped it already, with a grace of its own
                    self._shorten(name, now)
            if any(process.state in _ALIVE for process in processes.values()):
                # Where even KILL does not help, the kernel ends them with PID 1.
                return now > self._end + _AFTER_KILL
            self._stages.pop(0)
            self._signalled = set()
        return True

    def due(self, now: float) -> float:
        """Ends and graces wake the loop; this only bounds the whole."""
        return max(self._end + _AFTER_KILL - now, 0.01)

    def _shorten(self, name: str, now: float) -> None:
        """One that is being stopped has no more than its share of the time."""
        member = self._conductor.members[name]
        if member.process.kill_at is not None:
            member.process.kill_at = min(member.process.kill_at, now + self._conductor.grace(member))

    def _total(self) -> float:
        return sum(max((self._graces[name] for name in stage), default=0.0) for stage in self._alive())

    def _set_factor(self, now: float) -> None:
        self.factor = stages.grace_factor(self._end - now, self._alive(), self._graces)

    def _alive(self) -> list[list[str]]:
        return [[name for name in stage if self._is_alive(name)] for stage in self._stages]

    def _is_alive(self, name: str) -> bool:
        return self._conductor.members[name].process.state in _ALIVE
