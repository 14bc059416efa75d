"""Decides when members start, start again, are asked for their health, stop, and when the bundle ends.

Runs inside init's loop: `step` looks at everything that may have changed, `timeout` says when to look again."""

import os
import time
from typing import Any

from supervisor.datatypes import RestartUnconditionally, RestartWhenExitUnexpected
from supervisor.states import ProcessStates, SupervisorStates

import delivery
import gates
import layout
import members as m
import rungs
import scripts
import sealed
import signals
import throttle
from checks import Check
from environment import LaunchError
from members import Member
from report import Report
from restart import Restart
from shutdown import Shutdown

_GLANCE = 0.02  # while a member is between fork and program, or a stop signal waits to be taken


class Conductor:
    """The members and what is to be done about them."""

    def __init__(self, bundle: dict[str, Any], reasons: dict[str, str], ports: Any) -> None:
        self.bundle, self.reasons, self.ports = bundle, reasons, ports
        self.members: dict[str, Member] = {}
        self.checks: dict[str, Check] = {}
        self.final_code: int | None = None
        self.first_failure = 0
        self.shutdown: Shutdown | None = None
        self.restarts: list[Restart] = []
        self.report = Report(ports.say)
        self.supervisor: Any = None

    def begin(self, supervisor: Any) -> None:
        """Takes over the programs that supervisord made of its configuration."""
        self.supervisor = supervisor
        supervisor.options.kill_member = self.kill
        programs = {
            p.config.name: p for g in supervisor.process_groups.values() for p in g.processes.values()
        }
        for name in self.bundle["members"]:
            if name not in programs:
                raise RuntimeError(f"supervisord.conf has no [program:{name}]")
            rung, _ = rungs.choose(layout.load_launch(name), self.reasons)
            member = self.members[name] = m.load_member(name, programs[name], rung)
            self.ports.connect(member)
            self.ports.say(f"{name} {rungs.MEANING[rung] if rung else 'has no way to run here'}")
            if rung == "chroot":
                self.ports.connect_names(member, layout.load_config(name)["root"]["path"], supervisor)
        if any(member.rung != "chroot" for member in self.members.values()):
            sealed.make()
        rungs.tell_port_limit([member.rung for member in self.members.values()], self.ports.say)

    def step(self) -> bool:
        """One look at everything; True when the bundle is over."""
        now = time.monotonic()
        for member in self.members.values():
            self._observe(member, now)
        if self.supervisor.options.mood < SupervisorStates.RUNNING or self.final_code is not None:
            return self._stop(now)
        self.restarts = [job for job in self.restarts if not job.step()]
        for member in self.members.values():
            self._advance(member, now)
        self._ask(now)
        self.report.write(self.members)
        if all(member.at_rest for member in self.members.values()):
            self.final_code = self.first_failure
        return False if self.final_code is None else self._stop(now)

    def timeout(self, patience: float) -> float:
        """Seconds until something is due by the clock."""
        now, due = time.monotonic(), [patience]
        for name, member in self.members.items():
            is_preparing = member.process.is_preparing  # the end of which wakes the loop
            if (member.phase == m.STARTING and not is_preparing) or member.pending_signal is not None:
                due.append(_GLANCE)
            state = member.process.state
            if state == ProcessStates.STOPPING and member.process.kill_at is not None:
                due.append(member.process.kill_at - now)
            is_awaited = is_preparing or member.process.held
            if state in (ProcessStates.STARTING, ProcessStates.BACKOFF) and not is_awaited:
                due.append(0.25)
            if self.shutdown:
                continue
            if member.restart_at is not None:
                due.append(member.restart_at - now)
            if name in self.checks:
                due.append(self.checks[name].deadline - now)
            elif member.phase == m.RUNNING and member.health and (at := member.health.due()) is not None:
                due.append(at - now)
        if self.shutdown:
            due.append(self.shutdown.due(now))
        return max(min(due), 0.0)

    def kill(self, pid: int, number: int) -> None:
        """supervisord wants to signal a program: the member's own PID 1 gets it, not crun."""
        member = next((one for one in self.members.values() if one.process.pid == abs(pid)), None)
        if member is None:
            signals.send(pid, number)
        elif number == 9:
            delivery.kill(member)
        else:
            delivery.ask(member, number, self.grace(member))

    def grace(self, member: Member) -> float:
        """Seconds between stop signal and KILL, as shortened for the stop of the whole bundle."""
        return member.grace * (self.shutdown.factor if self.shutdown else 1.0)

    def _observe(self, member: Member, now: float) -> None:
        """Learns from supervisord's state of the program what happened to the member."""
        state = member.process.state
        is_alive = state in (ProcessStates.STARTING, ProcessStates.RUNNING, ProcessStates.STOPPING)
        if is_alive and member.phase not in (m.STARTING, m.RUNNING):
            if member.phase in (m.STOPPED, m.REST):
                member.throttle.reset()  # an operator has started it
            self._spawned(member, now)
        is_born = is_alive and not member.process.is_preparing
        if is_born and member.phase == m.STARTING and member.is_program():
            member.phase, member.was_started, member.running_at = m.RUNNING, True, now
            if member.health:
                member.health.start(now)
        if is_alive and member.pending_signal is not None:
            delivery.deliver(member)
        elif not is_alive and member.phase in (m.STARTING, m.RUNNING):
            self._ended(member, state, now)
        elif state == ProcessStates.FATAL and member.phase != m.REST:
            self._rest(member, member.exit_code or 127, True)
        elif state == ProcessStates.STOPPED and member.phase == m.DELAYED:
            member.phase, member.restart_at = m.STOPPED, None

    def _spawned(self, member: Member, now: float) -> None:
        """supervisord forked, by our word or by an operator's."""
        member.phase, member.started_at, member.restart_at, member.failed = m.STARTING, now, None, False
        member.met.clear()
        member.told, member.is_stuck = "", False

    def _ended(self, member: Member, state: int, now: float) -> None:
        """The program is gone: rest, a delayed restart, or an operator's stop."""
        # main_pid looks at the pid file: a program that came and went between two looks did start.
        member.was_started = member.was_started or bool(member.main_pid())
        member.exit_code = code = throttle.exit_code(member.process.wait_status)
        never_started = code in (126, 127) and not member.main_pid()
        if os.WIFSIGNALED(member.process.wait_status):
            delivery.end_member(member)  # a killed crun leaves its member alive
        elif member.rung == "chroot":
            delivery.end_strangers(member)
        member.forget_pid()
        member.pending_signal, member.was_signalled = None, False  # nobody is left to take it
        member.end_health()
        if check := self.checks.pop(member.name, None):
            check.kill()
        # BACKOFF: supervisord's own retries, by startsecs.
        if state in (ProcessStates.STOPPED, ProcessStates.BACKOFF):
            member.phase = m.STOPPED if state == ProcessStates.STOPPED else m.DELAYED
            return
        config = member.process.config
        failed = code not in config.exitcodes
        wanted = config.autorestart is RestartUnconditionally or (
            config.autorestart is RestartWhenExitUnexpected and failed
        )
        # As in the Engine, what cannot be started is not started again, whatever the policy.
        wanted = wanted and not never_started and self.shutdown is None
        delay = member.throttle.next_delay(wanted, now - member.started_at, now)
        if delay is None:
            self._rest(member, code, failed or never_started)
            return
        member.phase, member.restart_at = m.DELAYED, now + delay
        member.process.hold()
        self.ports.say(
            f"{member.name} exited with code {code}, restart {member.throttle.restarts} in {delay:g} s"
        )

    def _rest(self, member: Member, code: int, failed: bool, reason: str = "") -> None:
        member.phase, member.exit_code, member.failed, member.reason = m.REST, code, failed, reason
        member.restart_at = None
        if self.shutdown is not None or self.supervisor.options.mood < SupervisorStates.RUNNING:
            return
        self.ports.say(f"{member.name} {reason or f'exited with code {code}'}")
        self.first_failure = self.first_failure or code
        if failed and member.launch.get("critical") and self.final_code is None:
            self.final_code = code or 1
            self.ports.say(f"{member.name} is critical: the bundle ends with code {self.final_code}")

    def _advance(self, member: Member, now: float) -> None:
        if member.phase == m.WAITING:
            verdict, reason = gates.decide(member.launch.get("dependsOn", []), self.members, member.met)
            if verdict == "go":
                self.spawn(member)
            elif verdict == "fail":
                self._rest(member, 1, True, reason)
            elif verdict == "unwell" and reason != member.told:
                self.ports.say(f"{member.name} waits for {reason}")
                member.told = reason
            member.reason, member.is_stuck = reason, verdict == "unwell"
        elif member.phase == m.DELAYED and member.restart_at is not None and now >= member.restart_at:
            self.spawn(member)

    def spawn(self, member: Member) -> None:
        """Starts the program through supervisord."""
        member.restart_at = None
        member.forget_pid()
        member.process.spawn()
        if member.process.state == ProcessStates.STARTING:
            self._spawned(member, time.monotonic())

    def _ask(self, now: float) -> None:
        for name, member in self.members.items():
            health = member.health
            if name in self.checks:
                if now >= self.checks[name].deadline:
                    self.checks[name].expire()
            elif member.phase == m.RUNNING and health and (at := health.due()) is not None and now >= at:
                health.begin(health.status == "starting" and scripts.is_script(member.main_pid()))
                limit = member.launch["healthcheck"].get("timeoutSeconds") or 30.0
                try:
                    self.checks[name] = Check(member, self.supervisor, self._answer(member, now), now + limit)
                except (OSError, LaunchError) as error:  # a check that cannot run has failed
                    health.finish(126, str(error).encode(), now, now)

    def _answer(self, member: Member, began: float) -> Any:
        def done(check: Check, code: int, output: bytes) -> None:
            # One that was given up may end when there is another.
            if self.checks.get(member.name) is check and member.health:
                del self.checks[member.name]
                before = member.health.status
                member.health.finish(code, output, began, time.monotonic())
                if member.health.status != before and member.health.status == "unhealthy":
                    self.ports.say(f"{member.name} is unhealthy")

        return done

    def _stop(self, now: float) -> bool:
        if self.shutdown is None:
            for name in list(self.checks):
                self.checks.pop(name).kill()
            self.shutdown = Shutdown(self, now)
        if self.supervisor.is_told_to_stop:
            self.shutdown.limit(now, os.environ.get("BUNDLE_STOP_SECONDS"))
        return self.shutdown.step(now)
