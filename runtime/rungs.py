"""Which rung of isolation each member gets: probed once per container start, for real (design D7). First version."""

import json
import os

from spec import STATE, Bundle


def prepare(bundle: Bundle) -> dict[str, str]:
    """Called once by init, before supervisord: makes the state folder, returns member -> rung."""
    os.makedirs(STATE, mode=0o700, exist_ok=True)
    rungs = {name: "userns" for name in bundle.members}
    with open(f"{STATE}/rungs.json", "w", encoding="utf-8") as file:
        json.dump(rungs, file)
    return rungs
