"""The namespace `bundle` on supervisord's socket: what bundle-status, bundle-logs and bundle-restart ask."""

import json
import os
import time
from typing import Any

from supervisor.xmlrpc import NOT_DONE_YET, Faults, RPCError

import checks
import members as m
import report
from restart import Restart


class BundleInterface:
    """Methods are RPC calls. Answers are JSON text: XML-RPC has no null."""

    def __init__(self, supervisor: Any) -> None:
        self._supervisor, self._conductor = supervisor, supervisor.conductor

    def status(self) -> str:
        """All members."""
        return json.dumps([self._describe(member) for member in self._conductor.members.values()])

    def state(self, name: str) -> str:
        """What a member does, in the word of `status`."""
        return str(self._member(name).phase)

    def logs(self, name: str, since: str, seconds: float) -> str:
        """The last output of a member after byte `since` of all of it, in the last `seconds`; `lost`: bytes between
        `since` and what is still known."""
        ring = self._member(name).ring
        text = ring.read(int(since), seconds).decode("utf-8", "backslashreplace")
        return json.dumps({"total": ring.total, "text": text, "lost": ring.lost(int(since))})

    def restart(self, name: str) -> Any:
        """Stops and starts a member, then dependants that ask for it (`depends_on: {restart: true}`),
        each when its conditions hold again."""
        job = Restart(self._member(name), self._conductor.members, self._conductor.spawn)
        self._conductor.restarts.append(job)

        def poll() -> Any:
            if job.error:
                raise RPCError(Faults.FAILED, job.error)
            return NOT_DONE_YET if job.seconds is None else f"restarted in {job.seconds:.1f} s"

        poll.delay = 0.05  # type: ignore[attr-defined]
        poll.rpcinterface = self  # type: ignore[attr-defined]
        return poll

    def _member(self, name: str) -> Any:
        if name not in self._conductor.members:
            raise RPCError(Faults.BAD_NAME, name)
        return self._conductor.members[name]

    def _describe(self, member: Any) -> dict[str, Any]:
        health = member.health
        alive = member.phase == m.RUNNING
        results = (
            [{**item, "output": item["output"].decode("utf-8", "replace")} for item in health.results]
            if health
            else []
        )
        return {
            "member": member.name,
            "state": member.phase,
            "detail": report.describe(member),
            "health": health.status if health and alive else None,
            "failingStreak": health.streak if health else 0,
            "checks": results,
            "restarts": member.throttle.restarts,
            "uptimeSeconds": round(time.monotonic() - member.started_at, 1) if alive else None,
            "exitCode": member.exit_code,
            "rung": member.rung,
            "pid": member.main_pid() if alive else None,
            **(_usage(_processes(member)) if alive else {"memoryBytes": None, "cpuSeconds": None}),
        }


def _processes(member: Any) -> list[int]:
    """With crun, but without the copy of init that stands for it on rung chroot."""
    below = checks.descendants(member.process.pid)
    return below if member.rung == "chroot" else [member.process.pid, *below]


def _usage(pids: list[int]) -> dict[str, float]:
    """Resident memory of the member's processes (shared pages count in each), CPU time of these and of who ended."""
    page, tick = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
    memory = ticks = 0
    for one in pids:
        try:
            with open(f"/proc/{one}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
        memory += int(fields[21]) * page
    return {"memoryBytes": memory, "cpuSeconds": round(ticks / tick, 2)}
