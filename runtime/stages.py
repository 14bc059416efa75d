"""The order in which members stop, and the time that each may take."""

from collections.abc import Mapping

RESERVE_SECONDS = 1.0
UNKNOWN_STOP_SECONDS = 10.0


def stop_stages(depends_on: Mapping[str, list[str]]) -> list[list[str]]:
    """Stages of members, dependants first: reverse depth of `depends_on`; a stage stops in parallel."""
    depth: dict[str, int] = {}

    def depth_of(member: str, path: tuple[str, ...] = ()) -> int:
        if member in path:  # the plan refuses cycles; a hand-made file must not hang the stop
            return 0
        if member not in depth:
            below = [depth_of(other, (*path, member)) for other in depends_on[member] if other in depends_on]
            depth[member] = 1 + max(below, default=-1)
        return depth[member]

    for member in depends_on:
        depth_of(member)
    levels = sorted(set(depth.values()), reverse=True)
    return [[member for member in depends_on if depth[member] == level] for level in levels]


def stop_budget(variable: str | None) -> float:
    """Seconds for all members: the container's stop grace less a reserve for the end itself."""
    try:
        granted = float(variable or UNKNOWN_STOP_SECONDS)
    except ValueError:
        granted = UNKNOWN_STOP_SECONDS
    return max(granted - RESERVE_SECONDS, 1.0)


def grace_factor(left_seconds: float, stages: list[list[str]], graces: Mapping[str, float]) -> float:
    """By how much the graces of the stages to come are shortened (1.0: not at all)."""
    total = sum(max((graces[member] for member in stage), default=0.0) for stage in stages)
    return 1.0 if total <= left_seconds else max(left_seconds, 0.1) / total
