"""System call filters, which crun compiles and keeps for whoever has the same one (`.cache/seccomp`). That is a third
of its work at a start; of fifty that start at once most would do it, before the first is through."""

import json
import os
import threading
import time
from collections.abc import Mapping
from typing import Any

import layout

_KEPT = f"{layout.CRUN_STATE}/.cache/seccomp"
_PATIENCE = 0.3
_lock = threading.Lock()
_begun: dict[str, float] = {}  # each filter, and when the first member with it came


def wait_for(seccomp: Mapping[str, Any] | None) -> None:
    """Blocks while crun, for another member, is compiling this filter: for a moment, for it may have failed there."""
    if not seccomp:
        return
    name = json.dumps(seccomp, sort_keys=True)
    with _lock:
        if name not in _begun:
            _begun[name] = time.monotonic()
            return
    while time.monotonic() < _begun[name] + _PATIENCE and _count() < len(_begun):
        time.sleep(0.005)


def _count() -> int:
    try:
        return len(os.listdir(_KEPT))
    except FileNotFoundError:
        return 0
