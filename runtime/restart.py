"""An operator's restart of a member and of the dependants that ask for it (`depends_on: {restart: true}`).

It goes on when the operator's client is gone: a member must not stay stopped because of a Ctrl-C."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import gates
import members as m
from members import Member


class Restart:
    """One restart; `step` is part of init's look at everything."""

    def __init__(
        self, member: Member, members: Mapping[str, Member], spawn: Callable[[Member], None]
    ) -> None:
        self._members, self._spawn = members, spawn
        self._pending = _with_dependants(member, members)
        self._old_pid, self._is_stopping = 0, False
        self._began = time.monotonic()
        self.error = ""
        self.seconds: float | None = None

    def step(self) -> bool:
        """True when it is over: `error`, or `seconds` that it took."""
        while self._pending:
            current, clauses = self._pending[0]
            # Who was stopped is started again, whatever becomes of the others meanwhile.
            if not self._is_stopping and not self._may_go_on(clauses):
                return bool(self.error)
            pid = current.process.pid
            if not self._is_stopping and (pid or current.process.is_preparing):
                current.process.stop()
                self._old_pid, self._is_stopping = pid, True
            if pid and pid == self._old_pid:
                return False
            if not pid and not current.process.is_preparing:  # else somebody else has started it meanwhile
                current.throttle.reset()
                current.was_started = False  # who waits for its start waits for this one
                self._spawn(current)
            self._pending.pop(0)
            self._old_pid, self._is_stopping = 0, False
        self.seconds = time.monotonic() - self._began
        return True

    def _may_go_on(self, clauses: list[Any]) -> bool:
        """Whether the conditions of the next one hold again; `error` when they will not."""
        verdict, reason = gates.decide(clauses, self._members, set())
        stopped = [item["service"] for item in clauses if self._members[item["service"]].phase == m.STOPPED]
        if verdict == "wait" and stopped:
            verdict, reason = "fail", f"{stopped[0]} was stopped"
        if verdict in ("unwell", "fail"):
            self.error = reason
        return verdict == "go"


def _with_dependants(member: Member, members: Mapping[str, Member]) -> list[tuple[Member, list[Any]]]:
    """The member, then in start order all that follow it, with the clauses they wait for."""
    chosen: list[tuple[Member, list[Any]]] = [(member, [])]
    for other in members.values():
        names = {one.name for one, _ in chosen}
        clauses = [
            item
            for item in other.launch.get("dependsOn", [])
            if item.get("restart") and item["service"] in names
        ]
        if clauses and other.phase != m.WAITING:
            chosen.append((other, clauses))
    return chosen
