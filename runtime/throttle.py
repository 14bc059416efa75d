"""When a member that ended runs again: the Engine's rules, on a clock that the caller owns."""

from dataclasses import dataclass, field

FIRST_DELAY = 0.1
LONGEST_DELAY = 60.0
RESET_AFTER = 10.0


@dataclass
class Throttle:
    """Restart state of one member. `attempts`: N of on-failure:N, counted in total as the Engine does;
    with a window (deploy.restart_policy) only restarts inside the window count."""

    attempts: int | None = None
    delay_seconds: float | None = None
    window_seconds: float | None = None
    restarts: int = 0
    fruitless: int = 0
    _delay: float = 0.0
    _recent: list[float] = field(default_factory=list)

    def next_delay(self, wanted: bool, ran_seconds: float, now: float) -> float | None:
        """Seconds until the next start; None when the member comes to rest."""
        if not wanted or self._used_up(now):
            return None
        if ran_seconds >= RESET_AFTER or not self._delay:
            self._delay = FIRST_DELAY
        else:
            self._delay = min(self._delay * 2, LONGEST_DELAY)
        self.restarts += 1
        if self.attempts is not None:
            self._recent.append(now)
        return self.delay_seconds or self._delay  # a delay of 0 would be a loop without a pause

    def count_end(self, *, was_healthy: bool) -> None:
        """Of a member with a check."""
        self.fruitless = 0 if was_healthy else self.fruitless + 1

    @property
    def is_looping(self) -> bool:
        """Whether it ended three times in a row without having been healthy."""
        return self.fruitless > 2

    def reset(self) -> None:
        """An operator's start begins anew, as `docker start` does."""
        self._delay = 0.0
        self._recent = []
        self.fruitless = 0

    def _used_up(self, now: float) -> bool:
        if self.window_seconds:
            self._recent = [at for at in self._recent if now - at < self.window_seconds]
        return self.attempts is not None and len(self._recent) >= self.attempts


def exit_code(wait_status: int) -> int:
    """A shell's and Docker's number for a wait status: 128+n for a signal."""
    if wait_status & 0x7F:
        return 128 + (wait_status & 0x7F)
    return (wait_status >> 8) & 0xFF
