"""Rung chroot: what stands in for the file systems that the kernel would give a container of its own."""

import os
import re
import shutil
import stat
from collections.abc import Mapping
from typing import Any

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
# Facts about the machine that hold as long as it runs. What changes (load, uptime, free memory) is left out:
# programs then ask the kernel, which answers right. /proc/stat is the exception: without it nobody counts CPUs.
_FACTS = (
    "/proc/cpuinfo",
    "/proc/stat",
    "/proc/version",
    "/proc/filesystems",
    *(f"/proc/sys/kernel/{name}" for name in ("ostype", "osrelease", "version", "pid_max", "cap_last_cap")),
    "/proc/sys/kernel/random/boot_id",
    "/proc/sys/net/core/somaxconn",
    "/proc/sys/vm/overcommit_memory",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    *(f"/sys/devices/system/cpu/{name}" for name in ("online", "possible", "present")),
)
# How the kernel writes blanks and backslashes in mountinfo (proc_pid_mountinfo(5)).
_OCTAL = re.compile(r"\\([0-7]{3})")
_USUAL_SHM = str(64 << 20)
_CONSTANT_MEMORY = ("MemTotal", "SwapTotal", "HugePages_Total", "Hugepagesize")


def make_devices(root: str) -> None:
    """The device nodes of a container, and an empty /dev/shm."""
    dev = rootfs.resolve(root, "/dev")
    if os.path.ismount(dev):
        return
    os.makedirs(dev, exist_ok=True)
    for name, (major, minor) in _DEVICES.items():
        path = f"{dev}/{name}"
        try:
            if stat.S_ISCHR(os.lstat(path).st_mode):
                continue
        except FileNotFoundError:
            pass
        _remove(path)
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(major, minor))
            os.chmod(path, 0o666)
        except PermissionError as error:
            raise LaunchError(f"rung chroot cannot make /dev/{name}: {error.strerror}") from error
    _link(root, "/dev/fd", "/proc/self/fd")
    _link(root, "/dev/stdin", "/proc/self/fd/0")
    empty_folder(root, "/dev/shm", 0o1777, 0, 0)


def make_member_devices(root: str, mounts: list[Mapping[str, Any]]) -> None:
    """Nodes for the devices that the bundle was given for this member; those of a folder one by one."""
    for mount in mounts:
        if mount.get("type") != "bind" or not mount["source"].startswith("/dev/"):
            continue
        for path in [mount["source"], *_below(mount["source"])]:
            info = os.stat(path)
            if stat.S_ISCHR(info.st_mode) or stat.S_ISBLK(info.st_mode):
                target = rootfs.resolve(root, mount["destination"] + path.removeprefix(mount["source"]))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                _remove(target)
                os.mknod(target, info.st_mode, info.st_rdev)
                os.chmod(target, stat.S_IMODE(info.st_mode))
                os.chown(target, info.st_uid, info.st_gid)


def _below(path: str) -> list[str]:
    return [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]


def make_tmpfs(root: str, mounts: list[Mapping[str, Any]]) -> list[str]:
    """Folders in place of the tmpfs that config.json asks for; gives the paths of those that somebody asked for.
    Their size has no limit."""
    made = []
    for mount in mounts:
        if mount.get("type") != "tmpfs" or mount["destination"] == "/dev":
            continue
        options = dict(option.partition("=")[::2] for option in mount.get("options", []))
        if mount["destination"] == "/dev/shm":  # made already
            made += ["/dev/shm"] if options.get("size") != _USUAL_SHM else []
            continue
        mode = int(options["mode"], 8) if options.get("mode") else _mode_of(root, mount["destination"])
        empty_folder(root, mount["destination"], mode, _id(options, "uid"), _id(options, "gid"))
        made.append(mount["destination"])
    return made


def _mode_of(root: str, path: str) -> int:
    """A tmpfs over a folder of the image has its mode (runc, `mountToRootfs`)."""
    try:
        return stat.S_IMODE(os.stat(rootfs.resolve(root, path), follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return 0o1777


def _id(options: Mapping[str, str], key: str) -> int:
    return int(options[key]) if options.get(key, "").isdigit() else 0


def make_facts(root: str, program: str | None) -> None:
    """The stand-in for /proc and /sys. Of processes it holds what is true of every program of the member."""
    if any(os.path.ismount(rootfs.resolve(root, path)) for path in ("/proc", "/sys")):
        return
    for path in _FACTS:
        copy_file(root, path, path)
    memory = [line for line in _lines("/proc/meminfo") if line.startswith(_CONSTANT_MEMORY)]
    write_file(root, "/proc/meminfo", "".join(memory).encode())
    for name in ("self", "1"):
        for number, target in enumerate(("/dev/null", "/dev/stdout", "/dev/stderr")):
            _link(root, f"/proc/{name}/fd/{number}", target)
    if program is None:
        _remove(rootfs.resolve(root, "/proc/self") + "/exe")
    else:
        _link(root, "/proc/self/exe", program)


def copy_file(root: str, target: str, source: str, mode: int = 0o644) -> None:
    """A copy of one of the bundle's files, if there is one."""
    try:
        with open(source, "rb") as file:
            content = file.read()
    except OSError:
        return
    write_file(root, target, content, mode)


def write_file(root: str, target: str, content: bytes, mode: int = 0o644) -> None:
    """Writes a file; not where the root is read-only, and nothing of the user's: what is mounted stays as it is."""
    path = rootfs.resolve(root, target)
    above = {path[:end] for end in range(len(root) + 1, len(path) + 1) if path[end : end + 1] in ("", "/")}
    if above & mount_points():
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not _is_writable_kind(path):
            os.unlink(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(path, flags, mode), "wb") as file:
            file.write(content)
    except OSError:
        return


def _is_writable_kind(path: str) -> bool:
    """A fifo or device of that name could be anything; only a file, or nothing, is written."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        return True


def empty_folder(root: str, target: str, mode: int, uid: int, gid: int) -> None:
    """As a fresh tmpfs: empty but for what is mounted in it, with its mode and owner."""
    path = rootfs.resolve(root, target)
    os.makedirs(path, exist_ok=True)
    mounted = mount_points()
    if path in mounted:
        return
    clear(path, mounted)
    os.chmod(path, mode)
    os.chown(path, uid, gid)


def clear(folder: str, kept: set[str]) -> None:
    """Removes what is in a folder, but for the places that are kept: mounts, at any depth, and all that is in them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.path in kept:
                continue
            if any(place.startswith(f"{entry.path}/") for place in kept):
                clear(entry.path, kept)
            else:
                _remove(entry.path)


def mount_points() -> set[str]:
    """Places where something is mounted; a bind of the same file system differs from its parent in nothing else."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        places = [line.split(" ")[4] for line in file]
    return {_OCTAL.sub(lambda match: chr(int(match.group(1), 8)), place) for place in places}


def make_fifos(root: str) -> dict[str, str]:
    """Where programs of this root find stdout and stderr by name: channel → fifo that every user can write to."""
    dev = rootfs.resolve(root, "/dev")
    if os.path.ismount(dev):
        return {}
    os.makedirs(dev, exist_ok=True)
    paths = {channel: f"{dev}/{channel}" for channel in ("stdout", "stderr")}
    for path in paths.values():
        _remove(path)
        os.mkfifo(path)
        os.chmod(path, 0o622)
    return paths


def _link(root: str, path: str, target: str) -> None:
    folder = rootfs.resolve(root, os.path.dirname(path))
    os.makedirs(folder, exist_ok=True)
    name = f"{folder}/{os.path.basename(path)}"
    _remove(name)
    os.symlink(target, name)


def _remove(path: str) -> None:
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return list(file)
    except OSError:
        return []
