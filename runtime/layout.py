"""Where things are in a bundle, and how its descriptions are read (docs/bundle-layout.md)."""

import functools
import json
import os
from typing import Any

ETC = "/etc/bundle"
RUN = "/run/bundle"
CRUN = "/usr/bin/crun"
CRUN_FIRST = (CRUN, "--cgroup-manager")
CRUN_STATE = f"{RUN}/crun"
HEALTH_FILE = f"{RUN}/health"
RUNGS_FILE = f"{RUN}/rungs.json"
GROUPS_FILE = f"{RUN}/groups"  # there when members have control groups of their own: the controllers
OWN_HOME = "bundle-shared.own-home"  # annotation of a completed config.json
SUPERVISOR_SOCKET = "/run/supervisor.sock"
SUPERVISOR_CONFIG = "/etc/supervisor/supervisord.conf"


def read_json(path: str) -> Any:
    """The content of a JSON file; UTF-8 whatever the locale of the container says."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


@functools.cache
def load_bundle() -> dict[str, Any]:
    """bundle.json."""
    return read_json(f"{ETC}/bundle.json")


@functools.cache
def load_launch(service: str) -> dict[str, Any]:
    """launch.json of a member."""
    return read_json(f"{ETC}/members/{service}/launch.json")


def load_config(service: str) -> dict[str, Any]:
    """config.json of a member as the image carries it."""
    return read_json(f"{ETC}/members/{service}/config.json")


def member_dir(service: str) -> str:
    """The folder of a started member: its completed OCI bundle."""
    return f"{RUN}/members/{service}"


def pid_file(service: str) -> str:
    """Where crun, or what stands for it on rung chroot, writes the pid of the member's PID 1, as init sees it."""
    return f"{member_dir(service)}/pid"


def write_atomically(path: str, text: str, mode: int = 0o600) -> None:
    """Replaces a file so that a reader sees the old content or the new one."""
    temporary = f"{path}.new"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(fd, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    os.replace(temporary, path)


def remove(path: str) -> None:
    """Deletes a file that need not be there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def crun(*words: str) -> list[str]:
    """A crun command line."""
    manager = "cgroupfs" if os.path.exists(GROUPS_FILE) else "disabled"
    return [*CRUN_FIRST, manager, "--root", CRUN_STATE, *words]


CRUN_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
