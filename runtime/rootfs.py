"""Files of a member's root, read as the member would see them: links never lead out of the root."""

import errno
import os
import stat
from collections.abc import Mapping
from typing import Any

from environment import LaunchError

_MAX_LINKS = 40


def resolve(root: str, path: str) -> str:
    """The place of `path` under `root` with every link followed inside the root.
    Missing last parts are kept as they are. The result never contains '..' or a link."""
    pending = [part for part in path.split("/") if part]
    done: list[str] = []
    links = 0
    while pending:
        part = pending.pop(0)
        if part == ".":
            continue
        if part == "..":
            done = done[:-1]
            continue
        here = "/".join([root, *done, part])
        try:
            target = os.readlink(here)
        except OSError:
            done.append(part)
            continue
        links += 1
        if links > _MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        if target.startswith("/"):
            done = []
        pending = [piece for piece in target.split("/") if piece] + pending
    return "/".join([root, *done])


def read_text(root: str, path: str, limit: int = 4 << 20) -> str | None:
    """A regular file of the root as text, None when there is none (a fifo or device is none)."""
    try:
        fd = os.open(resolve(root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        return file.read(limit).decode("utf-8", "surrogateescape")


def make_directory(root: str, path: str, uid: int, gid: int) -> None:
    """Creates a working directory as Docker does: missing parents too, the last one owned by root."""
    current = root
    for part in resolve(root, path).removeprefix(root).split("/"):
        current = f"{current}/{part}" if part else current
        try:
            os.mkdir(current, 0o755)
            os.chown(current, uid, gid, follow_symlinks=False)
        except FileExistsError:
            continue


def make_mount_points(root: str, mounts: list[Mapping[str, Any]]) -> None:
    """Places of tmpfs mounts, with parents of the mode that Docker gives them: crun would make them sticky."""
    for mount in mounts:
        place = mount["destination"]
        if mount.get("type") == "tmpfs" and not place.startswith(("/dev", "/proc/")):
            make_directory(root, os.path.dirname(place), 0, 0)


def find_program(root: str, word: str, cwd: str, search_path: str, user: Mapping[str, Any]) -> int:
    """0 when the user can execute `word` in the root, else the exit code of Docker: 127 or 126."""
    if "/" in word:
        candidates = [os.path.join(cwd, word)]
    else:
        candidates = [os.path.join(cwd, place or ".", word) for place in search_path.split(":")]
    answer = 127
    for candidate in candidates:
        try:
            if _may_execute(resolve(root, candidate), user):
                return 0
        except OSError:
            continue
        answer = 126
    return answer if "/" in word else 127


def _may_execute(path: str, user: Mapping[str, Any]) -> bool:
    info = os.stat(path, follow_symlinks=False)
    if not stat.S_ISREG(info.st_mode) or os.statvfs(path).f_flag & os.ST_NOEXEC:
        return False
    mine = 0o111 if user["uid"] == 0 else 0o001
    if info.st_gid in (user["gid"], *user.get("additionalGids", [])):
        mine |= 0o010
    if info.st_uid == user["uid"]:
        mine |= 0o100
    return bool(info.st_mode & mine) or "system.posix_acl_access" in os.listxattr(path)


def require_program(root: str, word: str, cwd: str, search_path: str, user: Mapping[str, Any]) -> None:
    """Raises LaunchError with Docker's exit code unless the user (ids of a process) can execute `word` in the root."""
    code = find_program(root, word, cwd, search_path, user)
    if code == 127:
        raise LaunchError(f'exec: "{word}": executable file not found in $PATH or no such file', code)
    if code:
        raise LaunchError(f'exec: "{word}": permission denied', code)
