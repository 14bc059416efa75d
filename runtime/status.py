"""bundle-status: what `docker compose ps` would say of the members."""

import argparse
import json
import sys
from typing import Any

import client
import layout


def main() -> None:
    """A table, --json, or --health (exit code 0 when the bundle is healthy)."""
    parser = argparse.ArgumentParser(prog="bundle-status")
    parser.add_argument("--json", action="store_true", help="everything that is known, as JSON")
    parser.add_argument(
        "--health", action="store_true", help="print the aggregate; exit 0 when healthy, else 1"
    )
    parser.add_argument("member", nargs="*", help="all, unless some are named")
    options = parser.parse_args()
    if options.health:
        text = _health()
        sys.stdout.write(text)
        sys.exit(0 if text.startswith("healthy\n") else 1)
    members = {one["member"]: one for one in json.loads(client.call("status"))}
    if unknown := [name for name in options.member if name not in members]:
        sys.exit(f"no such member: {', '.join(unknown)}")
    chosen = [members[name] for name in options.member] or list(members.values())
    print(json.dumps(chosen) if options.json else table(chosen))


def _health() -> str:
    try:
        with open(layout.HEALTH_FILE, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:  # init has just begun, or has no room to say it
        return "unknown\n"


def table(members: list[dict[str, Any]]) -> str:
    """Columns padded to their widest cell."""
    head = ["MEMBER", "STATE", "HEALTH", "RESTARTS", "UPTIME", "EXIT", "MEMORY", "CPU", "RUNG"]
    rows = [head, *(_row(member) for member in members)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(lines)


def _row(member: dict[str, Any]) -> list[str]:
    memory, cpu = member["memoryBytes"], member["cpuSeconds"]
    return [
        member["member"],
        member["state"],
        member["health"] or "-",
        str(member["restarts"]),
        "-" if member["uptimeSeconds"] is None else f"{member['uptimeSeconds']:.0f}s",
        "-" if member["exitCode"] is None else str(member["exitCode"]),
        "-" if memory is None else f"{memory / 1048576:.1f}M",
        "-" if cpu is None else f"{cpu:.2f}s",
        member["rung"] or "none",
    ]
