"""Checks what init relies on inside supervisord. A build step: a supervisord that differs fails the build."""

import inspect
import os
import sys

import imports


def main() -> None:
    """Names every expectation that does not hold; exit code 70 when there is one."""
    imports.spare()
    problems = _problems()
    for problem in problems:
        sys.stderr.write(f"bundle-shared self-test: {problem}\n")
    if problems:
        from supervisor.options import VERSION

        sys.stderr.write(
            f"bundle-shared self-test: supervisor {VERSION} does not fit; 4.2.5 and 4.3 are known to\n"
        )
        sys.exit(70)


def _problems() -> list[str]:
    from supervisor import dispatchers, events, options, process, rpcinterface, supervisord, xmlrpc
    from supervisor.states import ProcessStates, SupervisorStates

    expected = {
        supervisord.Supervisor: [
            "runforever",
            "get_process_map",
            "process_groups",
            "main",
            "run",
            "reap",
            "add_process_group",
            "remove_process_group",
            "diff_to_active",
        ],
        process.Subprocess: [
            "transition",
            "finish",
            "spawn",
            "stop",
            "kill",
            "_spawn_as_child",
            "change_state",
        ],
        options.ServerOptions: [
            "fork",
            "kill",
            "make_logger",
            "processes_from_section",
            "get_signal",
        ],
        options.ProcessConfig: ["make_process", "make_dispatchers"],
        dispatchers.POutputDispatcher: ["_log", "_init_normallog", "readable", "handle_read_event"],
        ProcessStates: ["STARTING", "RUNNING", "STOPPING", "BACKOFF", "EXITED", "FATAL", "STOPPED"],
        SupervisorStates: ["RUNNING", "SHUTDOWN", "RESTARTING"],
        xmlrpc: ["NOT_DONE_YET", "RPCError", "Faults", "SupervisorTransport"],
        events: ["notify", "clear"],
    }
    found = [
        f"{getattr(owner, '__name__', owner)}.{name} is missing"
        for owner, names in expected.items()
        for name in names
        if not hasattr(owner, name)
    ]
    calls = rpcinterface.SupervisorNamespaceRPCInterface
    uses = {
        process.Subprocess.spawn: [
            "options.fork()",
            "make_dispatchers",
            "_spawn_as_child",
            "ProcessStates.STOPPED",
        ],
        process.Subprocess._spawn_as_parent: ["pidhistory[pid]"],
        process.Subprocess.kill: ["options.kill(pid, sig)", "self.delay"],
        process.Subprocess.finish: ["self.drain()", "self.killing", "close_parent_pipes"],
        options.ServerOptions.make_pipes: ["child_stdin", "child_stdout", "child_stderr"],
        options.ServerOptions.process_groups_from_parser: ["processes_from_section"],
        supervisord.Supervisor.run: ["self.runforever()", "openhttpservers", "setsignals"],
        dispatchers.POutputDispatcher.record_output: ["self._log(data)"],
        calls.startProcess: ["supervisord.reap()"],
        calls.stopProcess: ["supervisord.reap()"],
        calls.addProcessGroup: ["supervisord.add_process_group(config)"],
        calls.removeProcessGroup: ["supervisord.remove_process_group(name)"],
        calls.reloadConfig: ["supervisord.diff_to_active()"],
    }
    for function, phrases in uses.items():
        source = inspect.getsource(function)
        found += [f"{function.__qualname__} no longer has {text!r}" for text in phrases if text not in source]
    if not found:
        import rpc
        import supervision

        fields = ("pidhistory", "poller", "signal_receiver")
        probe = supervision.BundleOptions()
        found += [f"ServerOptions().{name} is missing" for name in fields if not hasattr(probe, name)]
        if probe.import_spec("os.path:join") is not os.path.join:
            found.append("ServerOptions.import_spec does not take pkg_resources' EntryPoint")
        assert rpc.BundleInterface
    return found
