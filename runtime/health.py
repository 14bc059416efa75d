"""Docker's health semantics for one member, as a state machine on a clock that the caller owns.

While a member is starting it is asked sooner and more often than Docker does, so that those who wait for it start
at once; the answers in between can make it healthy, but only those at Docker's own times count as failures.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from spec import Healthcheck

KEPT_RESULTS = 5
KEPT_OUTPUT = 4096
FIRST_PAUSE = 0.1
#: Longest pause between two questions to a starting member that somebody waits for.
WAITED_FOR_PAUSE = 0.5
TIMED_OUT = -1


@dataclass
class Health:
    """Status `starting`, `healthy` or `unhealthy`, the failing streak, the last results."""

    check: Healthcheck
    status: str = "starting"
    streak: int = 0
    results: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_RESULTS))
    _started: float = 0.0
    #: When Docker would ask next.
    _counts_from: float = 0.0
    _pause: float = FIRST_PAUSE
    _due: float | None = None

    def start(self, now: float) -> None:
        """The member's program was started (again)."""
        self.status, self.streak, self._pause = "starting", 0, FIRST_PAUSE
        self._started = now
        self._counts_from = now + self._docker_pause(now)
        self._due = now + FIRST_PAUSE

    def stop(self) -> None:
        """The member does not run: nothing to ask, no answer to wait for."""
        self.status, self._due = "starting", None

    def due(self) -> float | None:
        """When the next check is to begin; None while one runs or the member does not."""
        return self._due

    def begin(self) -> None:
        """A check was begun."""
        self._due = None

    def finish(self, code: int, output: str, began: float, now: float, is_waited_for: bool) -> None:
        """A check ended with `code`: 0 is healthy, TIMED_OUT and all others are not."""
        self.results.append({"exitCode": code, "seconds": round(now - began, 3), "output": output})
        if code == 0:
            self.status, self.streak = "healthy", 0
        elif began >= self._counts_from or self.status != "starting":
            self._fail(began)
        if began >= self._counts_from:
            self._counts_from = now + self._docker_pause(now)
        self._due = now + self._next_pause(now - began, now, is_waited_for)

    def hurry(self, now: float) -> None:
        """Somebody has begun to wait for this member."""
        if self.status == "starting" and self._due is not None:
            self._due = min(self._due, now + WAITED_FOR_PAUSE)

    def _fail(self, began: float) -> None:
        if self.status == "starting" and began - self._started < self.check.start_period_seconds:
            return
        self.streak += 1
        if self.streak >= self.check.retries:
            self.status = "unhealthy"

    def _docker_pause(self, now: float) -> float:
        starting = self.status == "starting" and now - self._started < self.check.start_period_seconds
        return min(self.check.start_interval_seconds, self.check.interval_seconds) if starting else self.check.interval_seconds

    def _next_pause(self, took: float, now: float, is_waited_for: bool) -> float:
        if self.status != "starting":
            return self.check.interval_seconds
        self._pause = min(self._pause * 1.5, self.check.interval_seconds)
        # A slow check must not keep the machine busy that the member needs to start.
        pause = max(min(self._pause, WAITED_FOR_PAUSE) if is_waited_for else self._pause, took)
        return max(min(pause, self._counts_from - now), FIRST_PAUSE)
