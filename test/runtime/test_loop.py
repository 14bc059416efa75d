"""init's loop, and supervisord's classes as init uses them."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import supervisor_names  # noqa: F401 - before what imports supervisord
import births
import ports
import processes
import standin
from launch import Launch
from supervision import BundleSupervisor
from supervisor.states import SupervisorStates
from supervisor.xmlrpc import Faults, RPCError


class Target:
    """One of the container's channels."""

    def __init__(self) -> None:
        self.text, self.full = b"", False

    def is_full(self) -> bool:
        return self.full

    def emit(self, target: "Target", data: bytes) -> None:
        target.text += data


def make_supervisor(**options: Any) -> BundleSupervisor:
    conductor = SimpleNamespace(ports=SimpleNamespace(outputs={}))
    return BundleSupervisor(SimpleNamespace(pidhistory={}, **options), conductor)


class Loop(unittest.TestCase):
    def test_the_end_of_a_check_is_its_own_even_while_a_client_is_answered(self) -> None:
        supervisor, ended = make_supervisor(), list[int]()
        child = subprocess.Popen([sys.executable, "-c", "exit(3)"])
        supervisor.adopted[child.pid] = ended.append
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        supervisor.reap()
        supervisor._reap_all()
        child.returncode = 0  # nobody else shall wait for it
        self.assertEqual(ended, [3 << 8])

    def test_members_are_those_of_the_start(self) -> None:
        supervisor = make_supervisor(process_group_configs=[SimpleNamespace(name="new")])
        supervisor._has_begun = True
        for change, fault in (
            (lambda: supervisor.add_process_group(SimpleNamespace(name="new")), Faults.FAILED),
            (lambda: supervisor.remove_process_group("old"), Faults.FAILED),
            (supervisor.diff_to_active, Faults.CANT_REREAD),
        ):
            with self.assertRaises(RPCError) as raised:
                change()
            self.assertEqual(raised.exception.code, fault)
            self.assertIn("supervisorctl reload", raised.exception.text)
        supervisor.options.process_group_configs = []
        self.assertFalse(any(supervisor.diff_to_active()))

    def test_a_stop_goes_before_a_reload(self) -> None:
        waiting = [signal.SIGCHLD, signal.SIGTERM]
        supervisor = make_supervisor(
            mood=SupervisorStates.RESTARTING, get_signal=lambda: waiting.pop() if waiting else None
        )
        self.assertTrue(supervisor.take_signals())
        self.assertEqual(supervisor.options.mood, SupervisorStates.SHUTDOWN)

    def test_who_only_writes_is_told_that_nobody_reads(self) -> None:
        """What `supervisorctl fg` types for a member without stdin."""
        reader, writer = os.pipe()
        os.close(reader)
        calls: list[str] = []
        item = SimpleNamespace(readable=lambda: False, writable=lambda: True)
        item.handle_read_event = lambda: calls.append("read")
        item.handle_write_event = lambda: calls.append("write")
        supervisor = make_supervisor()
        supervisor.get_process_map = lambda: {writer: item}
        self.assertTrue(supervisor._wait(1))
        os.close(writer)
        self.assertEqual(calls, ["write"])

    def test_a_stop_during_an_operators_shutdown_is_news(self) -> None:
        waiting = [signal.SIGTERM]
        supervisor = make_supervisor(
            mood=SupervisorStates.SHUTDOWN, get_signal=lambda: waiting.pop() if waiting else None
        )
        self.assertTrue(supervisor.take_signals())
        waiting.append(signal.SIGTERM)
        self.assertFalse(supervisor.take_signals())


class Fifos(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.target = Target()
        self.port = ports.Port(b"a | ", self.target, self.target, self.target.emit)
        self.supervisor = make_supervisor()
        self.member = SimpleNamespace(process=SimpleNamespace(port=self.port))
        with mock.patch.object(ports, "Output"):
            self.ports = ports.Ports([])
        self.ports.connect_names(self.member, self.root, self.supervisor)
        self.addCleanup(lambda: [os.close(one.fd) for one in self.port.fifos])

    def write(self, data: bytes) -> None:
        Path(self.root, "dev", "stdout").write_bytes(data)

    def test_they_are_made_before_the_first_birth_and_stay(self) -> None:
        self.assertEqual(os.listdir(self.root), [])
        self.port.open()
        first = list(self.port.fifos)
        self.port.open()
        self.assertEqual((self.port.fifos, len(first)), (first, 2))

    def test_half_of_them_are_none(self) -> None:
        before = len(os.listdir("/proc/self/fd"))
        plain = os.open

        def refuse(path: str, *words: Any) -> int:
            if path.endswith("stderr"):
                raise OSError(errno.EMFILE, "no more")
            return plain(path, *words)

        with mock.patch.object(os, "open", refuse), self.assertRaises(OSError):
            self.port.open()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)
        self.port.open()
        self.assertEqual(len(self.supervisor.fifos), 2)

    def test_their_lines_are_no_reason_to_look_at_every_member(self) -> None:
        self.port.open()
        self.write(b"one\ntw")
        self.assertFalse(self.supervisor._wait(0))
        self.assertEqual(self.target.text, b"a | one\n")

    def test_they_are_not_read_while_nobody_reads_the_log(self) -> None:
        self.port.open()
        self.target.full = True
        self.write(b"one\n")
        began = time.monotonic()
        self.supervisor._wait(0.2)
        self.assertGreaterEqual(time.monotonic() - began, 0.2)
        self.assertEqual(self.target.text, b"")
        self.target.full = False
        self.supervisor._wait(0)
        self.assertEqual(self.target.text, b"a | one\n")

    def test_the_end_of_the_member_ends_the_last_line(self) -> None:
        self.port.open()
        self.write(b"one\nlast")
        process = processes.MemberProcess.__new__(processes.MemberProcess)
        process.port, process.dispatchers = self.port, {}
        with mock.patch.object(processes.process.Subprocess, "finish", create=True) as finish:
            process.finish(1, 0)
        finish.assert_called_once_with(1, 0)
        self.assertEqual(self.target.text, b"a | one\na | last\n")


class Births(unittest.TestCase):
    def test_a_root_that_cannot_be_written_is_the_end_of_that_member(self) -> None:
        reader, writer = os.pipe2(os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        process = processes.MemberProcess.__new__(processes.MemberProcess)
        process.pipes = dict.fromkeys(("child_stdin", "child_stdout", "child_stderr"), writer)
        process._launch = Launch("web", "/program", [], enter=lambda: None)
        read_only = OSError(errno.EROFS, "Read-only file system", "/srv/web/dev/stdout")
        process.port = ports.Port(b"", None, None, lambda *_: None)
        with mock.patch.object(ports, "Output"):
            ports.Ports([]).connect_names(SimpleNamespace(process=process), "/srv/web", None)
        with (
            mock.patch.object(standin, "make_fifos", side_effect=read_only),
            mock.patch.object(births, "spawn", return_value=7) as spawn,
        ):
            self.assertEqual(process._give_birth(), 7)
        self.assertEqual(spawn.call_args.args[1], ["sh", "-c", "exit 126"])
        self.assertRegex(os.read(reader, 4096).decode(), "web cannot start: .*Read-only file system")


if __name__ == "__main__":
    unittest.main()
