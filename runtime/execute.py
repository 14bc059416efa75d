"""bundle-exec: a command in a member's surroundings, as `docker compose exec` runs it."""

import argparse
import json
import os
import signal
import sys
import time
from typing import Any, NoReturn

import environment
import jail
import layout
import rootfs
import rungs
import sealed
import users
from environment import DEFAULT_PATH, LaunchError
from signals import IGNORED_BY_PYTHON

_ASK_EVERY = 1.0


def main() -> NoReturn:
    """Becomes the command; its exit code is ours. 126 when the member does not run or the command is no program,
    127 when there is none of that name."""
    parser = argparse.ArgumentParser(prog="bundle-exec")
    parser.add_argument("-u", "--user", help="name, uid, name:group or uid:gid")
    parser.add_argument("-w", "--workdir")
    parser.add_argument("-e", "--env", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("-i", "--interactive", action="store_true", help="as it is anyway")
    parser.add_argument("-t", "--tty", action="store_true", help="as it is anyway, where stdin is a terminal")
    parser.add_argument("-T", "--no-tty", action="store_true", help="no terminal even when stdin is one")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="for the member to run")
    parser.add_argument("--if-running", action="store_true", help="0, and no command, where it does not run")
    parser.add_argument("member")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if not options.command:
        parser.error("a command is needed")
    try:
        _run(options)
    except LaunchError as error:
        sys.stderr.write(f"bundle-exec: {error}\n")
        sys.exit(error.code)


def _rung(member: str) -> str | None:
    """The rung of a member that runs, else None. init deletes the pid file of one that ended."""
    if not os.path.exists(f"{layout.member_dir(member)}/config.json"):
        return None
    rung, _ = rungs.choose(layout.load_launch(member), layout.read_json(layout.RUNGS_FILE))
    return rung if os.path.exists(layout.pid_file(member)) else None


def _rung_when_it_runs(member: str, seconds: float) -> str | None:
    """Waits for its start, unless there will be none."""
    began = time.monotonic()
    ask_at = began + _ASK_EVERY
    while (rung := _rung(member)) is None and time.monotonic() < began + seconds:
        if time.monotonic() > ask_at:
            if _is_at_rest(member):
                return None
            ask_at = time.monotonic() + _ASK_EVERY
        time.sleep(0.1)
    return rung


def _is_at_rest(member: str) -> bool:
    """Whether nobody will start it any more, as far as init answers yet."""
    # Only here: they take their time to load.
    import http.client
    import xmlrpc.client

    import client

    try:
        return client.ask("state", member) == "rest"
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return False


def _run(options: argparse.Namespace) -> NoReturn:
    rung = _rung_when_it_runs(options.member, options.wait)
    if rung is None and options.if_running:
        sys.exit(0)
    if rung is None:
        raise LaunchError(f'member "{options.member}" does not run')
    config = layout.read_json(f"{layout.member_dir(options.member)}/config.json")
    for number in IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    process = config["process"]
    home = _change_user(config, options.member, options.user)
    process["terminal"] = os.isatty(0) and os.isatty(1) and not options.no_tty
    process["cwd"] = options.workdir or process["cwd"]
    process["args"] = options.command
    env = dict(item.split("=", 1) for item in process["env"])
    if process["terminal"]:
        env["TERM"] = os.environ.get("TERM", "xterm")
    for item in options.env:
        name, separator, value = item.partition("=")
        if separator or name in os.environ:
            env[name] = value if separator else os.environ[name]
        else:  # as the Engine: a name alone, which the caller has not, takes it away
            env.pop(name, None)
    env["HOME"] = env.get("HOME") or home
    root = config["root"]["path"] if rung == "chroot" else _root_of(options.member)
    if root and not os.path.isdir(rootfs.resolve(root, process["cwd"])):
        raise LaunchError(f'chdir to cwd ("{process["cwd"]}"): no such directory')
    if rung == "chroot":
        jail.become_or_end(config, options.command, env, process["cwd"], process["user"])
    word = options.command[0]
    # Links below these mean another thing to each process.
    if root and not word.startswith(("/proc/", "/dev/")):
        rootfs.require_program(root, word, process["cwd"], env.get("PATH", DEFAULT_PATH), process["user"])
    process["env"] = [f"{name}={value}" for name, value in env.items()]
    # The whole process as crun knows it: with options instead, one --env would drop all other variables.
    file = os.memfd_create("process", 0)
    os.write(file, json.dumps(process).encode("utf-8", "surrogateescape"))
    command = layout.crun("exec", "--process", f"/proc/self/fd/{file}", options.member)
    os.execve(sealed.program(), command, layout.CRUN_ENVIRONMENT)


def _change_user(config: dict[str, Any], member: str, wanted: str | None) -> str:
    """Gives the process of `config` its user, with the groups of `group_add` (moby, getUser); its home, which HOME
    names unless somebody said otherwise."""
    process, root = config["process"], config["root"]["path"]
    if wanted is None:
        return users.resolve_user(root, str(process["user"]["uid"]), []).home
    launch = layout.load_launch(member)
    groups = environment.texts(launch.get("groups", []), os.environ)
    found = users.resolve_user(root, wanted, groups, launch.get("accounts"))
    process["user"] |= {"uid": found.uid, "gid": found.gid, "additionalGids": list(found.groups)}
    if config.get("annotations", {}).get(layout.OWN_HOME) == str(False):
        process["env"] = [item for item in process["env"] if not item.startswith("HOME=")]
    return found.home


def _root_of(member: str) -> str | None:
    """Where the member sees its files, mounts included. None: it has just ended, or may not be looked into, and crun,
    which ends with 255 or 1 where Docker has other codes, has the word."""
    with open(layout.pid_file(member), encoding="ascii") as file:
        root = f"/proc/{int(file.read())}/root"
    try:
        os.stat(f"{root}/")
    except OSError:
        return None
    return root
