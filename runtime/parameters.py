"""Kernel parameters of a member's own IPC namespace (rung sys-admin): crun finds Docker's read-only /proc/sys,
so the launcher makes the namespace, sets them through a /proc of its own, and crun joins."""

import os
from typing import Any

import kernel
from environment import LaunchError


def are_wanted(config: dict[str, Any]) -> bool:
    """Whether there is anything for `apply`."""
    return bool(config["linux"].get("sysctl"))


def apply(config: dict[str, Any], place: str) -> None:
    """Takes `linux.sysctl` out of `config`. `place` is an empty folder to mount on."""
    values = config["linux"].pop("sysctl")
    kernel.unshare(kernel.CLONE_NEWIPC)
    if (child := os.fork()) == 0:
        try:
            _write(values, place)
            os._exit(0)
        except OSError as error:
            os.write(2, f"bundle-shared: {error}\n".encode())
        finally:
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        raise LaunchError(f"sysctls {', '.join(values)} cannot be set")
    namespaces = [one for one in config["linux"]["namespaces"] if one["type"] != "ipc"]
    config["linux"]["namespaces"] = [*namespaces, {"type": "ipc", "path": f"/proc/{os.getpid()}/ns/ipc"}]


def _write(values: dict[str, str], place: str) -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("proc", place, "proc")
    for name, value in values.items():
        with open(f"{place}/sys/{name.replace('.', '/')}", "w", encoding="ascii") as file:
            file.write(value)
