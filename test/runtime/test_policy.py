"""Restart policies on a clock that is only counted, against the Engine's own rules
(moby: daemon/../restartmanager, ShouldRestart), for every policy, exit code and length of a run."""

import itertools
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "runtime"))
import signals
import stages
import throttle

CODES = (0, 1, 2, 42, 126, 127, 255, 137, 143, 139)
RUNS = (0.0, 0.5, 3.0, 11.0)
# name: restarts after code 0, after another code, at most so often
POLICIES = {
    "no": (False, False, 0),
    "always": (True, True, None),
    "on-failure": (False, True, None),
    "on-failure:3": (False, True, 3),
}
WATCHED_SECONDS = 600.0


def engine_starts(
    after_success: bool, after_failure: bool, most: int | None, code: int, run: float
) -> list[float]:
    """Moments at which the Engine starts a program that always runs `run` seconds and ends with `code`."""
    starts, now, timeout, count = [0.0], 0.0, 0.0, 0
    while now < WATCHED_SECONDS:
        now += run
        if run >= 10:
            timeout = 0.0
        timeout = 0.1 if timeout == 0 else min(timeout * 2, 60.0)
        allowed = after_failure if code else after_success
        if not allowed or (most is not None and count >= most):
            break
        count += 1
        now += timeout
        starts.append(now)
    return starts


def our_starts(
    after_success: bool, after_failure: bool, most: int | None, code: int, run: float
) -> list[float]:
    starts, now = [0.0], 0.0
    policy = throttle.Throttle(most)
    while now < WATCHED_SECONDS:
        now += run
        delay = policy.next_delay(after_failure if code else after_success, run, now)
        if delay is None:
            break
        now += delay
        starts.append(now)
    return starts


class Policies(unittest.TestCase):
    def test_starts_are_those_of_the_engine(self) -> None:
        for (name, rule), code, run in itertools.product(POLICIES.items(), CODES, RUNS):
            with self.subTest(policy=name, code=code, run=run):
                self.assertEqual(our_starts(*rule, code, run), engine_starts(*rule, code, run))

    def test_a_crash_loop_starts_twelve_times_in_a_minute_and_then_once_a_minute(self) -> None:
        starts = our_starts(True, True, None, 1, 0.0)
        self.assertLessEqual(sum(at <= 60 for at in starts), 12)
        self.assertLessEqual(sum(120 < at <= 180 for at in starts), 1)

    def test_delay_and_window_of_a_deploy_policy(self) -> None:
        policy = throttle.Throttle(2, delay_seconds=5.0, window_seconds=60.0)
        self.assertEqual([policy.next_delay(True, 0.0, at) for at in (0.0, 5.0, 10.0)], [5.0, 5.0, None])
        self.assertEqual(policy.next_delay(True, 0.0, 70.0), 5.0)

    def test_every_wait_status_has_the_code_of_a_shell(self) -> None:
        for code in range(256):
            self.assertEqual(throttle.exit_code(code << 8), code)
        for number in (1, 2, 3, 6, 9, 11, 15):
            self.assertEqual(throttle.exit_code(number), 128 + number)


class Stops(unittest.TestCase):
    def test_graces_are_cut_only_where_the_container_has_less(self) -> None:
        parts = [["web"], ["api", "worker"], ["db"]]
        graces = {"web": 10.0, "api": 10.0, "worker": 1.0, "db": 10.0}
        self.assertEqual(stages.grace_factor(stages.stop_budget("31"), parts, graces), 1.0)
        self.assertAlmostEqual(stages.grace_factor(stages.stop_budget(None), parts, graces), 0.3)
        self.assertEqual(stages.stop_budget("nonsense"), 9.0)

    def test_signals_have_names_numbers_and_real_time_ones(self) -> None:
        for name, number in {
            "TERM": 15,
            "SIGINT": 2,
            "9": 9,
            "SIGRTMIN+3": 37,
            "RTMAX-1": 63,
            "rtmin": 34,
        }.items():
            self.assertEqual(signals.parse_signal(name), number, name)

    def test_a_kernel_that_does_not_tell_of_handlers_keeps_nobody_from_stopping(self) -> None:
        for text, is_caught in {
            "Name:\tact\nSigCgt:\t0000000000004000\n": True,
            "Name:\tact\n": False,
        }.items():
            with mock.patch("builtins.open", mock.mock_open(read_data=text)):
                self.assertIs(signals.catches(1, 15), is_caught)


if __name__ == "__main__":
    unittest.main()
