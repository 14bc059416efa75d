"""supervisord where it is installed; elsewhere the names that the runtime takes from it, with as much behind them as
its rules need. Live tests have the real one."""

import importlib.util
import os
import sys
import types
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "runtime"))
import imports


class ProcessStates:
    STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FATAL = 0, 10, 20, 30, 40, 100, 200


class SupervisorStates:
    SHUTDOWN, RESTARTING, RUNNING = -1, 0, 1


class Faults:
    BAD_NAME, FAILED, CANT_REREAD = 10, 30, 92


class RPCError(Exception):
    def __init__(self, code: int, extra: str) -> None:
        self.code, self.text = code, extra


class Supervisor:
    def __init__(self, options: Any) -> None:
        self.options, self.process_groups = options, dict[str, Any]()

    def add_process_group(self, config: Any) -> bool:
        self.process_groups[config.name] = config
        return True

    def remove_process_group(self, name: str) -> bool:
        return bool(self.process_groups.pop(name))

    def diff_to_active(self) -> tuple[list[Any], list[Any], list[Any]]:
        new = self.options.process_group_configs
        return [one for one in new if one.name not in self.process_groups], [], []

    def get_process_map(self) -> dict[int, Any]:
        return {}

    def reap(self, once: bool = False, recursionguard: int = 0) -> None:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _install() -> None:
    def named(*names: str) -> dict[str, type]:
        return {name: type(name, (), {}) for name in names}

    modules: dict[str, dict[str, Any]] = {
        "states": {"ProcessStates": ProcessStates, "SupervisorStates": SupervisorStates},
        "datatypes": named("RestartUnconditionally", "RestartWhenExitUnexpected"),
        "xmlrpc": {"Faults": Faults, "RPCError": RPCError, "NOT_DONE_YET": object()},
        "medusa": {},
        "medusa.asyncore_25": {"socket_map": {}, **named("ExitNow")},
        "loggers": named("Handler"),
        "options": named("ServerOptions", "ProcessConfig", "ProcessException"),
        "dispatchers": named("POutputDispatcher"),
        "process": named("Subprocess"),
        "supervisord": {"Supervisor": Supervisor},
    }
    sys.modules["supervisor"] = types.ModuleType("supervisor")
    for path, content in modules.items():
        module = sys.modules[f"supervisor.{path}"] = types.ModuleType(path)
        vars(module).update(content)
        parent, _, name = f"supervisor.{path}".rpartition(".")
        setattr(sys.modules[parent], name, module)


if importlib.util.find_spec("supervisor"):
    imports.spare()
else:
    _install()
