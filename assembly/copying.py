"""Copies one file of a source with all that it is: content, holes, owner, mode, extended attributes, time."""

import errno
import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

COPY_CHUNK = 1 << 30
_OF_MODULES = {"security.selinux", "security.ima", "security.evm"}


class Place(NamedTuple):
    """Where an entry comes from and goes to."""

    source: bytes
    target: bytes
    info: os.stat_result


def copy_content(source: bytes, target: bytes, size: int) -> None:
    reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            for start, end in data_ranges(reading, size):
                os.lseek(writing, start, os.SEEK_SET)
                send(writing, reading, start, end)
            os.ftruncate(writing, size)
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def data_ranges(file: int, size: int) -> Iterator[tuple[int, int]]:
    """Where a file has content, from and to; what lies between is a hole, and stays one (a database, lastlog)."""
    end = 0
    while end < size:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        end = min(os.lseek(file, start, os.SEEK_HOLE), size)
        yield start, end


def send(writing: int, reading: int, start: int, end: int) -> None:
    while start < end:
        sent = os.sendfile(writing, reading, start, min(end - start, COPY_CHUNK))
        if sent == 0:
            raise OSError(errno.EIO, "file ended early")
        start += sent


def attributes(path: bytes) -> list[str]:
    """Extended attributes that are the file's own, and not those of the machine's security modules: a build step may
    not set these, and with them no two files would be alike."""
    return sorted(set(os.listxattr(path, follow_symlinks=False)) - _OF_MODULES)


def copy_metadata(place: Place) -> None:
    """Owner, mode, extended attributes, time: in an order in which none undoes another."""
    source, target, info = place
    os.chown(target, info.st_uid, info.st_gid, follow_symlinks=False)
    if not stat.S_ISLNK(info.st_mode):
        os.chmod(target, stat.S_IMODE(info.st_mode))
    for name in attributes(source):
        os.setxattr(target, name, os.getxattr(source, name, follow_symlinks=False), follow_symlinks=False)
    os.utime(target, ns=(info.st_mtime_ns, info.st_mtime_ns), follow_symlinks=False)


def copy_file(place: Place) -> None:
    copy_content(place.source, place.target, place.info.st_size)
    copy_metadata(place)


def copy_special(place: Place) -> None:
    """Symbolic links, pipes and device nodes; a socket has no meaning without its process."""
    mode = place.info.st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(place.source), place.target)
    elif stat.S_ISSOCK(mode):
        return
    else:
        os.mknod(place.target, mode, place.info.st_rdev)
    copy_metadata(place)
