"""Whether a member may start: `depends_on` conditions, decided from the states of its dependencies."""

from collections.abc import Mapping
from typing import Any, Protocol


class State(Protocol):
    """What a gate asks of a dependency."""

    was_started: bool
    at_rest: bool
    failed: bool
    exit_code: int | None
    is_stuck: bool

    @property
    def health_status(self) -> str | None: ...


def decide(
    depends_on: list[Mapping[str, Any]], states: Mapping[str, State], met: set[tuple[str, str]]
) -> tuple[str, str]:
    """`("go"|"wait"|"unwell"|"fail", reason)`; the reason names the dependency, in Compose's words. `unwell` is a wait
    for one that may get well again. `met` takes the conditions that came true: as Compose has it (convergence.go,
    waitDependencies), each has to do so once, from when all dependencies have been started."""
    wishes = [(wish, states[wish["service"]]) for wish in depends_on if wish["service"] in states]
    are_begun = all(state.was_started or state.at_rest for _, state in wishes)
    result = ("go", "")
    for wish, state in wishes:
        name, condition = wish["service"], wish["condition"]
        if (name, condition) in met:
            continue
        if state.is_stuck:
            verdict, reason = "unwell", f"{name}, which waits for one that is unhealthy"
        else:
            verdict, reason = _one(name, condition, state)
        if verdict in ("unwell", "fail") and not wish.get("required", True):
            verdict = "go"
        if verdict == "fail":
            return "fail", f"dependency failed to start: {reason}"
        if verdict == "go" and are_begun:
            met.add((name, condition))
        elif verdict != "go" and result[0] != "unwell":
            result = verdict, reason
    return result


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
            return "unwell", f"{name}, which is unhealthy"
        if state.at_rest:
            return "fail", f"{name} exited ({state.exit_code})"
        return "wait", f"{name} to be healthy"
    return ("go", "") if state.was_started else ("wait", f"{name} to start")


def _ran(condition: str, state: State) -> bool:
    """For `service_started` it is enough that the program was once started."""
    return condition == "service_started" and state.was_started
