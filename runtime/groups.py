"""Control groups of members, where the container may make some below its own (cgroup v2, mounted to be written)."""

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import layout

_ROOT = "/sys/fs/cgroup"
# Processes and limits cannot be in one group (the kernel's "no internal processes"): the container's own move here.
_INIT = "bundle-init"
# What limits of members need (cgroup-v2.rst of the kernel).
_CONTROLLERS = ("cpu", "cpuset", "memory", "pids")


def take() -> str:
    """Makes room for groups of members, and gives what to say of it: nothing where none are to be had."""
    if not _is_ours():
        return ""
    try:
        os.makedirs(f"{_ROOT}/{_INIT}", exist_ok=True)
        for pid in _read(f"{_ROOT}/cgroup.procs"):
            with contextlib.suppress(ProcessLookupError):
                _write(f"{_ROOT}/{_INIT}/cgroup.procs", pid)
    except OSError as error:
        return f"members get no control groups of their own: {error}"
    enabled = [name for name in _CONTROLLERS if _enable(name)]
    if not enabled:
        return "members get no control groups of their own: the container has no controller to give away"
    layout.write_atomically(layout.GROUPS_FILE, " ".join(enabled))
    missing = [name for name in _CONTROLLERS if name not in enabled]
    without = f", without {', '.join(missing)}, which the container was not given" if missing else ""
    return f"members have control groups of their own{without}"


def make(service: str) -> str:
    """The group of a member, as `cgroupsPath` names it; empty where members have none."""
    if not os.path.exists(layout.GROUPS_FILE):
        return ""
    group = f"/member-{service}"
    os.makedirs(f"{_ROOT}{group}", exist_ok=True)
    return group


def mount(group: str) -> dict[str, Any]:
    """What the member sees of control groups: its own, which it cannot change."""
    options = ["bind", "ro", "nosuid", "noexec", "nodev"]
    return {"destination": _ROOT, "type": "bind", "source": f"{_ROOT}{group}", "options": options}


def possible(group: str, resources: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The part of `linux.resources` that the group can have."""
    enabled = _read(layout.GROUPS_FILE)
    kept = {
        kind: {
            key: value for key, value in settings.items() if ("cpuset" if key == "cpus" else kind) in enabled
        }
        for kind, settings in resources.items()
    }
    # A kernel that does not count swap limits memory alone, as the Engine does there.
    if not os.path.exists(f"{_ROOT}{group}/memory.swap.max"):
        kept.get("memory", {}).pop("swap", None)
    return {kind: settings for kind, settings in kept.items() if settings}


def _is_ours() -> bool:
    """Whether the top of what is mounted is the container's own group (the machine's has no type), to be written."""
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            place = file.read().strip()
    except FileNotFoundError:
        return False
    return (
        place in ("0::/", f"0::/{_INIT}")  # the latter: init was reloaded
        and os.path.exists(f"{_ROOT}/cgroup.type")
        and os.access(f"{_ROOT}/cgroup.subtree_control", os.W_OK)
    )


def _enable(controller: str) -> bool:
    try:
        _write(f"{_ROOT}/cgroup.subtree_control", f"+{controller}")
    except OSError:
        return False
    return True


def _read(path: str) -> list[str]:
    with open(path, encoding="ascii") as file:
        return file.read().split()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
