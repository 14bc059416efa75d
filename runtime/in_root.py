"""Paths inside a member's root, resolved as its program resolves them: no link and no `..` leads out of the root.

Each step is opened relative to the one before and never through a link, so that a sibling that writes to a shared
volume meanwhile cannot redirect what root does here.
"""

import errno
import os
import stat
from typing import NamedTuple

_MAX_LINKS = 40
_STEP = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Place(NamedTuple):
    """A resolved path: an open folder and a name in it, which is no link. The caller closes `folder`."""

    folder: int
    name: str
    #: The same as a path of the root.
    path: str


def locate(root: str, path: str, *, make: bool = False) -> Place:
    """Follows every link of `path`, the last one too; the last name need not exist. `make`: creates folders on the way."""
    steps: list[tuple[str, int]] = [("", os.open(root, _STEP))]
    left = _names(path)
    links = 0
    try:
        while left:
            name = left.pop()
            if name == "..":
                if len(steps) > 1:
                    os.close(steps.pop()[1])
                continue
            target = _link(steps[-1][1], name)
            if target is not None:
                links += 1
                if links > _MAX_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                if target.startswith("/"):
                    _close(steps, keep=1)
                left.extend(_names(target))
            elif not left:
                break
            else:
                steps.append((name, _step(steps[-1][1], name, make)))
        else:
            name = "."
    except BaseException:
        _close(steps, keep=0)
        raise
    folder = steps[-1][1]
    for _, descriptor in steps[:-1]:
        os.close(descriptor)
    names = [step for step, _ in steps[1:]] + ([] if name == "." else [name])
    return Place(folder, name, "/" + "/".join(names))


def resolve(root: str, path: str) -> str:
    """The path without links, as the member sees it."""
    place = locate(root, path)
    os.close(place.folder)
    return place.path


def stat_in(root: str, path: str) -> os.stat_result:
    place = locate(root, path)
    try:
        return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    finally:
        os.close(place.folder)


def read_in(root: str, path: str, limit: int = -1) -> bytes:
    descriptor = _open(root, path, os.O_RDONLY | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        return file.read(limit)


def write_in(root: str, path: str, content: bytes, mode: int = 0o644) -> None:
    """Writes a file, and the folders above it where they are missing; replaces a link's target, never the link."""
    descriptor = _open(root, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode, make=True)
    with open(descriptor, "wb") as file:
        file.write(content)


def make_folder(root: str, path: str, mode: int = 0o755) -> None:
    """`mkdir -p`; a file at that place is left alone and raises."""
    place = locate(root, path, make=True)
    try:
        if place.name != ".":
            os.mkdir(place.name, mode, dir_fd=place.folder)
    except FileExistsError:
        if not stat.S_ISDIR(os.stat(place.name, dir_fd=place.folder, follow_symlinks=False).st_mode):
            raise
    finally:
        os.close(place.folder)


def _open(root: str, path: str, flags: int, mode: int = 0o644, *, make: bool = False) -> int:
    place = locate(root, path, make=make)
    try:
        return os.open(place.name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=place.folder)
    finally:
        os.close(place.folder)


def _names(path: str) -> list[str]:
    """The names of a path, the next one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _link(folder: int, name: str) -> str | None:
    try:
        return os.readlink(name, dir_fd=folder)
    except OSError as error:
        # EINVAL: there is something, and it is no link.
        if error.errno in (errno.EINVAL, errno.ENOENT):
            return None
        raise


def _step(folder: int, name: str, make: bool) -> int:
    try:
        return os.open(name, _STEP, dir_fd=folder)
    except FileNotFoundError:
        if not make:
            raise
    os.mkdir(name, 0o755, dir_fd=folder)
    return os.open(name, _STEP, dir_fd=folder)


def _close(steps: list[tuple[str, int]], keep: int) -> None:
    for _, descriptor in steps[keep:]:
        os.close(descriptor)
    del steps[keep:]
