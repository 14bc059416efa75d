"""What the bundle says of its members: in words, and in the file that HEALTHCHECK reads."""

from collections.abc import Callable, Mapping

import layout
import members as m
from members import Member


class Report:
    """The health file, written when it changes."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._written = say, ""

    def write(self, members: Mapping[str, Member]) -> None:
        """Never fails: where a disk is full no word is better than an old one."""
        text = health_text(members)
        if text == self._written:
            return
        try:
            layout.write_atomically(layout.HEALTH_FILE, text)
            self._written = text
        except OSError as error:
            if self._written:
                self._say(f"{layout.HEALTH_FILE} cannot be written: {error.strerror}")
            self._written = ""
            layout.remove(layout.HEALTH_FILE)


def health_text(members: Mapping[str, Member]) -> str:
    """The aggregate in the first line, then a line per member."""
    if all(member.is_healthy() for member in members.values()):
        word = "healthy"
    elif any(member.failed or member.health_status == "unhealthy" for member in members.values()):
        word = "unhealthy"
    else:
        word = "starting"
    return "\n".join([word, *(f"{name}: {describe(member)}" for name, member in members.items())]) + "\n"


def describe(member: Member) -> str:
    """A member's state in words."""
    if member.phase == m.RUNNING:
        return f"running ({member.health_status})" if member.health else "running"
    if member.phase == m.WAITING and member.reason:
        return f"waiting for {member.reason}"
    if member.phase in (m.REST, m.DELAYED) and member.exit_code is not None:
        return member.reason or f"{'exited' if member.at_rest else 'restarting'} ({member.exit_code})"
    return member.phase
