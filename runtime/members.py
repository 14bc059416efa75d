"""What init knows about a member while the bundle runs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import layout
from health import Health
from output import Ring
from throttle import Throttle

WAITING, STARTING, RUNNING = "waiting", "starting", "running"
_CRUN = "\0".join(layout.CRUN_FIRST).encode()
DELAYED, STOPPED, REST = "delayed", "stopped", "rest"


@dataclass
class Member:
    """State of one member. `process` is supervisord's own object for the program."""

    name: str
    launch: Mapping[str, Any]
    process: Any
    rung: str | None
    throttle: Throttle
    health: Health | None
    ring: Ring = field(default_factory=Ring)
    phase: str = WAITING
    was_started: bool = False
    failed: bool = False
    exit_code: int | None = None
    started_at: float = 0.0
    running_at: float = 0.0
    restart_at: float | None = None
    reason: str = ""
    met: set[tuple[str, str]] = field(default_factory=set)  # conditions of its start that came true
    is_stuck: bool = False  # it waits for one that is unhealthy
    told: str = ""  # the last of such that the log has
    pending_signal: int | None = None
    was_signalled: bool = False
    _pid: int = 0

    @property
    def at_rest(self) -> bool:
        """Ended for good, by its policy."""
        return self.phase == REST

    @property
    def health_status(self) -> str | None:
        """Docker's word, None for a member without a check. A container between its starts is unhealthy there (moby,
        container/health.go: CloseMonitorChannel); here one that fails again and again is."""
        if self.health and self.phase == DELAYED and self.throttle.is_looping:
            return "unhealthy"
        return self.health.status if self.health else None

    @property
    def grace(self) -> float:
        """Seconds between stop signal and KILL."""
        declared = float(self.launch["stop"]["graceSeconds"])
        configured = self.process.config.stopwaitsecs
        # supervisord.conf has whole seconds, one at least; another value there is an operator's.
        return declared if max(math.ceil(declared), 1) == configured else float(configured)

    def main_pid(self) -> int:
        """The pid of the member's PID 1 as init sees it, 0 as long as there is none."""
        if not self._pid:
            try:
                with open(layout.pid_file(self.name), encoding="ascii") as file:
                    self._pid = int(file.read() or 0)
            except (FileNotFoundError, ValueError):
                return 0
        return self._pid

    def is_program(self) -> bool:
        """Whether its PID 1 is the program by now, no longer crun on its way there (which loses signals)."""
        pid = self.main_pid()
        if not pid or self.rung == "chroot":
            return bool(pid)
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                return not file.read(64).startswith(_CRUN)
        except (FileNotFoundError, ProcessLookupError):
            return True

    def forget_pid(self) -> None:
        """Before a new start: the old file would name a stranger."""
        self._pid = 0
        layout.remove(layout.pid_file(self.name))

    def end_health(self) -> None:
        """Its program has ended."""
        if self.health:
            self.throttle.count_end(was_healthy=self.health.status == "healthy")
            self.health.stop()

    def is_healthy(self) -> bool:
        """As the aggregate counts it. What an operator has stopped says nothing of the others."""
        if self.phase == RUNNING:
            return self.health_status in (None, "healthy")
        return self.phase == STOPPED or (self.phase == REST and not self.failed)


def load_member(name: str, process: Any, rung: str | None) -> Member:
    """A member as its launch.json describes it."""
    launch = layout.load_launch(name)
    restart = launch.get("restart") or {}
    throttle = Throttle(restart.get("attempts"), restart.get("delaySeconds"), restart.get("windowSeconds"))
    check = launch.get("healthcheck")
    return Member(name, launch, process, rung, throttle, Health.from_spec(check) if check else None)
