"""`user` of a service, resolved in the root's own passwd and group as Docker (runc's libcontainer) does."""

from collections.abc import Mapping
from dataclasses import dataclass

import rootfs
from environment import LaunchError


@dataclass(frozen=True)
class User:
    """Ids of a program, and its home."""

    uid: int
    gid: int
    groups: tuple[int, ...]
    home: str


_MAX_ID = (1 << 31) - 1
_NOBODY = (1 << 32) - 1  # "no change" to the kernel
_OUT_OF_RANGE = "uids and gids must be in range 0-2147483647"


def resolve_user(
    root: str, spec: str, extra_groups: list[str], accounts: Mapping[str, str] | None = None
) -> User:
    """Ids for `spec` (`""`, name, uid, `name:group`, `uid:gid`) and `group_add`. LaunchError, in Docker's words, for
    one that it refuses. `accounts`: passwd and group of the image where something is mounted over them; the Engine
    knows nothing of that (moby, getUser), but HOME is found inside (runc, setupUser)."""
    mounted = _table(rootfs.read_text(root, "/etc/passwd"), 7)
    passwd = _table(accounts["passwd"], 7) if accounts else mounted
    group = _table(accounts["group"] if accounts else rootfs.read_text(root, "/etc/group"), 4)
    name, _, group_name = spec.partition(":")
    entry = _match(passwd, name or "0")
    if entry:
        uid, home, login = int(entry[2]), entry[5], entry[0]
        gid = int(entry[3]) if _is_number(entry[3]) else 0
    else:
        number = _number(name or "0")
        if number is None:
            raise LaunchError(f"unable to find user {name}: no matching entries in passwd file")
        uid, gid, home, login = number, 0, "/", ""
    if accounts:
        own = _match(mounted, str(uid))
        home = own[5] if own else "/"
    supplementary: list[int] = []
    if group_name:
        gid = _group_id(group, group_name)
    else:
        # Membership counts only without an explicit group, by the name of the entry.
        members = [row for row in group if login and login in row[3].split(",")]
        supplementary = [int(row[2]) for row in members]
    supplementary += [_group_id(group, word) for word in extra_groups]
    # The primary group is in the list as well: Docker >= 20.10.18 (CVE-2022-36109).
    ordered = dict.fromkeys([gid, *supplementary])
    if max(uid, *ordered) >= _NOBODY:  # entries may have more than can be asked for by number
        raise LaunchError(_OUT_OF_RANGE)
    return User(uid, gid, tuple(ordered), home)


def _table(text: str | None, width: int) -> list[list[str]]:
    rows = [line.strip().split(":") for line in (text or "").split("\n") if line.strip()]
    padded = [row + [""] * (width - len(row)) for row in rows if not row[0].startswith("#")]
    return [row for row in padded if _is_number(row[2])]


def _match(rows: list[list[str]], word: str) -> list[str] | None:
    """The first entry with that name or that number, in order of the file."""
    return next((row for row in rows if row[0] == word or (word.isdigit() and row[2] == word)), None)


def _group_id(rows: list[list[str]], word: str) -> int:
    entry = _match(rows, word)
    number = int(entry[2]) if entry else _number(word)
    if number is None:
        raise LaunchError(f"unable to find group {word}: no matching entries in group file")
    return number


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _number(word: str) -> int | None:
    """A number that was asked for and has no entry."""
    if not _is_number(word):
        return None
    if int(word) > _MAX_ID:
        raise LaunchError(_OUT_OF_RANGE)
    return int(word)
