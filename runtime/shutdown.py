"""The end of a bundle: members stop stage after stage, dependants first, each with its own signal and grace."""

from collections.abc import Callable, Mapping, Sequence

from stages import grace_factor, total_grace

#: After the last KILL, for what the kernel does not let go.
LAST_RESORT_SECONDS = 1.0


class Shutdown:
    """Asks the members of a stage to stop, waits until all are gone, goes on. The clock is the caller's."""

    def __init__(
        self,
        stages: Sequence[Sequence[str]],
        graces: Mapping[str, float],
        budget_seconds: float,
        halt: Callable[[str, float], None],
        now: float,
    ) -> None:
        self._stages = [list(stage) for stage in stages]
        self._graces = graces
        self._until = now + budget_seconds
        self._halt = halt
        self._was_asked = False
        self.is_cut = total_grace(stages, graces) > budget_seconds

    def step(self, alive: set[str], now: float) -> bool:
        """True when nothing is left to wait for. To be called whenever a member has ended."""
        while self._stages:
            present = [name for name in self._stages[0] if name in alive]
            if not present:
                self._stages.pop(0)
                self._was_asked = False
                continue
            if now >= self.gives_up_at():
                return True
            if not self._was_asked:
                self._was_asked = True
                self._ask(present, alive, now)
            return False
        return True

    def gives_up_at(self) -> float:
        """When the bundle ends even if a member cannot be killed."""
        total = total_grace(self._stages, self._graces)
        return self._until + (0.0 if self.is_cut else total) + LAST_RESORT_SECONDS

    def _ask(self, present: list[str], alive: set[str], now: float) -> None:
        # Time that earlier stages have left over goes to the later ones.
        to_come = [[name for name in stage if name in alive] for stage in self._stages]
        factor = grace_factor(self._until - now, to_come, self._graces) if self.is_cut else 1.0
        for name in present:
            self._halt(name, self._graces[name] * factor)
