"""Programs of a supervisord.conf as supervisord itself reads them, as JSON."""

import json
import sys

from supervisor.options import ServerOptions

options = ServerOptions()
options.realize(["-c", sys.argv[1], "-n"])
programs = [
    {
        "name": program.name,
        "command": program.command,
        "autostart": program.autostart,
        "startsecs": program.startsecs,
        "startretries": program.startretries,
        "stopwaitsecs": program.stopwaitsecs,
        "priority": program.priority,
        "exitcodes": program.exitcodes,
    }
    for group in options.process_group_configs
    for program in group.process_configs
]
json.dump(programs, sys.stdout)
