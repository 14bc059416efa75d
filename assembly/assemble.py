"""Copies the filesystems of source images below one folder, identical files of several roots stored once.

Runs as a build step, with each source image mounted read-only, once for all roots that are made of it:

    assembly shared OUT NAME=SOURCE...   the files that two or more roots have in common, hard-linked
    assembly apart  OUT NAME=SOURCE...   none of them: a file system that is no overlay would show writes to all
    assembly member OUT NAME=SOURCE...   everything else of each root, and the mount points a container has

Both passes together give OUT/NAME the content, owners, modes, times, extended attributes and hard links of SOURCE.
Deterministic: walks in sorted order, knows no clock.
"""

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from copying import Place, attributes, copy_file, copy_metadata, copy_special
from mount_points import EPOCH_NS, make_mount_points

# Only what a program does not write to is shared: storage drivers without copy-up would show a write to all roots.
SHARED_FOLDERS = (b"bin", b"lib", b"lib32", b"lib64", b"libx32", b"opt", b"sbin", b"usr")
HASH_CHUNK = 1 << 20


class Entry(NamedTuple):
    """A file of a source: its path below the root, and what lstat says."""

    path: bytes
    info: os.stat_result


def walk(root: bytes, below: bytes = b"") -> Iterator[Entry]:
    """Every entry below a root, parents first, by name; links are not followed."""
    with os.scandir(os.path.join(root, below)) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = os.path.join(below, entry.name)
        info = entry.stat(follow_symlinks=False)
        yield Entry(path, info)
        if stat.S_ISDIR(info.st_mode):
            yield from walk(root, path)


def may_be_shared(path: bytes, info: os.stat_result) -> bool:
    """Root-owned programs and libraries that nobody else may write."""
    return (
        stat.S_ISREG(info.st_mode)
        and path.split(b"/", 1)[0] in SHARED_FOLDERS
        and info.st_uid == info.st_gid == 0
        and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID)
        and info.st_size > 0
    )


def digest(path: bytes) -> bytes:
    """The content of a file, as a hash."""
    content = hashlib.blake2b()
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(HASH_CHUNK):
            content.update(chunk)
    return content.digest()


def shared_groups(roots: dict[bytes, bytes], out: bytes, pool: ThreadPoolExecutor) -> list[list[Place]]:
    """Files of equal content, mode and time that stand in two or more roots."""
    names: dict[bytes, list[bytes]] = defaultdict(list)
    for name, source in sorted(roots.items()):
        names[source].append(name)
    alike: dict[tuple[int, int, int], list[Place]] = defaultdict(list)
    for source in names:
        for path, info in walk(source):
            if may_be_shared(path, info):
                alike[info.st_size, info.st_mode, info.st_mtime_ns] += [
                    Place(os.path.join(source, path), os.path.join(out, name, path), info)
                    for name in names[source]
                ]
    candidates = [place for places in alike.values() if in_several_roots(places, out) for place in places]
    sources = sorted({place.source for place in candidates})
    plain = [source for source in sources if not attributes(source)]
    contents = dict(zip(plain, pool.map(digest, plain), strict=True))
    groups: dict[tuple[bytes, int, int], list[Place]] = defaultdict(list)
    for place in candidates:
        if content := contents.get(place.source):
            groups[content, place.info.st_mode, place.info.st_mtime_ns].append(place)
    return [places for places in groups.values() if in_several_roots(places, out)]


def in_several_roots(places: list[Place], out: bytes) -> bool:
    return len({place.target[len(out) + 1 :].split(b"/", 1)[0] for place in places}) > 1


def assemble_shared(out: bytes, roots: dict[bytes, bytes]) -> None:
    """The first layer: common files, each stored once and linked to all its places."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        groups = shared_groups(roots, out, pool)
        folders = needed_folders(groups, out, roots)
        for place in folders:
            os.makedirs(place.target, exist_ok=True)
        for done in [pool.submit(copy_file, places[0]) for places in groups]:
            done.result()
    for first, *others in groups:
        for place in others:
            os.link(first.target, place.target)
    for place in reversed(folders):
        copy_metadata(place)


def needed_folders(groups: list[list[Place]], out: bytes, roots: dict[bytes, bytes]) -> list[Place]:
    """The folders above all shared files, parents first."""
    targets = {place.target for places in groups for place in places}
    folders: set[bytes] = set()
    for target in targets:
        folder = os.path.dirname(target)
        while folder != out and folder not in folders:
            folders.add(folder)
            folder = os.path.dirname(folder)
    return [folder_place(folder, out, roots) for folder in sorted(folders)]


def folder_place(folder: bytes, out: bytes, roots: dict[bytes, bytes]) -> Place:
    name, _, path = folder[len(out) + 1 :].partition(b"/")
    source = os.path.join(roots[name], path) if path else roots[name]
    return Place(source, folder, os.lstat(source))


def assemble_member(out: bytes, name: bytes, source: bytes) -> None:
    """A member's own layer: whatever the shared layer has not put there."""
    root = os.path.join(out, name)
    os.makedirs(root, exist_ok=True)
    folders = [Place(source, root, os.lstat(source))]
    linked: dict[tuple[int, int], bytes] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        copies = []
        links = []
        for path, info in walk(source):
            place = Place(os.path.join(source, path), os.path.join(root, path), info)
            if stat.S_ISDIR(info.st_mode):
                os.makedirs(place.target, exist_ok=True)
                folders.append(place)
            elif os.path.lexists(place.target):
                continue
            elif info.st_nlink > 1 and (info.st_dev, info.st_ino) in linked:
                links.append((linked[info.st_dev, info.st_ino], place.target))
            elif stat.S_ISREG(info.st_mode):
                linked[info.st_dev, info.st_ino] = place.target
                copies.append(pool.submit(copy_file, place))
            else:
                copy_special(place)
        for copy in copies:
            copy.result()
    for first, target in links:
        os.link(first, target)
    for place in reversed(folders):
        copy_metadata(place)
    make_mount_points(root)


def main(arguments: list[str]) -> None:
    mode, out_text, *pairs = arguments
    out = os.fsencode(out_text)
    roots = {
        os.fsencode(name): os.fsencode(source) for name, _, source in (pair.partition("=") for pair in pairs)
    }
    os.umask(0)
    os.makedirs(out, exist_ok=True)
    if mode == "shared":
        assemble_shared(out, roots)
    elif mode == "member":
        for name, source in sorted(roots.items()):
            assemble_member(out, name, source)
    os.utime(out, ns=(EPOCH_NS, EPOCH_NS))
