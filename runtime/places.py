"""Where the Engine mounts in members' roots. It follows links there before anything of ours runs, so one that a member
has put in the place of a folder leads the mount out of the member at the next start of the container."""

import os
from collections.abc import Callable, Iterable

import layout
import rootfs
import standin

# A member's name, its root, a path in that.
Place = tuple[str, str, str]


def hold(names: Iterable[str], say: Callable[[str], None]) -> list[Place] | None:
    """Those of all members where something is mounted; None, and says why, where a link has led one elsewhere. That
    is put right for the next start."""
    known: list[Place] = []
    for name in names:
        if paths := layout.load_launch(name).get("places"):
            root = layout.load_config(name)["root"]["path"]
            known += [(name, root, path) for path in paths]
    if lost := led_elsewhere(known):
        for name, _, path in lost:
            say(f"{name} cannot have what is mounted at {path}: a link on the way leads out of the member")
        make_folders(lost, say)
        return None
    points = standin.mount_points()
    return [place for place in known if place[1] + place[2] in points]


def led_elsewhere(places: list[Place]) -> list[Place]:
    """Those with a link on their way that leads out of the member, to where something is mounted."""
    points = standin.mount_points()
    return [
        (name, root, path)
        for name, root, path in places
        if leads_out(root, path) and (rootfs.resolve("", root + path) or "/") in points
    ]


def leads_out(root: str, path: str) -> bool:
    """Whether the Engine, for which links begin at the root of the bundle, comes to another place than the member."""
    return rootfs.resolve("", root + path) != rootfs.resolve(root, path)


def make_folders(places: list[Place], say: Callable[[str], None]) -> None:
    """Folders in the place of links, when nothing runs any more; says which. What is in a volume is the user's."""
    for name, root, path in places:
        link = _link(root, path)
        if link is None or not leads_out(root, path) or _is_in_mount(root, link):
            continue
        os.unlink(link)
        os.mkdir(link, 0o755)
        place = link.removeprefix(root)
        say(f"{name} had a link at {place}, on the way to what is mounted at {path}: it is a folder now")


def _is_in_mount(root: str, link: str) -> bool:
    points = standin.mount_points()
    parts = link.removeprefix(root).strip("/").split("/")[:-1]
    return any("/".join([root, *parts[: count + 1]]) in points for count in range(len(parts)))


def _link(root: str, path: str) -> str | None:
    """The first part of a path that is a link."""
    here = root
    for part in path.strip("/").split("/"):
        here = f"{here}/{part}"
        if os.path.islink(here):
            return here
    return None
