"""Whether a member may start: `depends_on` conditions, decided from the states of its dependencies."""

from collections.abc import Mapping
from typing import Any, Protocol


class State(Protocol):
    """What a gate asks of a dependency."""

    was_started: bool
    at_rest: bool
    failed: bool
    exit_code: int | None

    @property
    def health_status(self) -> str | None: ...


def decide(depends_on: list[Mapping[str, Any]], states: Mapping[str, State]) -> tuple[str, str]:
    """`("go"|"wait"|"fail", reason)`; the reason names the dependency, in Compose's words."""
    waiting = ""
    for dependency in depends_on:
        name = dependency["service"]
        state = states.get(name)
        if state is None:
            continue
        verdict, reason = _one(name, dependency["condition"], state)
        if verdict == "fail" and dependency.get("required", True):
            return "fail", f"dependency failed to start: {reason}"
        if verdict == "wait":
            waiting = reason
    return ("wait", waiting) if waiting else ("go", "")


def _one(name: str, condition: str, state: State) -> tuple[str, str]:
    if condition == "service_completed_successfully":
        if not state.at_rest:
            return "wait", f"{name} to complete"
        if state.exit_code == 0:
            return "go", ""
        return "fail", f'service "{name}" didn\'t complete successfully: exit {state.exit_code}'
    if state.at_rest and (state.failed or not state.was_started) and not _ran(condition, state):
        return "fail", f"{name} could not start (exit {state.exit_code})"
    if condition == "service_healthy":
        if state.health_status == "healthy":
            return "go", ""
        if state.health_status is None and state.was_started and not state.at_rest:
            return "go", ""
        if state.health_status == "unhealthy":
            return "fail", f"{name} is unhealthy"
        if state.at_rest:
            return "fail", f"{name} exited ({state.exit_code})"
        return "wait", f"{name} to be healthy"
    return ("go", "") if state.was_started else ("wait", f"{name} to start")


def _ran(condition: str, state: State) -> bool:
    """For `service_started` it is enough that the program was once started."""
    return condition == "service_started" and state.was_started
