"""Whether a member's program is a script that still prepares. The entrypoints of databases (postgres, mysql, mariadb,
mongo) run a server of their own for a while, which health checks find, and execute the real one in the end."""

import os.path

import checks

_INITS = {"docker-init", "dumb-init", "tini", "tini-static"}
_SHELLS = {"ash", "bash", "dash", "ksh", "sh", "zsh"}


def is_script(pid: int) -> bool:
    """Of a member's PID 1, or the first process below it when that is an init."""
    words = _words(pid)
    if words and os.path.basename(words[0]) in _INITS:
        below = checks.descendants(pid)
        words = _words(below[0]) if below else []
    return runs_file(words)


def runs_file(words: list[str]) -> bool:
    """Whether a command line is a shell's that reads a file, and not one of `-c`."""
    if words and os.path.basename(words[0]) == "busybox":
        words = words[1:]
    if not words or os.path.basename(words[0]).removeprefix("-") not in _SHELLS:
        return False
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith(("-", "+")):
            return True
        if word.startswith("--"):
            continue
        if "c" in word:
            return False
        if word.endswith(("o", "O")):  # of which the next word is the value
            next(rest, None)
    return False


def _words(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="surrogateescape") as file:
            return file.read(4096).split("\0")[:-1]
    except OSError:  # it has ended
        return []
