"""What isolation this container was granted: found by trying, once, at start."""

import errno
import json
import os
import signal
import stat
import time
from collections.abc import Callable, Mapping
from typing import Any

import kernel

RUNGS = ("userns", "sys-admin", "chroot")
MEANING = {
    "userns": "runs in a user namespace (userns)",
    "sys-admin": "runs in its own namespaces by CAP_SYS_ADMIN (sys-admin)",
    "chroot": "runs in a chroot, without /proc and without isolation of processes (chroot)",
}
_ENOUGH = {"chroot": RUNGS, "userns": ("userns", "sys-admin"), "sys-admin": ("sys-admin",)}
# A member's streams, user and signals.
_NEEDS = {"CHOWN", "KILL", "SETGID", "SETUID"}
# Also device nodes, and that it cannot get back what it must not have.
_CHROOT_NEEDS = _NEEDS | {"MKNOD", "SETPCAP", "SYS_CHROOT"}
_ALL_IDS = (1 << 32) - 1


def begin_probe(place: str) -> Callable[[], dict[str, str]]:
    """Tries the rungs one after the other in a process of their own. What it returns waits for that, and gives for each
    rung `""` when this container has it, else why not. `place` is an empty folder to mount on."""
    os.makedirs(place, exist_ok=True)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, json.dumps(_try_all(place)).encode())
        finally:
            os._exit(0)
    os.close(writer)

    def found() -> dict[str, str]:
        with os.fdopen(reader, "rb") as file:
            text = file.read()
        os.waitpid(pid, 0)
        return json.loads(text)

    return found


def main() -> None:
    """bundle-rungs: what the probe finds, as JSON on stdout."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(begin_probe(place)()))


def prefer(grant: str | None, reasons: dict[str, str]) -> dict[str, str]:
    """The rung that the bundle was made for (`--allow sys-admin`) comes first, the others from best to least."""
    return {rung: reasons[rung] for rung in sorted(reasons, key=lambda rung: rung != grant)}


def choose(launch: Mapping[str, Any], reasons: Mapping[str, str]) -> tuple[str | None, str]:
    """The first rung of `reasons` that this container has and the member runs with, or None and the reason."""
    pinned = launch.get("isolation")
    if pinned:
        if reasons[pinned] == "":
            return pinned, ""
        return None, f"isolation {pinned} is not possible in this container: {reasons[pinned]}"
    needs = launch.get("needs") or {"rung": "chroot", "why": []}
    enough = [rung for rung in reasons if rung in _ENOUGH[needs["rung"]]]
    for rung in enough:
        if reasons[rung] == "":
            return rung, ""
    missing = "; ".join(f"{rung}: {reasons[rung]}" for rung in enough)
    why = f"{', '.join(needs['why'])}. It " if needs["why"] else "it "
    return None, f"{why}needs rung {' or '.join(enough)} (the rewritten compose file grants it): {missing}"


def tell_port_limit(used: list[str | None], say: Callable[[str], None]) -> None:
    """Low ports are closed to members in user namespaces, which have no NET_BIND_SERVICE over the network, unless the
    network opens them to all."""
    try:
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
            free = int(file.read())
    except FileNotFoundError:  # not Linux's own kernel
        return
    way_out = "sysctl net.ipv4.ip_unprivileged_port_start=0 of the container lets them"
    if free > 0 and "userns" in used:
        say(f"members in user namespaces cannot listen on ports below {free} here ({way_out})")


def id_map() -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    """An identity map over the ids that this container has (fewer than all under userns-remap, rootless)."""
    return _identity("/proc/self/uid_map"), _identity("/proc/self/gid_map")


def _identity(path: str) -> list[dict[str, int]]:
    with open(path, encoding="ascii") as file:
        rows = [line.split() for line in file]
    ranges = [part for first, _, size in rows for part in _halves(int(first), int(size))]
    return [{"containerID": first, "hostID": first, "size": size} for first, size in ranges]


def _halves(first: int, size: int) -> list[tuple[int, int]]:
    """Two ranges for one that holds all ids. pam_loginuid (cron, sshd) compares its map with that of a host, and takes
    what a read-only /proc refuses for an error only where they are equal."""
    if size < _ALL_IDS:
        return [(first, size)]
    return [(first, size // 2), (first + size // 2, size - size // 2)]


def _try_all(place: str) -> dict[str, str]:
    attempts = {"userns": _userns, "sys-admin": _sys_admin, "chroot": _chroot}
    return {rung: _try_patiently(attempt, place) for rung, attempt in attempts.items()}


def _try_patiently(attempt: Callable[[str], None], place: str) -> str:
    """Again for a second, where there is no room for another process: who has just ended may not be reaped yet."""
    complaint = ""
    for wait in (0.1, 0.3, 0.6, 0.0):
        try:
            return _try(attempt, place)
        except OSError as error:
            complaint = f"it cannot be tried: {error.strerror}"
        time.sleep(wait)
    return complaint


def _try(attempt: Callable[[str], None], place: str) -> str:
    """Runs `attempt` in a forked child and returns its complaint. Blocks for some milliseconds."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        message = ""
        try:
            signal.alarm(10)
            attempt(place)
        except BlockingIOError:  # of a fork
            os._exit(errno.EAGAIN)
        except BaseException as error:  # noqa: BLE001 - the child must end here whatever happens
            message = str(error) or repr(error)
        os.write(writer, message.encode()[:500])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        message = file.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) == errno.EAGAIN:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return message if status == 0 or message else f"the probe ended with status {status}"


def _userns(place: str) -> None:
    """What crun does for a member on this rung, in small."""
    held = kernel.held_capabilities()
    _require(_NEEDS, held)
    kernel.give_up_administration()
    outer, to_outer = os.pipe()
    inner, to_inner = os.pipe()
    child = os.getpid()
    if (helper := os.fork()) == 0:
        # The map is written by a process outside of the new namespace, as crun does.
        os.close(to_outer)
        try:
            if os.read(outer, 1) != b"1":
                os._exit(0)
            for kind in ("uid_map", "gid_map"):
                with open(f"/proc/self/{kind}", encoding="ascii") as file:
                    rows = [line.split() for line in file]
                lines = "".join(f"{row[0]} {row[0]} {row[2]}\n" for row in rows)
                with open(f"/proc/{child}/{kind}", "w", encoding="ascii") as file:
                    file.write(lines)
            os.write(to_inner, b"1")
        finally:
            os._exit(0)
    os.close(to_inner)
    kernel.unshare(kernel.CLONE_NEWUSER)
    os.write(to_outer, b"1")
    if os.read(inner, 1) != b"1":
        _require({"SETFCAP"}, held)  # of Linux since 5.12, for the map of root
        raise OSError("the identity map was refused")
    os.waitpid(helper, 0)
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWPID)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.set_hostname("probe")
    kernel.mount("/proc", place, "", kernel.MS_BIND | kernel.MS_REC)
    if not kernel.may_pivot_root():
        raise OSError("pivot_root is refused by the container's syscall filter")


def _sys_admin(place: str) -> None:
    _require(_NEEDS, kernel.held_capabilities())
    kernel.unshare(kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWPID)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    if os.fork() == 0:
        try:
            kernel.mount("proc", place, "proc")
            os._exit(0)
        finally:
            os._exit(1)
    if os.wait()[1] != 0:
        raise OSError("a fresh /proc cannot be mounted")
    if "SYS_PTRACE" not in kernel.held_capabilities():
        raise OSError("CAP_SYS_PTRACE is missing beside CAP_SYS_ADMIN: members could not be entered")


def _chroot(place: str) -> None:
    _require(_CHROOT_NEEDS, kernel.held_capabilities())
    node = f"{place}/null"
    try:
        os.mknod(node, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError as error:
        raise OSError(f"no device node can be made: {error.strerror}") from error
    os.remove(node)


def _require(names: set[str], held: set[str]) -> None:
    missing = sorted(names - held)
    if missing:
        raise OSError(f"{', '.join(f'CAP_{name}' for name in missing)} dropped")
