"""Which program a command comes down to: behind shells, entrypoint scripts and tools that start others."""

import os
import re
import shlex
import stat

import rootfs

# They end by becoming the program that they are given.
_STARTERS = frozenset(
    "bash chpst chroot dash docker-init dumb-init env exec gosu ionice nice nohup runuser s6-setuidgid setpriv setsid "
    "sh stdbuf su su-exec sudo taskset tini tini-static timeout".split()
)
_LIMIT = 64 << 10
_EXEC = re.compile(r"^[^#\n]*?\bexec[ \t]+([^\n;&|]+)", re.MULTILINE)


def find_self_exe(root: str, args: list[str], cwd: str, search_path: str, java_home: str = "") -> str | None:
    """What /proc/self/exe may say to every program of the member: its main program, which is who asks.
    A busybox shell asks as well, to run its commands through it, and must not be given another program;
    it does without an answer, gosu does not."""
    places = search_path.split(":")
    program = find_main_program(root, args, cwd, search_path)
    shell = _locate(root, "/bin/sh", "/", [])
    if shell is None or os.path.basename(shell) != "busybox" or program == shell:
        if program is None or os.path.basename(program) in _STARTERS:
            # Nobody but a JVM minds; a script that starts one seldom says so in so many words.
            return (
                _locate(root, f"{java_home}/bin/java", "/", [])
                or _locate(root, "java", "/", places)
                or program
            )
        return program
    return shell if _locate(root, "gosu", "/", places) else None


def find_main_program(root: str, args: list[str], cwd: str, search_path: str) -> str | None:
    """Path in the root of the binary that `args` ends in, by the words alone; None when there is none.
    A script that never says what it runs comes down to its interpreter."""
    places = search_path.split(":")
    first = _locate(root, args[0], cwd, places)
    if first is None:
        return None
    words = list(args)
    text = _script(root, first)
    if text is not None:
        words += [word for line in _EXEC.findall(text) for word in _split(line)]
    for word in words:
        for piece in _pieces(word):
            path = _locate(root, piece, cwd, places)
            if path and os.path.basename(piece) not in _STARTERS and _is_binary(root, path):
                return path
    return _interpreter(root, first, text, places)


def _pieces(word: str) -> list[str]:
    """A word of a command; the words after `exec`, or the first ones, when it is a command of a shell."""
    if not re.search(r"\s", word):
        return [word]
    found = _EXEC.findall(word)
    return [piece for line in found or [word] for piece in _split(line)]


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _locate(root: str, word: str, cwd: str, places: list[str]) -> str | None:
    if not word or word.startswith("-") or "\0" in word:
        return None
    for place in [cwd] if "/" in word else places:
        try:
            path = rootfs.resolve(root, os.path.join(place or cwd, word))
            info = os.lstat(path)
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(info.st_mode) and info.st_mode & 0o111:
            return path.removeprefix(root)
    return None


def _script(root: str, path: str) -> str | None:
    text = rootfs.read_text(root, path, _LIMIT) or ""
    return text if text.startswith("#!") else None


def _is_binary(root: str, path: str) -> bool:
    return (rootfs.read_text(root, path, 4) or "") == "\x7fELF"


def _interpreter(root: str, path: str, text: str | None, places: list[str]) -> str | None:
    if text is None:
        return path
    words = text[2:].split("\n", 1)[0].split()
    while words and os.path.basename(words[0]) == "env":
        words = words[1:]
    return _locate(root, words[0], "/", places) if words else None
