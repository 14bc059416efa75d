"""bundle-logs and bundle-restart."""

import argparse
import json
import sys
import time

import client


def logs() -> None:
    """The last output of a member, as init remembers it."""
    parser = argparse.ArgumentParser(prog="bundle-logs")
    parser.add_argument("-f", "--follow", action="store_true")
    parser.add_argument("-n", "--tail", type=int, metavar="LINES")
    parser.add_argument("member")
    options = parser.parse_args()
    since, first = 0, True
    while True:
        answer = json.loads(client.call("logs", options.member, since))
        text = answer["text"]
        if first and options.tail is not None:
            lines = text.splitlines(keepends=True)
            text = "".join(lines[max(len(lines) - options.tail, 0) :])
        sys.stdout.write(text)
        sys.stdout.flush()
        since, first = answer["total"], False
        if not options.follow:
            return
        time.sleep(0.5)


def restart() -> None:
    """Restarts members one after the other."""
    parser = argparse.ArgumentParser(prog="bundle-restart")
    parser.add_argument("member", nargs="+")
    for member in parser.parse_args().member:
        print(f"{member}: {client.call('restart', member)}")
