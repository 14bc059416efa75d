"""The stop of the whole bundle: stage by stage, dependants first, each member with its own signal and grace."""

from typing import Any

from supervisor.states import ProcessStates

import stages

_ALIVE = (ProcessStates.STARTING, ProcessStates.RUNNING, ProcessStates.STOPPING)
_AFTER_KILL = 1.0


class Shutdown:
    """One stop; created when it begins."""

    def __init__(self, conductor: Any, now: float, granted: str | None) -> None:
        self._conductor = conductor
        depends_on = {
            name: [item["service"] for item in member.launch.get("dependsOn", [])]
            for name, member in conductor.members.items()
        }
        self._stages = stages.stop_stages(depends_on)
        self._graces = {name: conductor.grace(member) for name, member in conductor.members.items()}
        self._end = now + stages.stop_budget(granted)
        self._signalled: set[str] = set()
        self.factor = 1.0
        total = sum(max(self._graces[name] for name in stage) for stage in self._stages)
        if total > self._end - now:
            known = "BUNDLE_STOP_SECONDS grants" if granted else "an image without BUNDLE_STOP_SECONDS has"
            conductor.ports.say(
                f"stop graces sum to {total:g} s, {known} {self._end - now:g} s: they are shortened"
            )

    def step(self, now: float) -> bool:
        """Signals the current stage; True when all members are gone."""
        while self._stages:
            processes = {name: self._conductor.members[name].process for name in self._stages[0]}
            if not self._signalled:
                alive = [[name for name in stage if self._is_alive(name)] for stage in self._stages]
                self.factor = stages.grace_factor(self._end - now, alive, self._graces)
            for name, process in processes.items():
                if name in self._signalled:
                    continue
                self._signalled.add(name)
                if process.state in (ProcessStates.STARTING, ProcessStates.RUNNING, ProcessStates.BACKOFF):
                    process.stop()
            if any(process.state in _ALIVE for process in processes.values()):
                # Where even KILL does not help, the kernel ends them with PID 1.
                return now > self._end + _AFTER_KILL
            self._stages.pop(0)
            self._signalled = set()
        return True

    def due(self, now: float) -> float:
        """supervisord's own look at graces is enough; this only bounds the end."""
        return max(min(0.25, self._end + _AFTER_KILL - now), 0.01)

    def _is_alive(self, name: str) -> bool:
        return self._conductor.members[name].process.state in _ALIVE
