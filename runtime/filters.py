"""System call filters, which crun compiles and keeps for whoever has the same one (`.cache/seccomp`). That is a third
of its work at a start; of fifty that start at once most would do it before the first is through."""

import json
import os
import threading
import time
from dataclasses import dataclass

import layout
from launch import Launch

_KEPT = f"{layout.CRUN_STATE}/.cache/seccomp"
_PATIENCE = 0.3
_lock = threading.Lock()


@dataclass(frozen=True)
class _Begun:
    service: str
    at: float
    count: int  # of filters that are kept when this one is


_begun: dict[str, _Begun] = {}


def wait_for(launch: Launch) -> None:
    """Blocks while crun is compiling the same filter for the first member that came with it: for a moment, for that
    one may have failed."""
    if not launch.seccomp:
        return
    name = json.dumps(launch.seccomp, sort_keys=True)
    with _lock:
        own = _Begun(launch.service, time.monotonic(), len(_begun) + 1)
        first = _begun.setdefault(name, own)
    if first.service == launch.service:
        return
    while time.monotonic() < first.at + _PATIENCE and _count() < first.count:
        time.sleep(0.005)


def _count() -> int:
    try:
        return len(os.listdir(_KEPT))
    except OSError:  # none so far; what else it may be is not for a member to fail of
        return 0
