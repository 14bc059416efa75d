"""Docker's health semantics for one member, as a state machine on a clock that the caller owns."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEPT_RESULTS = 5
KEPT_OUTPUT = 4096
# During start the runtime asks more often than Docker: a dependant shall start within 0.5 s of a dependency whose check
# takes a tenth of one, and within three times a check that takes longer.
SHORTEST_PAUSE = 0.2
LONGEST_START_PAUSE = 5.0


@dataclass
class Health:
    """Status `starting`, `healthy` or `unhealthy`, the failing streak, the last results."""

    interval: float
    retries: int
    start_period: float
    start_interval: float
    status: str = "starting"
    streak: int = 0
    results: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_RESULTS))
    _started: float = 0.0
    _counted: float = 0.0
    _next: float | None = None
    _is_script: bool = False

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Health":
        """With Docker's defaults where the spec has none."""
        return cls(
            interval=spec.get("intervalSeconds") or 30.0,
            retries=spec.get("retries") or 3,
            start_period=spec.get("startPeriodSeconds") or 0.0,
            start_interval=spec.get("startIntervalSeconds") or LONGEST_START_PAUSE,
        )

    def start(self, now: float) -> None:
        """The member's program was started (again)."""
        self.status, self.streak = "starting", 0
        self._started = self._counted = now
        self._next = now

    def stop(self) -> None:
        """The member does not run: nothing to ask, and no old answer that a dependant could take for a new one."""
        self.status, self.streak, self._next = "starting", 0, None

    def due(self) -> float | None:
        """When the next check is to be run; None while one runs or the member does not."""
        return self._next

    def begin(self, is_script: bool = False) -> None:
        """A check was begun. `is_script`: of a program that may execute another one yet, which a success of ours
        between Docker's checks says nothing of (docs/decisions/0015)."""
        self._next, self._is_script = None, is_script

    def finish(self, code: int, output: bytes, began: float, now: float) -> None:
        """A check ended with `code` (0 is healthy; -1 is a timeout)."""
        self.results.append({"code": code, "seconds": round(now - began, 3), "output": output[:KEPT_OUTPUT]})
        if code == 0:
            if not self._is_script or self._is_dockers(began):
                self.status, self.streak = "healthy", 0
        elif self._counts(began):
            self.streak += 1
            self._counted = began
            if self.streak >= self.retries:
                self.status = "unhealthy"
        self._next = now + self._pause(now - began, now)

    def _counts(self, began: float) -> bool:
        """Docker's probes count, ours between them do not: unhealthy comes when it came with Docker."""
        if self.status != "starting":
            return True
        in_start_period = began - self._started < self.start_period
        return not in_start_period and began - self._counted >= self.interval * 0.99

    def _is_dockers(self, began: float) -> bool:
        """Whether Docker would have asked by now."""
        first = self.start_interval if self.start_period else self.interval  # moby, daemon/health.go: monitor
        return began - self._started >= 0.99 * first

    def _pause(self, took: float, now: float) -> float:
        if self.status != "starting":
            return self.interval
        ceiling = min(self.interval, self.start_interval, LONGEST_START_PAUSE)
        if now - self._counted < self.interval:
            ceiling = min(ceiling, max(self._counted + self.interval - now, 0.01))
        # A slow check is asked less often: never more than half of the time goes into asking.
        return min(max(SHORTEST_PAUSE, took), ceiling)
