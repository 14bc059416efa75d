"""Rung chroot: the launcher alone puts a member into its root, with as much of a container as that allows."""

import errno
import os
import resource
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import kernel
import limits
import mainprogram
import rootfs
import standin
import watch
from environment import DEFAULT_PATH, LaunchError

# They would let the member leave its root.
_NEVER = {"SYS_CHROOT", "MKNOD", "SYS_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH", "SYS_MODULE", "SYS_RAWIO"}


def enter(config: Mapping[str, Any], files: Mapping[str, str], pid_file: str) -> NoReturn:
    """Prepares the root and becomes the program in it. Every write stays inside the root."""
    process, root = config["process"], config["root"]["path"]
    env = dict(item.split("=", 1) for item in process["env"])
    standin.make_devices(root)
    standin.make_member_devices(root, config["mounts"])
    for target, source in files.items():
        standin.copy_file(root, target, source)
    for place in standin.make_tmpfs(root, config["mounts"]):
        sys.stderr.write(f"bundle-shared: {place} is a folder without a limit of its size (rung chroot)\n")
    rootfs.make_directory(root, process["cwd"], 0, 0)  # a tmpfs may be around it
    program = mainprogram.find_self_exe(
        root, process["args"], process["cwd"], env.get("PATH", DEFAULT_PATH), env.get("JAVA_HOME", "")
    )
    standin.make_facts(root, program)
    sys.stderr.flush()
    watch.run(lambda: become(config, process["args"], env, process["cwd"], process["user"]), pid_file)


def become_or_end(
    config: Mapping[str, Any], args: list[str], env: Mapping[str, str], cwd: str, user: Mapping[str, Any]
) -> NoReturn:
    """`become` for a process that has nobody above: where it fails, nothing more is executed, not even to say what was
    wrong, for modules to be found now may be the member's."""
    code = 126
    try:
        become(config, args, env, cwd, user)
    except BaseException as error:  # noqa: BLE001 - whatever it is: the process is in the member's root by now
        code = error.code if isinstance(error, LaunchError) else code
        os.write(2, f"bundle-exec: {error}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)


def become(
    config: Mapping[str, Any], args: list[str], env: Mapping[str, str], cwd: str, user: Mapping[str, Any]
) -> NoReturn:
    """chroot, ids, limits, capabilities, exec."""
    process = config["process"]
    _limit(process)
    wanted = {name.removeprefix("CAP_") for name in process.get("capabilities", {}).get("bounding", [])}
    keep = (wanted - _NEVER) & kernel.held_capabilities()
    if os.getsid(0) != os.getpid() and os.getpgrp() != os.getpid():
        os.setsid()
    os.chroot(config["root"]["path"])
    os.chdir(cwd)
    kernel.drop_bounding(keep)
    os.setgroups(user.get("additionalGids", []))
    os.setresgid(user["gid"], user["gid"], user["gid"])
    os.setresuid(user["uid"], user["uid"], user["uid"])
    if user["uid"] == 0:
        kernel.set_capabilities(keep)
    if process.get("noNewPrivileges"):
        kernel.no_new_privileges()
    _execute(args, env)


def _limit(process: Mapping[str, Any]) -> None:
    for limit in process.get("rlimits", []):
        resource.setrlimit(limits.number(limit["type"]), limits.bounds(limit))
    if "oomScoreAdj" in process:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write(str(process["oomScoreAdj"]))


def _execute(args: list[str], env: Mapping[str, str]) -> NoReturn:
    """execvp(3) by hand: Python's own would import a module, and the modules to be found now are the member's."""
    places = [""] if "/" in args[0] else [f"{place or '.'}/" for place in env.get("PATH", "").split(":")]
    found: OSError = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    for place in places:
        try:
            os.execve(f"{place}{args[0]}", args, dict(env))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            found = error
    code = 127 if isinstance(found, FileNotFoundError) else 126
    raise LaunchError(f'exec: "{args[0]}": {found.strerror}', code) from found
