"""`cpuset` of a member without a control group of its own: the processors that its program starts on."""

import os
from collections.abc import Mapping
from typing import Any

from environment import LaunchError


def is_wanted(config: Mapping[str, Any]) -> bool:
    """Whether `apply` has anything to do."""
    return bool(_processors(config))


def apply(config: Mapping[str, Any]) -> None:
    """Binds this process to `linux.resources.cpu.cpus`; what it becomes and starts inherits that."""
    text = _processors(config)
    if not text:
        return
    wanted = parse(text)
    try:
        os.sched_setaffinity(0, wanted)
    except (OSError, OverflowError, ValueError) as error:
        raise LaunchError(f"cpuset {text}: this container has none of these processors") from error


def _processors(config: Mapping[str, Any]) -> str:
    return config.get("linux", {}).get("resources", {}).get("cpu", {}).get("cpus") or ""


def parse(text: str) -> set[int]:
    """Numbers of a list as Linux writes it: `0-2,4`."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            raise LaunchError(f"cpuset {text} is not a list of processors")
        found.update(range(int(first), int(last or first) + 1))
    return found
