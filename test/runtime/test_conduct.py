"""What becomes of members: by an operator's word, and at the stop of the bundle."""

import time
import unittest
from types import SimpleNamespace
from typing import Any
from unittest import mock

import supervisor_names  # noqa: F401 - before what imports supervisord
import delivery
import members as m
import signals
from conduct import Conductor
from members import Member
from restart import Restart
from shutdown import Shutdown
from supervisor.states import ProcessStates
from throttle import Throttle

HUP, TERM = 1, 15


class Process(SimpleNamespace):
    """A program of supervisord's."""

    def stop(self) -> None:
        self.stops += 1


def make_member(name: str, pid: int = 0, grace: float = 10.0, after: str = "", **more: Any) -> Member:
    """One that runs when it has a pid; it depends on `after`."""
    state = ProcessStates.RUNNING if pid else ProcessStates.STOPPED
    config = SimpleNamespace(stopsignal=TERM, stopwaitsecs=grace)
    process = Process(pid=pid, state=state, kill_at=None, is_preparing=False, config=config, stops=0)
    clause = {"service": after, "condition": "service_started", "restart": True}
    stop = {"signal": "TERM", "graceSeconds": grace}
    launch = {"stop": stop, "dependsOn": [clause] if after else []}
    phase = m.RUNNING if pid else m.STOPPED
    return Member(name, launch, process, "userns", Throttle(**more), None, phase=phase, _pid=pid)


def conduct(*members: Member) -> Conductor:
    conductor = Conductor({}, {}, SimpleNamespace(say=lambda text: None))
    conductor.members = {member.name: member for member in members}
    return conductor


class Signals(unittest.TestCase):
    def setUp(self) -> None:
        self.sent: list[tuple[int, int]] = []
        for name, stand_in in (
            ("send", lambda pid, number: self.sent.append((pid, number))),
            ("catches", lambda *_: False),
        ):
            patch = mock.patch.object(signals, name, stand_in)
            patch.start()
            self.addCleanup(patch.stop)
        self.member = make_member("web", pid=7)
        self.member.running_at = time.monotonic() + 60  # it has not settled yet
        self.member.process.state = ProcessStates.STOPPING
        self.conductor = conduct(self.member)
        self.conductor.kill(7, TERM)

    def test_a_stop_that_waits_to_be_taken_is_not_lost_by_another_signal(self) -> None:
        self.conductor.kill(7, HUP)
        self.assertEqual((self.sent, self.member.pending_signal), ([(7, HUP)], TERM))
        self.member.running_at = 0.0
        delivery.deliver(self.member)
        self.assertEqual(self.sent, [(7, HUP), (7, TERM)])

    def test_what_is_not_the_program_yet_gets_no_other_signal(self) -> None:
        self.member.phase = m.STARTING
        self.conductor.kill(7, HUP)
        self.assertEqual((self.sent, self.member.pending_signal), ([], TERM))


class Starts(unittest.TestCase):
    def test_an_operators_start_begins_the_policy_anew(self) -> None:
        for phase, delay in ((m.STOPPED, 0.1), (m.REST, 0.1), (m.DELAYED, None)):
            member = make_member("web", attempts=1)
            self.assertEqual(member.throttle.next_delay(True, 0.0, 0.0), 0.1)
            member.phase, member.process.state = phase, ProcessStates.STARTING
            conduct(member)._observe(member, 1.0)
            self.assertEqual(member.throttle.next_delay(True, 0.0, 1.0), delay, phase)


class Restarts(unittest.TestCase):
    def test_a_dependant_waits_for_the_new_start_of_what_it_depends_on(self) -> None:
        db, web = make_member("db", pid=7), make_member("web", pid=8, after="db")
        db.was_started = web.was_started = True
        spawned: list[str] = []

        def spawn(member: Member) -> None:
            spawned.append(member.name)
            member.process.is_preparing = True

        job = Restart(db, {"db": db, "web": web}, spawn)
        self.assertFalse(job.step())
        db.process.pid = 0
        self.assertFalse(job.step())
        self.assertEqual((db.process.stops, web.process.stops, spawned), (1, 0, ["db"]))
        db.process.is_preparing, db.process.pid, db.was_started = False, 9, True
        self.assertFalse(job.step())
        self.assertEqual(web.process.stops, 1)
        web.process.pid = 0
        self.assertTrue(job.step())
        self.assertEqual((spawned, job.error), (["db", "web"], ""))

    def test_who_was_stopped_is_started_again_whatever_becomes_of_the_others(self) -> None:
        db, web = make_member("db"), make_member("web", pid=8, after="db")
        spawned: list[str] = []

        def spawn(member: Member) -> None:
            spawned.append(member.name)
            member.phase = m.STARTING

        job = Restart(db, {"db": db, "web": web}, spawn)
        job.step()
        db.was_started = True
        self.assertFalse(job.step())  # web is stopping
        db.was_started, db.phase = False, m.REST
        web.process.pid = 0
        self.assertTrue(job.step())
        self.assertEqual((spawned, job.error), (["db", "web"], ""))

    def test_it_does_not_wait_for_who_was_stopped(self) -> None:
        db, web = make_member("db"), make_member("web", pid=8, after="db")
        job = Restart(db, {"db": db, "web": web}, lambda member: setattr(member, "phase", m.STARTING))
        self.assertFalse(job.step())
        db.phase = m.STOPPED
        self.assertTrue(job.step())
        self.assertEqual((job.error, web.process.stops), ("db was stopped", 0))


class Ends(unittest.TestCase):
    def test_what_stands_for_a_namespace_may_be_gone_when_a_program_is_ended_with_all_below_it(self) -> None:
        sent: list[int] = []
        member = make_member("web", pid=7)
        member.rung = "chroot"
        with (
            mock.patch.object(delivery.checks, "descendants", lambda pid: [pid + 1, pid + 2]),
            mock.patch.object(signals, "send", lambda pid, number: sent.append(pid)),
            mock.patch.object(delivery, "end_strangers", lambda member: sent.append(0)),
        ):
            delivery.end_member(member)
        self.assertEqual(sent, [7, 8, 9, 0])

    def test_who_was_being_stopped_already_leaves_the_others_their_time(self) -> None:
        db, web = make_member("db", pid=7), make_member("web", pid=8, grace=300.0, after="db")
        conductor, now = conduct(db, web), 1000.0
        web.process.state, web.process.kill_at = ProcessStates.STOPPING, now + 290
        conductor.shutdown = Shutdown(conductor, now)
        conductor.shutdown.limit(now, "32")
        self.assertFalse(conductor.shutdown.step(now))
        self.assertAlmostEqual(web.process.kill_at, now + 30)  # 31 s for 300 and 10
        self.assertEqual((web.process.stops, db.process.stops), (0, 0))
        web.process.state = ProcessStates.STOPPED
        conductor.shutdown.step(now + 30)
        self.assertEqual(db.process.stops, 1)

    def test_nobodys_grace_grows_by_the_stop_of_the_bundle(self) -> None:
        web = make_member("web", pid=8)
        conductor, now = conduct(web), 1000.0
        web.process.state, web.process.kill_at = ProcessStates.STOPPING, now + 2
        conductor.shutdown = Shutdown(conductor, now)
        conductor.shutdown.step(now)
        self.assertEqual(web.process.kill_at, now + 2)


if __name__ == "__main__":
    unittest.main()
