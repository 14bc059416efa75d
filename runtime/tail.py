"""bundle-logs and bundle-restart."""

import argparse
import json
import re
import signal
import sys
import time

import client
import layout

_EVER = 1e9
# Seconds in which init may begin anew (supervisorctl reload) while somebody follows.
_RELOAD = 10.0
# Not what str.splitlines takes for an end: a member may write \r, or letters that are one to Unicode.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def logs() -> None:
    """The last output of members, as init remembers it."""
    parser = argparse.ArgumentParser(
        prog="bundle-logs",
        epilog="Older lines, and times: docker logs -t BUNDLE, where each line begins with its member.",
    )
    parser.add_argument("-f", "--follow", action="store_true")
    parser.add_argument("-n", "--tail", type=_count, metavar="LINES", help="of each member, or all")
    parser.add_argument(
        "--since", type=_seconds, default=_EVER, metavar="AGE", help="such as 90s, 10m or 1h30m"
    )
    parser.add_argument("--no-log-prefix", action="store_true", help="lines without the member's name")
    parser.add_argument("member", nargs="*", help="all, unless some are named")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    members = options.member or layout.load_bundle()["members"]
    seen = dict.fromkeys(members, 0)
    is_first = True
    while True:
        for member in seen:
            # As text: a whole number of XML-RPC ends at 2 GiB.
            words = (member, str(seen[member]), options.since if is_first else _EVER)
            answer = json.loads(client.call("logs", *words, patience=0.0 if is_first else _RELOAD))
            lines = _LINE.findall(answer["text"])
            if is_first and options.tail is not None:
                lines = lines[max(len(lines) - options.tail, 0) :]
            if not is_first and (lost := answer["lost"]):
                sys.stdout.flush()
                print(
                    f"bundle-logs: {lost} bytes of {member} came too fast: see docker logs", file=sys.stderr
                )
            prefix = re.compile(rf"\A{re.escape(member)} *\| " if options.no_log_prefix else "")
            sys.stdout.write("".join(prefix.sub("", line, count=1) for line in lines))
            seen[member] = answer["total"]
        sys.stdout.flush()
        is_first = False
        if not options.follow:
            return
        time.sleep(0.5)


def _count(text: str) -> int | None:
    return None if text == "all" else int(text)


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", text)
    if not match or not text:
        raise argparse.ArgumentTypeError(f"{text} is no age such as 90s, 10m or 1h30m")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def restart() -> None:
    """Restarts members one after the other."""
    parser = argparse.ArgumentParser(prog="bundle-restart")
    parser.add_argument("member", nargs="+")
    members = parser.parse_args().member
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for member in members:
        print(f"{member}: {client.call('restart', member)}")
