"""Commands inside a running member: health checks and bundle-exec. First version."""

import os
from collections.abc import Sequence

from spec import CRUN_STATE, Healthcheck, late_text, late_words, load_member, read_json


def command_in(
    member: str,
    argv: Sequence[str],
    *,
    pid_file: str | None = None,
    user: str | None = None,
    cwd: str | None = None,
    env: Sequence[str] = (),
    tty: bool = False,
) -> list[str]:
    """The argv that runs a command in the running member, as its user, with its environment and directory."""
    command = ["/usr/bin/crun", "--root", CRUN_STATE, "exec"]
    if pid_file:
        command += ["--pid-file", pid_file]
    return [*command, member, *argv]


def member_pid(member: str) -> int | None:
    """The pid of the member's own PID 1 as this container's PID 1 sees it; None when it is not running."""
    try:
        return int(read_json(f"{CRUN_STATE}/{member}/status")["pid"])
    except (OSError, ValueError, KeyError):
        return None


def health_argv(member: str) -> list[str]:
    """The member's health test with late-bound texts filled in; empty when it has none."""
    check: Healthcheck | None = load_member(member).healthcheck
    if check is None:
        return []
    environment = dict(os.environ)
    if check.test[0] == "CMD-SHELL":
        return [*(check.shell or ("/bin/sh", "-c")), late_text(check.test[1], environment)]
    return late_words(check.test[1:], environment)
