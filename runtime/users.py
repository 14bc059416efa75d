"""Who a member's program runs as: Docker's rules for `user` and `group_add` (moby/sys/user, as the Engine calls it).

Names and numbers are looked up in the root's own /etc/passwd and /etc/group. A number needs no entry; a name does.
"""

from collections.abc import Sequence
from typing import NamedTuple

from in_root import read_in
from spec import LaunchError

_MAX_ID = 2**31 - 1


class Account(NamedTuple):
    uid: int
    gid: int
    #: The process's groups, its own first, as Docker writes `additionalGids`.
    groups: tuple[int, ...]
    home: str


class _User(NamedTuple):
    name: str
    uid: int
    gid: int
    home: str


class _Group(NamedTuple):
    name: str
    gid: int
    users: tuple[str, ...]


def account(root: str, user: str, group_add: Sequence[str] = ()) -> Account:
    users = [_user(line) for line in _lines(root, "/etc/passwd")]
    groups = [_group(line) for line in _lines(root, "/etc/group")]
    name, _, group = user.partition(":")
    wanted = _number(name) if name else 0
    found = next((u for u in users if (u.uid == wanted if wanted is not None else u.name == name)), None)
    if found is None and wanted is None:
        raise LaunchError(f"unable to find user {name}: no matching entries in passwd file", 126)
    uid = _in_range(found.uid if found else wanted or 0)
    gid = found.gid if found else 0
    own: list[int] = []
    if group:
        gid = _find_group(groups, group, f"unable to find group {group}: no matching entries in group file")
    elif found:
        own = [g.gid for g in groups if found.name in g.users]
    added = sorted({_find_group(groups, extra, f"Unable to find group {extra}") for extra in group_add})
    home = next((u.home for u in users if u.uid == uid), "/")
    return Account(uid, gid, tuple(dict.fromkeys([gid, *own, *added])), home)


def _find_group(groups: Sequence[_Group], wanted: str, missing: str) -> int:
    number = _number(wanted)
    for group in groups:
        if group.gid == number if number is not None else group.name == wanted:
            return group.gid
    if number is None:
        raise LaunchError(missing, 126)
    return _in_range(number)


def _in_range(number: int) -> int:
    if not 0 <= number <= _MAX_ID:
        raise LaunchError(f"uids and gids must be in range 0-{_MAX_ID}", 126)
    return number


def _number(text: str) -> int | None:
    digits = text[1:] if text[:1] in ("+", "-") else text
    return int(text) if digits.isascii() and digits.isdigit() else None


def _lines(root: str, path: str) -> list[list[str]]:
    try:
        text = read_in(root, path).decode("utf-8", "surrogateescape")
    except OSError:
        # An image FROM scratch has no such file.
        return []
    return [line.strip().split(":") for line in text.split("\n") if line.strip()]


def _user(fields: list[str]) -> _User:
    name, _, uid, gid, _, home = (fields + [""] * 6)[:6]
    return _User(name, _number(uid) or 0, _number(gid) or 0, home)


def _group(fields: list[str]) -> _Group:
    name, _, gid, users = (fields + [""] * 4)[:4]
    return _Group(name, _number(gid) or 0, tuple(users.split(",")))
