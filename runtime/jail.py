"""Rung chroot: the launcher alone puts a member into its root, with as much of a container as that allows."""

import os
import resource
import shutil
import stat
from collections.abc import Mapping
from typing import Any, NoReturn

import kernel
import rootfs
from environment import LaunchError

_DEVICES = {
    "null": (1, 3),
    "zero": (1, 5),
    "full": (1, 7),
    "random": (1, 8),
    "urandom": (1, 9),
    "tty": (5, 0),
}
# Facts about the machine; nothing about processes, which would be wrong.
_FACTS = ("cpuinfo", "meminfo", "stat", "version", "uptime", "loadavg", "filesystems")
_KERNEL_FACTS = ("ostype", "osrelease", "version", "pid_max", "random/boot_id", "cap_last_cap")
# They would let the member leave its root.
_NEVER = {"SYS_CHROOT", "MKNOD", "SYS_ADMIN", "SYS_PTRACE"}


def enter(config: Mapping[str, Any], files: Mapping[str, str]) -> NoReturn:
    """Prepares the root and becomes the program in it. Every write stays inside the root."""
    process, root = config["process"], config["root"]["path"]
    _devices(root)
    for target, source in files.items():
        _copy(root, target, source)
    env = dict(item.split("=", 1) for item in process["env"])
    program = _program(root, process["args"][0], process["cwd"], env["PATH"])
    _facts(root, program)
    become(config, process["args"], env, process["cwd"], process["user"])


def become(
    config: Mapping[str, Any], args: list[str], env: Mapping[str, str], cwd: str, user: Mapping[str, Any]
) -> NoReturn:
    """chroot, ids, limits, capabilities, exec: also the way of `bundle-exec` and of health checks."""
    process = config["process"]
    for limit in process.get("rlimits", []):
        number = getattr(resource, limit["type"])
        resource.setrlimit(number, (limit["soft"], limit["hard"]))
    if "oomScoreAdj" in process:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write(str(process["oomScoreAdj"]))
    wanted = {name.removeprefix("CAP_") for name in process.get("capabilities", {}).get("bounding", [])}
    keep = (wanted - _NEVER) & kernel.held_capabilities()
    if os.getsid(0) != os.getpid() and os.getpgrp() != os.getpid():
        os.setsid()
    os.chroot(config["root"]["path"])
    os.chdir(cwd)
    kernel.drop_bounding(keep)
    os.setgroups(user.get("additionalGids", []))
    os.setresgid(user["gid"], user["gid"], user["gid"])
    os.setresuid(user["uid"], user["uid"], user["uid"])
    if user["uid"] == 0:
        kernel.set_capabilities(keep)
    if process.get("noNewPrivileges"):
        kernel.no_new_privileges()
    try:
        os.execvpe(args[0], args, dict(env))
    except OSError as error:
        hint = " (rung chroot has no live /proc; userns or sys-admin would)"
        code = 127 if isinstance(error, FileNotFoundError) else 126
        raise LaunchError(f'exec: "{args[0]}": {error.strerror}{hint}', code) from error


def fifo_paths(root: str) -> dict[str, str]:
    """Where programs of this root find stdout and stderr by name: channel → path of the fifo."""
    dev = rootfs.resolve(root, "/dev")
    return {channel: f"{dev}/{channel}" for channel in ("stdout", "stderr")}


def make_fifos(root: str) -> dict[str, str]:
    """Creates the fifos (by init, which reads them). Anything else of that name is replaced."""
    paths = fifo_paths(root)
    os.makedirs(rootfs.resolve(root, "/dev"), exist_ok=True)
    for path in paths.values():
        _replace(path)
        os.mkfifo(path)
        os.chmod(path, 0o622)
    return paths


def _replace(path: str) -> None:
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass


def _devices(root: str) -> None:
    dev = rootfs.resolve(root, "/dev")
    shared = rootfs.resolve(root, "/dev/shm")
    os.makedirs(shared, exist_ok=True)
    os.chmod(shared, 0o1777)
    for name, (major, minor) in _DEVICES.items():
        path = f"{dev}/{name}"
        try:
            if stat.S_ISCHR(os.lstat(path).st_mode):
                continue
            os.unlink(path)
        except FileNotFoundError:
            pass
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(major, minor))
            os.chmod(path, 0o666)
        except PermissionError as error:
            raise LaunchError("rung chroot needs CAP_MKNOD for /dev/null, which was dropped", 126) from error


def _copy(root: str, target: str, source: str) -> None:
    path = rootfs.resolve(root, target)
    with open(source, "rb") as file:
        content = file.read()
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # In place: the file may be a bind mount of the user's.
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644), "wb") as file:
            file.write(content)
    except OSError:
        return


def _program(root: str, word: str, cwd: str, search_path: str) -> str:
    places = [cwd] if "/" in word else search_path.split(":")
    for place in places:
        path = rootfs.resolve(root, os.path.join(place, word))
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path.removeprefix(root)
    return "/"


def _facts(root: str, program: str) -> None:
    """A static stand-in for /proc, only where the image left the folder empty."""
    for link, target in {"exe": program, "fd/1": "/dev/stdout", "fd/2": "/dev/stderr"}.items():
        folder = rootfs.resolve(root, os.path.dirname(f"/proc/self/{link}"))
        os.makedirs(folder, exist_ok=True)
        path = f"{folder}/{os.path.basename(link)}"
        _replace(path)
        os.symlink(target, path)
    for fact in [*_FACTS, *(f"sys/kernel/{name}" for name in _KERNEL_FACTS)]:
        try:
            _copy(root, f"/proc/{fact}", f"/proc/{fact}")
        except OSError:
            continue
