"""Whether a member may start: `depends_on` conditions, decided from the states of its dependencies."""

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from spec import Dependency

Verdict = Literal["go", "wait", "fail"]


class State(Protocol):
    """What a gate asks of a dependency."""

    was_started: bool
    exit_code: int | None

    @property
    def at_rest(self) -> bool: ...

    @property
    def failed(self) -> bool: ...

    @property
    def health_status(self) -> str | None: ...


def decide(depends_on: Iterable[Dependency], states: Mapping[str, State]) -> tuple[Verdict, str]:
    """The verdict with its reason, which names the dependency. What is not a member is nobody's to wait for; a
    dependency with `required: false` may fail."""
    waiting = ""
    for dependency in depends_on:
        state = states.get(dependency.service)
        if state is None:
            continue
        verdict, reason = _one(dependency.service, dependency.condition, state)
        if verdict == "fail" and dependency.required:
            return "fail", reason
        if verdict == "wait":
            waiting = waiting or reason
    return ("wait", waiting) if waiting else ("go", "")


def _one(name: str, condition: str, state: State) -> tuple[Verdict, str]:
    if state.at_rest and not state.was_started:
        return "fail", f"{name} could not start"
    if condition == "service_completed_successfully":
        return _completed(name, state)
    if condition == "service_healthy":
        return _healthy(name, state)
    return ("go", "") if state.was_started else ("wait", f"{name} to start")


def _completed(name: str, state: State) -> tuple[Verdict, str]:
    if not state.at_rest:
        return "wait", f"{name} to complete"
    if state.failed:
        return "fail", f"{name} did not complete successfully (exit code {state.exit_code})"
    return "go", ""


def _healthy(name: str, state: State) -> tuple[Verdict, str]:
    if state.at_rest:
        return "fail", f"{name} has ended (exit code {state.exit_code})"
    if state.health_status == "unhealthy":
        return "fail", f"{name} is unhealthy"
    if state.health_status == "healthy":
        return "go", ""
    if state.health_status is None and state.was_started:
        return "fail", f"{name} has no health check"
    return "wait", f"{name} to be healthy"
