"""What the runtime makes of launch.json and the container's variables, by member: JSON in, JSON out."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "runtime"))
import environment

given = json.load(sys.stdin)
container, launches = given["container"], given["launches"]
prefixes = [launch["environment"]["prefix"] for launch in launches]
made = {}
for launch in launches:
    hidden = environment.late_names(launch)
    visible = {name: value for name, value in container.items() if name not in hidden}
    spec = launch["environment"]
    own = environment.own_variables(visible, spec["prefix"], prefixes)
    made[launch["service"]] = {
        "args": environment.texts(launch["args"], container),
        "env": environment.program_environment(spec, own, {}.get, container),
        "cwd": environment.text(launch["cwd"], container),
        "user": environment.text(launch["user"], container),
    }
print(json.dumps(made))
