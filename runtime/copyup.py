"""Whether a file that several members have in common is copied before one of them writes to it."""

# Of the container's root. These copy; elsewhere a file with several names is one file.
_COPY = {"aufs", "fuse.fuse-overlayfs", "overlay"}


def warning(mounts: str = "/proc/self/mounts") -> str:
    """What to say where members would find each other's writes; empty where they do not."""
    kind = ""
    with open(mounts, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            _, place, kind_of_place, *_ = line.split(" ")
            if place == "/":
                kind = kind_of_place  # the last one is on top
    if kind in _COPY:
        return ""
    return (
        f"the file system of this container ({kind or 'unknown'}) is no overlay: what a member writes into a "
        "program or library of its image, others that have the same file find too; build with --no-dedup"
    )
