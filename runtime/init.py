"""PID 1 of a bundle: the real supervisord in this process, with the bundle's policy in its loop."""

import json
import os
import shutil
import signal
import sys
import tempfile
import traceback

import births
import imports
import layout

INTERNAL_ERROR = 70
CANNOT_START = 126


def main() -> None:
    """Runs until all members are gone and exits with the code that the policy says.
    An error in our own code ends the container: a policy that silently does nothing is worse."""
    code = INTERNAL_ERROR
    try:
        code = _run()
    except BaseException as error:  # noqa: BLE001 - PID 1: nothing above us could handle it
        if isinstance(error, SystemExit) and isinstance(error.code, int):
            code = error.code or INTERNAL_ERROR
        os.set_blocking(2, False)
        try:
            text = "".join(traceback.format_exception(error))
            os.write(2, f"bundle-shared: internal error, the container ends\n{text}".encode())
        except OSError:
            pass
    finally:
        os._exit(code)


def _run() -> int:
    if os.geteuid() != 0:
        os.write(
            2, b"bundle-shared: a bundle starts as root, its members run as users of their own: drop --user\n"
        )
        return CANNOT_START
    if os.getpid() == 1:
        births.close_others()  # whatever the container was begun with is not for members
        try:
            _clear_state()
        except OSError as error:
            os.write(2, f"bundle-shared: {error}: a read-only container needs --tmpfs /run\n".encode())
            return CANNOT_START
    os.umask(0o022)
    import rungs

    probe = rungs.begin_probe(f"{layout.RUN}/probe")  # beside the imports; and a fork copies less before them
    imports.spare()
    import resource

    import copyup
    import groups
    import kernel
    import places
    import sealed
    from conduct import Conductor
    from ports import Ports
    from rpc import BundleInterface
    from signals import STOP_SIGNALS
    from supervision import BundleOptions, BundleSupervisor
    from supervisor.medusa import asyncore_25 as asyncore
    from supervisor.states import SupervisorStates

    kernel.keep_freed_memory()
    bundle = layout.load_bundle()
    reasons = rungs.prefer(bundle.get("grant"), probe())
    layout.write_atomically(layout.RUNGS_FILE, json.dumps(reasons))
    ports = Ports(bundle["members"])
    tempfile.tempdir = layout.RUN  # supervisord looks for a writable one, which a read-only container has not
    options = BundleOptions()
    options.write_log = ports.say
    options.realize(["-n", "-c", layout.SUPERVISOR_CONFIG])
    options.first, options.test = True, False
    # Small ulimits of all members are the container's too.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    options.minfds, options.minprocs = min(1024, hard) if hard > 0 else 1024, 0
    options.rpcinterface_factories.append(("bundle", lambda supervisor, **_: BundleInterface(supervisor), {}))
    if said := groups.take():
        ports.say(said)
    if bundle.get("sharesFiles") and (said := copyup.warning()):
        ports.say(said)
    held = places.hold(bundle["members"], ports.say)
    if held is None:
        ports.flush(lambda: 0.5)
        return CANNOT_START
    conductor = Conductor(bundle, reasons, ports)
    supervisor = BundleSupervisor(options, conductor)
    try:
        supervisor.main()
    except asyncore.ExitNow:
        pass
    places.make_folders(held, ports.say)
    ports.flush(supervisor.last_seconds)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # from here on they wait for the next init
    supervisor.take_signals()  # a stop after the loop's last look
    if options.mood == SupervisorStates.RESTARTING and conductor.final_code is None:
        sealed.forget()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # supervisorctl reload
    return conductor.final_code or 0


def _clear_state() -> None:
    """A restarted container begins anew. Mounted env files stay."""
    os.makedirs(layout.RUN, exist_ok=True)
    os.chmod(layout.RUN, 0o700)
    for entry in os.listdir(layout.RUN):
        path = f"{layout.RUN}/{entry}"
        if entry == "env":
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    for folder in (f"{layout.RUN}/members", layout.CRUN_STATE):
        os.makedirs(folder, mode=0o700)
    layout.remove(layout.SUPERVISOR_SOCKET)
