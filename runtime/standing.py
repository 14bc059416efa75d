"""How a member stands: what runs, what it waits for, how it ended; and how the bundle stands as a whole."""

import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from health import Health
from spec import Member
from throttle import Throttle

WAITING = "waiting"
RUNNING = "running"
RESTARTING = "restarting"
STOPPING = "stopping"
#: By an operator: neither a failure nor an end.
STOPPED = "stopped"
COMPLETED = "completed"
FAILED = "failed"


@dataclass
class Standing:
    """One member. Written by conduct alone."""

    member: Member
    rung: str
    throttle: Throttle = field(init=False)
    health: Health | None = field(init=False)
    phase: str = WAITING
    reason: str = ""
    exit_code: int | None = None
    was_started: bool = False
    pid: int = 0
    #: On the monotonic clock, and for people.
    began: float = 0.0
    started_at: float | None = None

    def __post_init__(self) -> None:
        self.throttle = Throttle(*self.member.restart)
        check = self.member.healthcheck
        self.health = None if check is None else Health(check)

    @property
    def at_rest(self) -> bool:
        return self.phase in (COMPLETED, FAILED)

    @property
    def failed(self) -> bool:
        return self.phase == FAILED

    @property
    def health_status(self) -> str | None:
        """None when the member has no check."""
        return self.health.status if self.health else None

    def detail(self) -> str:
        """What a person wants to know beside the phase."""
        if self.phase == RUNNING:
            return self.health_status or ""
        if self.reason:
            return self.reason
        return "" if self.exit_code is None else describe_exit(self.exit_code)

    def summary(self) -> dict[str, Any]:
        """The member in status.json."""
        return {
            "member": self.member.service,
            "state": self.phase,
            "health": self.health_status,
            "detail": self.detail(),
            "restarts": self.throttle.restarts,
            "exitCode": self.exit_code,
            "pid": self.pid or None,
            "startedAt": None if self.started_at is None else _timestamp(self.started_at),
            "uptimeSeconds": None,
            "rung": self.rung,
            "checks": list(self.health.results) if self.health else [],
        }

    def spawned(self, pid: int, now: float) -> None:
        """The launcher runs."""
        self.phase, self.reason, self.pid = RUNNING, "", pid
        self.was_started, self.began, self.started_at = True, now, time.time()
        if self.health:
            self.health.start(now)

    def ended(self, code: int) -> None:
        """The program is gone; what that means is decided elsewhere."""
        self.pid, self.exit_code, self.reason = 0, code, ""
        if self.health:
            self.health.stop()


def bundle_health(standings: Iterable[Standing]) -> str:
    """`healthy` when each member is or has completed, `unhealthy` when one is or has failed, else `starting`."""
    verdicts = {_verdict(standing) for standing in standings}
    return next((word for word in ("unhealthy", "starting") if word in verdicts), "healthy")


def _verdict(standing: Standing) -> str:
    if standing.phase in (COMPLETED, STOPPED):
        return "healthy"
    if standing.phase == RUNNING:
        return standing.health_status or "healthy"
    if standing.phase == FAILED or (standing.phase == RESTARTING and standing.throttle.is_looping()):
        return "unhealthy"
    return "starting"


def describe_exit(code: int) -> str:
    """An exit code in words."""
    if code > 128:
        try:
            return f"exit code {code}, {signal.Signals(code - 128).name}"
        except ValueError:
            pass
    return f"exit code {code}"


def _timestamp(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
