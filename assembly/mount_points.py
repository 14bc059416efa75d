"""The mount points that the Engine gives every container, in a root that is none."""

import os
import stat
from collections.abc import Callable

EPOCH_NS = 0


def make_mount_points(root: bytes) -> None:
    """What the Engine itself puts over every image (its init layer): FROM scratch has them then, and a link or file in
    the place of one (/etc/resolv.conf of systemd) is gone."""
    for path in (b"dev/pts", b"dev/shm", b"proc", b"sys"):
        make_place(root, path, stat.S_ISDIR, make_folder)
    make_place(root, b".dockerenv", stat.S_ISREG, lambda target: make_file(target, 0o755))
    for path in (b"etc/hostname", b"etc/hosts", b"etc/resolv.conf"):
        make_place(root, path, stat.S_ISREG, lambda target: make_file(target, 0o644))
    make_place(root, b"etc/mtab", stat.S_ISLNK, lambda target: os.symlink(b"/proc/mounts", target))


def make_folder(path: bytes) -> None:
    os.mkdir(path, 0o755)


def make_file(path: bytes, mode: int) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, mode))


def make_place(
    root: bytes, path: bytes, is_kind: Callable[[int], bool], make: Callable[[bytes], None]
) -> None:
    """Real folders down to `path`, then what `make` makes unless its kind is there already."""
    *above, name = path.split(b"/")
    folder = root
    for part in above:
        folder = os.path.join(folder, part)
        replace_unless(folder, stat.S_ISDIR, make_folder)
    replace_unless(os.path.join(folder, name), is_kind, make)


def replace_unless(path: bytes, is_kind: Callable[[int], bool], make: Callable[[bytes], None]) -> None:
    """Keeps the time of the parent; a folder is never replaced."""
    parent = os.path.dirname(path)
    above = os.lstat(parent)
    if os.path.lexists(path):
        mode = os.lstat(path).st_mode
        if is_kind(mode) or stat.S_ISDIR(mode):
            return
        os.unlink(path)
    make(path)
    os.utime(path, ns=(EPOCH_NS, EPOCH_NS), follow_symlinks=False)
    os.utime(parent, ns=(above.st_mtime_ns, above.st_mtime_ns))
