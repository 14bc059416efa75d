"""What becomes of members: by an operator's word, and at the stop of the bundle."""

import os
import time
import unittest
from types import SimpleNamespace
from typing import Any
from unittest import mock

import supervisor_names  # noqa: F401 - before what imports supervisord
import delivery
import layout
import members as m
import signals
from conduct import Conductor
from health import Health
from members import Member
from report import health_text
from restart import Restart
from shutdown import Shutdown
from supervisor.datatypes import RestartUnconditionally, RestartWhenExitUnexpected
from supervisor.states import ProcessStates, SupervisorStates
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


def supervise(mood: int = SupervisorStates.RUNNING, *, is_told: bool = False) -> Any:
    """supervisord, as far as a conductor asks it."""
    return SimpleNamespace(options=SimpleNamespace(mood=mood), is_told_to_stop=is_told)


def conduct(*members: Member) -> Conductor:
    conductor = Conductor({}, {}, SimpleNamespace(say=lambda text: None))
    conductor.members = {member.name: member for member in members}
    return conductor


class NoSignal(unittest.TestCase):
    def test_to_ask_whether_a_member_is_there_is_no_error(self) -> None:
        member = make_member("web", pid=os.getpid())
        with mock.patch.object(signals, "send") as send:
            conduct(member).kill(os.getpid(), 0)
            send.assert_called_once_with(os.getpid(), 0)


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


class Rests(unittest.TestCase):
    """What becomes of a member whose program ended. Statuses are wait(2)'s: a code is in the second byte."""

    ALWAYS, ON_FAILURE = RestartUnconditionally, RestartWhenExitUnexpected

    def ended(
        self, status: int, autorestart: Any = False, codes: tuple[int, ...] = (0,), **more: Any
    ) -> tuple[Conductor, Member]:
        member = make_member("web", pid=more.pop("pid", 7))
        member.throttle = more.pop("throttle", member.throttle)
        member.launch = {**member.launch, **more}
        member.process.config.autorestart, member.process.config.exitcodes = autorestart, list(codes)
        member.process.wait_status, member.process.hold = status, lambda: None
        conductor = conduct(member)
        conductor.supervisor = supervise()
        with (
            mock.patch.object(signals, "send"),
            mock.patch.object(layout, "pid_file", lambda _: "/nowhere/pid"),
        ):
            conductor._ended(member, ProcessStates.EXITED, member.started_at + 1)
        return conductor, member

    def test_every_policy_restarts_what_the_engine_restarts(self) -> None:
        for status in (*(code << 8 for code in range(256)), 1, 2, 6, 9, 11, 15):
            for policy, is_restarted in (
                (False, False),
                (self.ALWAYS, True),
                (self.ON_FAILURE, status != 0),
            ):
                _, member = self.ended(status, policy)
                self.assertEqual(member.phase, m.DELAYED if is_restarted else m.REST, (status, policy))

    def test_what_could_not_be_started_rests_whatever_the_policy(self) -> None:
        for code in (126, 127):
            _, member = self.ended(code << 8, self.ALWAYS, pid=0)
            self.assertEqual((member.phase, member.exit_code, member.failed), (m.REST, code, True))

    def test_expected_codes_are_no_failure(self) -> None:
        for code, failed in ((0, False), (3, False), (4, True)):
            for policy in (False, self.ON_FAILURE):
                conductor, member = self.ended(code << 8, policy, (0, 3), critical=True)
                rests = policy is False or not failed
                self.assertEqual((member.at_rest, member.failed), (rests, rests and failed), (code, policy))
                self.assertEqual(conductor.final_code, code if rests and failed else None, (code, policy))

    def test_delay_and_window_are_those_of_launch_json(self) -> None:
        restart = {"attempts": 1, "delaySeconds": 2.0, "windowSeconds": 60.0}
        with mock.patch.object(layout, "load_launch", lambda _: {"restart": restart}):
            throttle = m.load_member("web", SimpleNamespace(), "userns").throttle
        _, member = self.ended(1 << 8, self.ALWAYS, throttle=throttle)
        self.assertEqual((member.phase, member.restart_at), (m.DELAYED, member.started_at + 3))
        self.assertTrue(self.ended(1 << 8, self.ALWAYS, throttle=throttle)[1].at_rest)

    def test_the_bundle_ends_with_the_first_failure_of_members_that_are_not_critical(self) -> None:
        for codes, expected in (((0, 0), 0), ((0, 7, 8), 7), ((8, 0, 7), 8)):
            conductor = conduct()
            conductor.supervisor = supervise()
            conductor.report = SimpleNamespace(write=lambda members: None)
            for number, code in enumerate(codes):
                member = make_member(f"web{number}")
                member.process.state = ProcessStates.EXITED
                conductor.members[member.name] = member
                self.assertIsNone(conductor.final_code)
                conductor._rest(member, code, code != 0)
            conductor.step()
            self.assertEqual(conductor.final_code, expected, codes)


class Stops(unittest.TestCase):
    def test_graces_are_shortened_only_where_who_asked_for_the_stop_will_kill(self) -> None:
        for mood, is_told, factor in (
            (SupervisorStates.RESTARTING, False, 1.0),  # supervisorctl reload
            (SupervisorStates.SHUTDOWN, False, 1.0),  # supervisorctl shutdown
            (SupervisorStates.SHUTDOWN, True, 9 / 60),
        ):
            conductor = conduct(make_member("db", pid=7, grace=60.0))
            conductor.supervisor = supervise(mood, is_told=is_told)
            conductor.step()
            self.assertIsNotNone(conductor.shutdown)
            self.assertAlmostEqual(conductor.shutdown.factor, factor, 2)


class Aggregate(unittest.TestCase):
    def test_what_an_operator_has_stopped_says_nothing_of_the_others(self) -> None:
        web, other = make_member("web", pid=7), make_member("other")
        self.assertEqual(health_text({"web": web, "other": other}), "healthy\nweb: running\nother: stopped\n")
        web.phase = m.WAITING
        self.assertTrue(health_text({"web": web, "other": other}).startswith("starting\n"))

    def test_a_member_with_a_check_that_fails_again_and_again_is_unhealthy_between_its_starts(self) -> None:
        web = make_member("web", pid=7)
        web.health, web.phase = Health.from_spec({}), m.DELAYED
        for word in ("starting", "starting", "unhealthy"):
            web.end_health()
            self.assertEqual(health_text({"web": web}).split()[0], word)
        web.health.status = "healthy"
        web.end_health()
        self.assertTrue(health_text({"web": web}).startswith("starting\n"))


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
    def test_operators_start_nothing_any_more_when_a_critical_member_has_ended_the_bundle(self) -> None:
        for code, mood in ((1, SupervisorStates.SHUTDOWN), (None, SupervisorStates.RESTARTING)):
            conductor = conduct(make_member("db", pid=7))
            conductor.supervisor, conductor.final_code = supervise(SupervisorStates.RESTARTING), code
            conductor.step()
            self.assertEqual(conductor.supervisor.options.mood, mood)

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

    def test_graces_are_those_declared_unless_an_operator_has_changed_them(self) -> None:
        for declared, configured, grace in ((0.0, 1, 0.0), (0.5, 1, 0.5), (10.0, 10, 10.0), (10.0, 20, 20.0)):
            web = make_member("web", pid=8, grace=declared)
            web.process.config.stopwaitsecs = configured
            self.assertEqual(conduct(web).grace(web), grace)

    def test_a_stop_signal_does_not_outlive_its_member(self) -> None:
        web = make_member("web", pid=8)
        web.pending_signal, web.was_signalled = TERM, True
        web.process.state, web.process.pid, web.process.wait_status = ProcessStates.STOPPED, 0, 143 << 8
        web.process.held = False
        conductor = conduct(web)
        conductor._observe(web, 1.0)
        self.assertEqual((web.phase, web.pending_signal, web.was_signalled), (m.STOPPED, None, False))
        self.assertGreater(conductor.timeout(3600), 1)

    def test_nobodys_grace_grows_by_the_stop_of_the_bundle(self) -> None:
        web = make_member("web", pid=8)
        conductor, now = conduct(web), 1000.0
        web.process.state, web.process.kill_at = ProcessStates.STOPPING, now + 2
        conductor.shutdown = Shutdown(conductor, now)
        conductor.shutdown.step(now)
        self.assertEqual(web.process.kill_at, now + 2)


if __name__ == "__main__":
    unittest.main()
