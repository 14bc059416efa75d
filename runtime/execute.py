"""bundle-exec: a command in a member's surroundings, as `docker compose exec` runs it."""

import argparse
import os
import signal
import subprocess
import sys
import time
from typing import NoReturn

import jail
import layout
import rungs
import users
from environment import LaunchError
from signals import IGNORED_BY_PYTHON


def main() -> NoReturn:
    """Becomes the command; its exit code is ours. 126 when the member does not run."""
    parser = argparse.ArgumentParser(prog="bundle-exec")
    parser.add_argument("-u", "--user", help="name, uid, name:group or uid:gid")
    parser.add_argument("-w", "--workdir")
    parser.add_argument("-e", "--env", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("-T", "--no-tty", action="store_true", help="no terminal even when stdin is one")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="for the member to run")
    parser.add_argument("member")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error("a command is needed")
    try:
        _run(options)
    except (LaunchError, users.UserError) as error:
        sys.stderr.write(f"bundle-exec: {error}\n")
        sys.exit(getattr(error, "code", 126))


def _runs(member: str, path: str, ask: bool) -> bool:
    """Whether there is something to enter; `ask` crun, which knows nothing of a member in a chroot."""
    if not os.path.exists(path):
        return False
    rung, _ = rungs.choose(layout.load_launch(member).get("isolation"), layout.read_json(layout.RUNGS_FILE))
    if not ask or rung == "chroot":
        return True
    command = layout.crun("state", member)
    state = subprocess.run(command, env=layout.CRUN_ENVIRONMENT, capture_output=True, check=False)
    return state.returncode == 0 and b'"running"' in state.stdout


def _run(options: argparse.Namespace) -> NoReturn:
    path = f"{layout.member_dir(options.member)}/config.json"
    deadline = time.monotonic() + options.wait
    while not _runs(options.member, path, bool(options.wait)):
        if time.monotonic() >= deadline:
            raise LaunchError(f'member "{options.member}" does not run', 126)
        time.sleep(0.1)
    config, launch = layout.read_json(path), layout.load_launch(options.member)
    rung, _ = rungs.choose(launch.get("isolation"), layout.read_json(layout.RUNGS_FILE))
    if rung != "chroot" and not os.path.exists(layout.pid_file(options.member)):
        raise LaunchError(f'member "{options.member}" does not run', 126)
    for number in IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    user = config["process"]["user"]
    if options.user is not None:
        found = users.resolve_user(config["root"]["path"], options.user, [])
        user = {"uid": found.uid, "gid": found.gid, "additionalGids": list(found.groups)}
    cwd = options.workdir or config["process"]["cwd"]
    extra = [item if "=" in item else f"{item}={os.environ.get(item, '')}" for item in options.env]
    terminal = os.isatty(0) and os.isatty(1) and not options.no_tty
    if terminal:
        extra.insert(0, f"TERM={os.environ.get('TERM', 'xterm')}")
    if rung == "chroot":
        env = dict(item.split("=", 1) for item in [*config["process"]["env"], *extra])
        jail.become(config, options.command, env, cwd, user)
    words = ["--cwd", cwd, "--user", f"{user['uid']}:{user['gid']}"]
    if options.user is None:
        words = ["--cwd", cwd]
    words += ["--tty"] if terminal else []
    words += [word for item in extra for word in ("--env", item)]
    command = layout.crun("exec", *words, options.member, *options.command)
    os.execve(command[0], command, {**layout.CRUN_ENVIRONMENT, "TERM": os.environ.get("TERM", "xterm")})
