"""Programs of some supervisord.conf as supervisord itself reads them, as JSON: a list for each file, by name."""

import json
import sys
from signal import Signals

from supervisor.datatypes import RestartUnconditionally, RestartWhenExitUnexpected
from supervisor.options import ServerOptions

AUTORESTART = {False: "false", RestartUnconditionally: "true", RestartWhenExitUnexpected: "unexpected"}


def programs_of(path: str) -> list[dict[str, object]]:
    options = ServerOptions()
    options.realize(["-c", path, "-n"])
    programs = [program for group in options.process_group_configs for program in group.process_configs]
    return [
        {
            "name": program.name,
            "command": program.command,
            "autostart": program.autostart,
            "autorestart": AUTORESTART[program.autorestart],
            "exitcodes": program.exitcodes,
            "startsecs": program.startsecs,
            "startretries": program.startretries,
            "stopsignal": Signals(program.stopsignal).name.removeprefix("SIG"),
            "stopwaitsecs": program.stopwaitsecs,
            "priority": program.priority,
        }
        for program in sorted(programs, key=lambda program: program.name)
    ]


json.dump([programs_of(path) for path in sys.argv[1:]], sys.stdout)
