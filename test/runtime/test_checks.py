"""Health checks, and the trees of processes that are looked at and ended."""

import os
import subprocess
import sys
import threading
import unittest
from types import SimpleNamespace
from unittest import mock

import supervisor_names  # noqa: F401 - before what imports supervisord
import checks
from conduct import Conductor
from health import Health


class Trees(unittest.TestCase):
    def test_a_tree_may_be_as_deep_as_the_kernel_allows(self) -> None:
        with mock.patch.object(checks, "_children", lambda pid: [pid + 1] if pid < 5000 else []):
            self.assertEqual(checks.descendants(1), list(range(2, 5001)))

    def test_what_another_thread_has_started_belongs_to_it(self) -> None:
        started, may_end = threading.Event(), threading.Event()
        children: list[int] = []

        def run() -> None:
            with subprocess.Popen(
                [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
            ) as child:
                children.append(child.pid)
                started.set()
                may_end.wait(20)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            self.assertTrue(started.wait(20))
            self.assertTrue({*children} <= {*checks.descendants(os.getpid())})
        finally:
            may_end.set()
            thread.join()


class Answers(unittest.TestCase):
    def test_the_late_end_of_a_check_that_was_given_up_is_not_that_of_its_successor(self) -> None:
        conductor = Conductor({}, {}, SimpleNamespace(say=lambda text: None))
        health = Health.from_spec({"test": ["CMD", "x"]})
        health.start(0.0)
        done = conductor._answer(SimpleNamespace(name="db", health=health), 0.0)
        old, new = object(), object()
        conductor.checks["db"] = new
        done(old, 0, b"")
        self.assertEqual((conductor.checks, health.status), ({"db": new}, "starting"))
        done(new, 0, b"")
        self.assertEqual((conductor.checks, health.status), ({}, "healthy"))


if __name__ == "__main__":
    unittest.main()
