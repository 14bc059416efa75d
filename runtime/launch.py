"""What has to be known, and written, before a member can be started; and what it is started with.

`prepare` reads the member's own files, which may lie on a drive that keeps its reader waiting, and asks DNS: init
has it done beside its loop."""

import errno
import json
import os
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import affinity
import births
import environment
import groups
import jail
import kernel
import layout
import limits
import names
import oci
import parameters
import rootfs
import rungs
import sealed
import users
from environment import LaunchError

# No room, no memory, too many files or processes: a restart may find it otherwise.
_MAY_PASS = {errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EINTR}
_ROOM = 4096  # what the smallest pipe takes without a reader


@dataclass(frozen=True)
class Launch:
    """What a member is started with."""

    service: str
    program: str
    args: list[str]
    notes: str = ""  # for the member's stderr
    owner: tuple[int, int] | None = None  # uid and gid that its stdout and stderr belong to
    takes_input: bool = False
    # What only the process itself can do before it becomes the program. Without that nobody has to fork.
    enter: Callable[[], None] | None = None
    # The filter that crun has to compile.
    seccomp: Mapping[str, Any] | None = None

    def take_streams(self, out: int, error: int) -> None:
        """Gives the member what will be its stdout and stderr, with the notes in the latter."""
        os.write(error, self.notes.encode("utf-8", "backslashreplace")[:_ROOM])
        if self.owner:  # so that it can open /dev/stdout by name
            for fd in (out, error):
                os.fchown(fd, *self.owner)


def main(service: str, container: Mapping[str, str]) -> NoReturn:
    """Becomes the member, with what this process has for descriptors 0 to 2."""
    made = prepare(service, container)
    made.take_streams(1, 2)
    if not made.takes_input:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    become(made)


def prepare(service: str, container: Mapping[str, str]) -> Launch:
    """The start of a member, or of what says in its place why it cannot start: one line on its stderr and Docker's
    exit code."""
    try:
        return _prepare(service, container)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this member's, not the bundle's
        return failure(service, error)


def become(launch: Launch) -> NoReturn:
    """In a process of the member's own: becomes the program, or ends as `failure` would. It executes nothing then: what
    would be found may be the member's already."""
    try:
        if launch.enter:
            launch.enter()
        os.execve(launch.program, launch.args, layout.CRUN_ENVIRONMENT)
    except Exception as error:  # noqa: BLE001 - as in prepare
        notes, code = say(launch.service, error)
        sys.stderr.write(notes)
        sys.stderr.flush()
        os._exit(code)


def failure(service: str, error: Exception) -> Launch:
    """What says in a member's place why it cannot start."""
    notes, code = say(service, error)
    return Launch(service, "/bin/sh", ["sh", "-c", f"exit {code}"], notes)


def say(service: str, error: Exception) -> tuple[str, int]:
    """Why a member cannot start, as a line on its stderr, and the exit code."""
    if isinstance(error, LaunchError):
        text, code = str(error), error.code
    elif isinstance(error, OSError):
        text, code = str(error), exit_code(error)
    else:
        # Nothing of what it says: that may be a value.
        *_, (frame, line) = traceback.walk_tb(error.__traceback__)
        text, code = f"internal error: {type(error).__name__} in {frame.f_code.co_name}, line {line}", 127
    return f"bundle-shared: {service} cannot start: {text}\n", code


def exit_code(error: OSError) -> int:
    """Docker's 126 for what cannot be executed, after which nothing is started again; 1 for what may pass."""
    return 1 if error.errno in _MAY_PASS else 126


def _prepare(service: str, container: Mapping[str, str]) -> Launch:
    launch = layout.load_launch(service)
    rung, reason = rungs.choose(launch, layout.read_json(layout.RUNGS_FILE))
    if rung is None:
        raise LaunchError(reason)
    folder = layout.member_dir(service)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    base = layout.load_config(service)
    root = base["root"]["path"]
    hostname = environment.text(launch.get("hostname") or "", container) or socket.gethostname()
    process, has_own_home = resolve_process(launch, base, root, hostname, container)
    files = names.files(launch, root, hostname, folder, container)
    if launch.get("initProcess") and rung != "chroot":  # there PID 1 of the bundle reaps
        process["args"] = [oci.DOCKER_INIT, "--", *process["args"]]
        files[oci.DOCKER_INIT] = "/usr/bin/tini-static"
    group = groups.make(service) if rung != "chroot" else ""
    config = oci.complete(base, rung, launch.get("procfs", "bind"), process, hostname, files, group)
    config["annotations"] = {layout.OWN_HOME: str(has_own_home)}
    layout.write_atomically(f"{folder}/config.json", json.dumps(config))
    if rung != "chroot":
        rootfs.make_mount_points(root, config["mounts"])
    remove_leftovers(service)

    def enter() -> None:
        affinity.apply(base)
        if has_power:
            kernel.give_up_administration()
        if rung == "chroot":
            jail.enter(config, files, layout.pid_file(service))
        if has_parameters:
            parameters.apply(config, f"{layout.RUN}/probe")
            layout.write_atomically(f"{folder}/config.json", json.dumps(config))

    has_parameters = rung == "sys-admin" and parameters.are_wanted(config)
    has_power = rung == "userns" and "SYS_ADMIN" in kernel.held_capabilities()
    has_to_enter = rung == "chroot" or has_parameters or has_power or affinity.is_wanted(base)
    options = _root_options(rung, base["process"])
    words = ["run", "--no-new-keyring", *options, "--pid-file", f"{folder}/pid", "-b", folder, service]
    return Launch(
        service,
        sealed.program(),
        layout.crun(*words),
        _score_note(base["process"], config["process"]) + limits.note(base["process"], config["process"]),
        (config["process"]["user"]["uid"], config["process"]["user"]["gid"]),
        bool(launch.get("stdin")),
        enter if has_to_enter else None,
        config["linux"].get("seccomp") if rung != "chroot" else None,
    )


def _root_options(rung: str, process: Mapping[str, Any]) -> list[str]:
    """crun changes roots by pivot_root, or by moving a mount, which leaves the bundle's root below that of the member:
    SYS_ADMIN can take the upper one away."""
    if rung != "sys-admin" or kernel.may_pivot_root():
        return []
    may_unmount = "CAP_SYS_ADMIN" in process.get("capabilities", {}).get("bounding", [])
    if may_unmount and len(layout.load_bundle()["members"]) > 1:
        raise LaunchError(
            "with CAP_SYS_ADMIN it could leave its root, since the container's syscall filter refuses pivot_root: "
            "start the container with the output folder's seccomp.json"
        )
    return ["--no-pivot"]


def _score_note(asked: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    if asked.get("oomScoreAdj") in (None, given.get("oomScoreAdj")):
        return ""
    return (
        f"bundle-shared: oom_score_adj is that of the container, {given['oomScoreAdj']}, which is above "
        f"{asked['oomScoreAdj']}\n"
    )


def resolve_process(
    launch: Mapping[str, Any], base: Mapping[str, Any], root: str, hostname: str, container: Mapping[str, str]
) -> tuple[dict[str, Any], bool]:
    """args, user, env and cwd of config.json's process; whether HOME is anybody's word."""
    args = environment.texts(launch["args"], container)
    if not args:
        raise LaunchError("no command specified", 127)
    groups = environment.texts(launch.get("groups", []), container)
    user = users.resolve_user(
        root, environment.text(launch["user"], container), groups, launch.get("accounts")
    )
    spec = launch["environment"]
    hidden = environment.late_names(launch)
    visible = {name: value for name, value in container.items() if name not in hidden}
    own = environment.own_variables(visible, spec["prefix"], all_prefixes())
    env = environment.program_environment(spec, own, read_env_file, container)
    has_own_home = bool(env.get("HOME"))  # an empty one counts as none (runc, setupUser)
    env["HOME"] = env.get("HOME") or user.home
    env.setdefault("HOSTNAME", hostname)
    cwd = environment.text(launch.get("cwd") or "/", container)
    if not cwd.startswith("/"):
        raise LaunchError(f"working directory {cwd!r} is not an absolute path", 127)
    if not os.path.isdir(rootfs.resolve(root, cwd)):
        rootfs.make_directory(root, cwd, 0, 0)
    ids = {"uid": user.uid, "gid": user.gid, "additionalGids": list(user.groups)}
    rootfs.require_program(root, args[0], cwd, env.get("PATH", environment.DEFAULT_PATH), ids)
    own_user = base.get("process", {}).get("user", {}) | ids
    variables = [f"{name}={value}" for name, value in env.items()]
    return {"args": args, "user": own_user, "env": variables, "cwd": cwd}, has_own_home


def all_prefixes() -> list[str]:
    """Prefixes of all members: the longest matching one owns a variable."""
    members = layout.load_bundle()["members"]
    return [layout.load_launch(member)["environment"]["prefix"] for member in members]


def read_env_file(path: str) -> str | None:
    """The text of a mounted env file, None when it is not there (an optional one)."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


def remove_leftovers(service: str) -> None:
    """Forgets a container of that name whose crun was killed. Nothing to do at a first start."""
    if os.path.exists(f"{layout.CRUN_STATE}/{service}"):
        births.run(sealed.program(), layout.crun("delete", "-f", service))
    layout.remove(layout.pid_file(service))
