"""ulimits: what the container allows of them."""

import resource
from collections.abc import Mapping
from typing import Any

import kernel

_LOCKS = 10  # RLIMIT_LOCKS, which Python does not name


def number(kind: str) -> int:
    """`RLIMIT_NOFILE` for setrlimit(2)."""
    return int(getattr(resource, kind, _LOCKS))


def bounds(limit: Mapping[str, Any]) -> tuple[int, int]:
    """Soft and hard for setrlimit(2)."""
    return _unlimited(limit["soft"]), _unlimited(limit["hard"])


def fit(process: dict[str, Any]) -> None:
    """Nobody gets more than the container's hard limit: that takes CAP_SYS_RESOURCE."""
    asked = process.get("rlimits", [])
    if asked and "SYS_RESOURCE" not in kernel.held_capabilities():
        process["rlimits"] = [_fitted(limit, resource.getrlimit(number(limit["type"]))[1]) for limit in asked]


def note(asked: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """A line for the member's stderr on each limit that is less than asked for."""
    pairs = zip(asked.get("rlimits", []), given.get("rlimits", []), strict=True)
    return "".join(
        f"bundle-shared: ulimit {want['type'].removeprefix('RLIMIT_').lower()} is that of the container, "
        f"{got['hard']}, which is below {want['hard']}\n"
        for want, got in pairs
        if want != got
    )


def _fitted(limit: Mapping[str, Any], most: int) -> Mapping[str, Any]:
    soft, hard = bounds(limit)
    if most == resource.RLIM_INFINITY or (hard != resource.RLIM_INFINITY and hard <= most):
        return limit
    return {
        "type": limit["type"],
        "soft": most if soft == resource.RLIM_INFINITY else min(soft, most),
        "hard": most,
    }


def _unlimited(value: int) -> int:
    return resource.RLIM_INFINITY if value < 0 or value >= 2**63 else value
