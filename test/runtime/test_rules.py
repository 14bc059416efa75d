"""The runtime's rules, without supervisord: words, env files, users, restarts, health, gates, log lines."""

import contextlib
import errno
import io
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "runtime"))
import copyup
import dotenv
import environment
import filters
import gates
import hold
import hosts
import imports
import launch
import limits
import names
import oci
import prefix
import preparation
import rootfs
import scripts
import shellwords
import stages
import throttle
import users
from health import Health


class Launches(unittest.TestCase):
    def test_what_may_pass_is_a_failure_that_is_tried_again(self) -> None:
        self.assertEqual(launch.exit_code(OSError(errno.ENOSPC, "no room")), 1)
        self.assertEqual(launch.exit_code(OSError(errno.ENOEXEC, "not a program")), 126)

    def test_of_an_error_of_ours_is_said_where_and_nothing_that_may_be_a_value(self) -> None:
        with mock.patch.object(launch, "_prepare", side_effect=ValueError("s3cret")):
            made = launch.prepare("web", {})
        self.assertEqual(made.args[-1], "exit 127")
        self.assertIn("web cannot start: internal error: ValueError in ", made.notes)
        self.assertNotIn("s3cret", made.notes)

    def test_a_process_that_cannot_become_the_program_executes_nothing_else(self) -> None:
        def enter() -> None:  # as after a chroot, where /bin/sh is whatever the member made of it
            raise launch.LaunchError("no such directory", 126)

        with (
            mock.patch.object(os, "execve") as execute,
            mock.patch.object(os, "_exit", side_effect=SystemExit) as leave,
            contextlib.redirect_stderr(io.StringIO()) as said,
            self.assertRaises(SystemExit),
        ):
            launch.become(launch.Launch("web", "/bin/program", ["program"], enter=enter))
        execute.assert_not_called()
        leave.assert_called_once_with(126)
        self.assertEqual(said.getvalue(), "bundle-shared: web cannot start: no such directory\n")

    def test_a_reason_without_end_fits_the_smallest_pipe(self) -> None:
        with mock.patch.object(launch, "_prepare", side_effect=launch.LaunchError("x" * 100_000, 127)):
            made = launch.prepare("web", {})
        reader, writer = os.pipe2(os.O_NONBLOCK)
        try:
            made.take_streams(writer, writer)
            self.assertEqual(len(os.read(reader, 200_000)), 4096)
        finally:
            os.close(reader)
            os.close(writer)


class Preparations(unittest.TestCase):
    def setUp(self) -> None:
        self.released, self.begun, self.ready = threading.Event(), list[str](), list[str]()

        def prepare(service: str, _: object) -> launch.Launch:
            self.begun.append(service)
            if service.startswith("stuck"):
                self.released.wait(20)
            return launch.Launch(service, "", [])

        patch = mock.patch.object(launch, "prepare", prepare)
        patch.start()
        self.addCleanup(patch.stop)

    def tearDown(self) -> None:
        self.released.set()
        self.until(lambda: not preparation._turns)

    def prepare(self, *services: str) -> None:
        for service in services:
            preparation.Preparation(service, {}, lambda service=service: self.ready.append(service))

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def test_two_at_a_time_are_prepared(self) -> None:
        with mock.patch.object(preparation, "_PATIENCE", 60):
            self.prepare("stuck1", "stuck2")
            self.until(lambda: len(self.begun) == 2)
            self.prepare("web")
            time.sleep(0.1)
            self.assertEqual(len(self.begun), 2)
            self.released.set()
            self.until(lambda: "web" in self.ready)

    def test_who_waits_for_a_drive_keeps_nobody_from_being_prepared(self) -> None:
        with mock.patch.object(preparation, "_PATIENCE", 0.2):
            self.prepare(*(f"stuck{number}" for number in range(9)), "web")
            self.until(lambda: self.ready == ["web"])

    def test_a_filter_is_waited_for_until_it_is_kept_or_for_a_moment(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.multiple(filters, _KEPT=folder, _begun={}):
            begun = time.monotonic()
            with mock.patch.object(filters, "_PATIENCE", 60):
                filters.wait_for(self.filtered("web", "one"))  # has it compiled
                filters.wait_for(self.filtered("web", "one"))
                filters.wait_for(self.filtered("db", "other"))
                filters.wait_for(launch.Launch("unconfined", "", []))
                Path(folder, "5cd0").touch()
                filters.wait_for(self.filtered("cache", "one"))
                self.assertLess(time.monotonic() - begun, 30)
            with mock.patch.object(filters, "_PATIENCE", time.monotonic() - begun + 0.3):
                filters.wait_for(self.filtered("queue", "other"))
            self.assertGreater(time.monotonic() - begun, 0.3)

    @staticmethod
    def filtered(service: str, action: str) -> launch.Launch:
        return launch.Launch(service, "", [], seccomp={"defaultAction": action})


class FirstProgram(unittest.TestCase):
    def test_it_becomes_another_with_stops_held_back(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/hold"
            hold.write(path)
            script = (
                "import os, signal; print(*signal.pthread_sigmask(signal.SIG_BLOCK, []), os.environ['A'])"
            )
            words = [path, sys.executable, "-c", script]
            ran = subprocess.run(words, env={"A": "b"}, capture_output=True, text=True, check=True)
            if os.uname().machine in ("x86_64", "aarch64"):
                self.assertEqual(ran.stdout, "2 3 15 b\n")
            self.assertEqual(subprocess.run([path, "/no/such"], check=False).returncode, 127)

    def test_it_is_one_page_without_a_loader(self) -> None:
        for machine in ("x86_64", "aarch64"):
            made = hold.program(machine)
            self.assertEqual((made[:4], len(made) < 256), (b"\x7fELF", True))
        self.assertTrue(hold.program("riscv64").startswith(b"#!"))


class EntryPoints(unittest.TestCase):
    def test_an_object_is_found_by_module_and_path(self) -> None:
        found = imports.EntryPoint.parse("x = unittest:TestCase.assertEqual").resolve()
        self.assertIs(found, unittest.TestCase.assertEqual)
        with self.assertRaises(AttributeError):
            imports.EntryPoint.parse("x=unittest:Nothing").resolve()


class Words(unittest.TestCase):
    def test_a_command_is_split_as_compose_splits_it(self) -> None:
        cases = {
            "a b": ["a", "b"],
            'one "two three" four': ["one", "two three", "four"],
            '\'a "b"\' c\\ d "" e': ['a "b"', "c d", "", "e"],
            "--flag=a' 'b": ["--flag=a b"],
            "": [],
        }
        for line, words in cases.items():
            self.assertEqual(shellwords.split(line), words, line)

    def test_an_open_quote_is_refused(self) -> None:
        for line in ("'a", '"a', "a\\"):
            self.assertRaises(shellwords.WordsError, shellwords.split, line)


class EnvFiles(unittest.TestCase):
    def test_values_are_read_as_compose_reads_them(self) -> None:
        text = "# note\nA=1\nexport B = two \nC='$A \"x\"' # note\n"
        text += 'D="q \\"$A\\" \\n"\nE=v # note\nF="l1\nl2"\nG=\nH: y\n'
        found = dotenv.parse(text)
        expected = {
            "A": "1",
            "B": "two",
            "C": '$A "x"',
            "D": 'q "1" \n',
            "E": "v",
            "F": "l1\nl2",
            "G": "",
            "H": "y",
        }
        self.assertEqual(found, expected)

    def test_what_is_no_comment_and_no_escape_stays(self) -> None:
        text = 'A=#f00\nB=  # b\nC=c\t# c\nD="it\\\'s \\033[m \\0999 \\0101 \\c"\ngr\u00f6\u00dfe=1\n'
        found = dotenv.parse(text)
        self.assertEqual(found.pop("D"), "it\\'s \\33[m \\999 A \\c")
        self.assertEqual(found, {"A": "#f00", "B": "# b", "C": "c\t# c", "gr\u00f6\u00dfe": "1"})

    def test_a_broken_file_is_refused_with_its_line(self) -> None:
        raw = dotenv.parse_raw("\ufeffA='1' # x\r\n# c\n  B=${C}\nD\nE=\n", {"D": "d"}.get)
        self.assertEqual(raw, {"A": "'1' # x", "B": "${C}", "D": "d", "E": ""})
        with self.assertRaisesRegex(dotenv.EnvFileError, "line 2"):
            dotenv.parse("A=1\nB='open\n")


class Environment(unittest.TestCase):
    spec = {"image": {"A": "image", "X": "image"}, "files": ["f"], "passThrough": ["P", "X"]}  # noqa: RUF012

    def test_image_then_files_then_variables(self) -> None:
        own = {"C": "variable", "P": "=passed", "X": ""}
        values = environment.program_environment(self.spec, own, lambda _: "A=file\nB=file\nC=file\n")
        self.assertEqual((values["A"], values["B"], values["C"]), ("file", "file", "variable"))
        self.assertEqual(values["P"], "passed")
        self.assertNotIn("X", values)

    def test_proxies_of_the_client_stand_above_the_image(self) -> None:
        around = {"HTTP_PROXY": "client", "no_proxy": "client", "A": "nobody's"}
        spec = {"image": {"HTTP_PROXY": "image"}, "files": ["f"], "passThrough": []}
        own = {"ALL_PROXY": "member"}
        values = environment.program_environment(spec, own, lambda _: "no_proxy=file\n", around)
        self.assertEqual((values["HTTP_PROXY"], values["no_proxy"]), ("client", "file"))
        self.assertEqual(values["ALL_PROXY"], "member")
        self.assertNotIn("A", values)

    def test_env_files_take_from_the_caller_then_the_service_then_themselves(self) -> None:
        spec = {
            "image": {},
            "files": ["1", "2"],
            "passThrough": [],
            "fileVariables": {"S": "V_S", "U": "V_U"},
        }
        files = {"1": "ONE=1\nTWO=1\nS=file\n", "2": 'TWO=2\nT="$ONE-$TWO-$S-$OWN-${U:-unset}"\nS\n'}
        values = environment.program_environment(spec, {"OWN": "own"}, files.get, {"V_S": "=a $b", "V_U": ""})
        self.assertEqual((values["T"], values["S"]), ("1-2-a $b-own-unset", "a $b"))

    def test_the_longest_prefix_owns_a_variable(self) -> None:
        container = {"A__B__X": "1", "A__Y": "2", "OTHER": "3"}
        self.assertEqual(environment.own_variables(container, "A__", ["A__", "A__B__"]), {"Y": "2"})
        self.assertEqual(environment.own_variables(container, "A__B__", ["A__", "A__B__"]), {"X": "1"})

    def test_variables_without_a_word_stand_for_what_the_image_says(self) -> None:
        args = ["a", {"words": ["E", "C"], "otherwise": ["of", "image"]}]
        for e, c, words in (("", " ", ["of", "image"]), ("", "c d", ["c", "d"]), ("e", "", ["e"])):
            self.assertEqual(environment.texts(args, {"E": e, "C": c}), ["a", *words])

    def test_exactly_the_late_bound_names_are_hidden(self) -> None:
        launch = {
            "args": ["a", {"words": ["A__BUNDLE_COMMAND"]}],
            "user": {"var": "A__BUNDLE_USER"},
            "cwd": "/",
        }
        launch["environment"] = {"fileVariables": {"X": "A__BUNDLE_FILE_X"}}
        self.assertEqual(
            environment.late_names(launch), {"A__BUNDLE_COMMAND", "A__BUNDLE_USER", "A__BUNDLE_FILE_X"}
        )


class Users(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="bundle-shared-test-")
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        etc = Path(self.root) / "etc"
        etc.mkdir()
        (etc / "passwd").write_text("root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n")
        (etc / "group").write_text("root:x:0:\nstaff:x:50:app\ntty:x:5:\n")

    def user(self, text: str) -> tuple[int, int, str]:
        found = users.resolve_user(self.root, text, [])
        return found.uid, found.gid, found.home

    def test_names_and_numbers(self) -> None:
        self.assertEqual(self.user(""), (0, 0, "/root"))
        self.assertEqual(self.user("app"), (1000, 1001, "/home/app"))
        self.assertEqual(self.user("1000"), (1000, 1001, "/home/app"))
        self.assertEqual(self.user("4242"), (4242, 0, "/"))
        self.assertEqual(self.user("4242:50"), (4242, 50, "/"))
        self.assertEqual(self.user("app:tty")[1], 5)

    def test_where_a_mount_hides_them_ids_are_the_images_and_the_home_is_what_is_seen(self) -> None:
        accounts = {
            "passwd": "root:x:0:0::/root:/bin/sh\nold:x:7:8::/old:/bin/sh\n",
            "group": "wheel:x:10:old\n",
        }
        for spec, wanted in (
            ("1000", users.User(1000, 0, (0,), "/home/app")),
            ("old", users.User(7, 8, (8, 10), "/")),
            ("", users.User(0, 0, (0,), "/root")),
        ):
            self.assertEqual(users.resolve_user(self.root, spec, [], accounts), wanted)
        with self.assertRaises(environment.LaunchError):
            users.resolve_user(self.root, "app", [], accounts)

    def test_only_a_number_that_is_asked_for_has_to_be_a_usual_one(self) -> None:
        etc = Path(self.root) / "etc"
        with (etc / "passwd").open("a") as file:
            file.write(
                "nfsnobody:x:4294967294:4294967294::/var/lib/nfs:/sbin/nologin\n+::::::\nold:x:-2:::/:\n"
            )
        with (etc / "group").open("a") as file:
            file.write("nfsnobody:x:4294967294:app\n+:::\n")
        self.assertEqual(self.user("app"), (1000, 1001, "/home/app"))
        self.assertEqual(users.resolve_user(self.root, "app", []).groups, (1001, 50, 4294967294))
        self.assertEqual(self.user("nfsnobody"), (4294967294, 4294967294, "/var/lib/nfs"))
        for spec in ("2147483648", "app:2147483648"):
            with self.assertRaisesRegex(environment.LaunchError, "must be in range"):
                self.user(spec)

    def test_an_id_that_the_kernel_does_not_know_is_nobodys(self) -> None:
        for number in (4294967295, 4294967296, 1 << 70):
            rows = {
                "/etc/passwd": f"far:x:{number}:0::/:\nnear:x:0:{number}::/:\n",
                "/etc/group": f"g:x:{number}:\n",
            }
            with mock.patch.object(users.rootfs, "read_text", lambda _, path, rows=rows: rows[path]):
                for spec, extra in (("far", []), ("near", []), ("0:g", []), ("0", ["g"])):
                    with self.assertRaises(environment.LaunchError, msg=f"{spec} {number}"):
                        users.resolve_user("/", spec, extra)
                self.assertEqual(users.resolve_user("/", "12:13", []).uid, 12)

    def test_an_unknown_name_is_refused_in_the_engines_words(self) -> None:
        with self.assertRaisesRegex(environment.LaunchError, "unable to find user nobody-here"):
            self.user("nobody-here")

    def test_links_never_lead_out_of_the_root(self) -> None:
        (Path(self.root) / "out").symlink_to("../../../../etc")
        (Path(self.root) / "loop").symlink_to("loop")
        self.assertEqual(rootfs.resolve(self.root, "/out/passwd"), f"{self.root}/etc/passwd")
        self.assertEqual(rootfs.resolve(self.root, "/../../x"), f"{self.root}/x")
        self.assertRaises(OSError, rootfs.resolve, self.root, "/loop/x")


class Restarts(unittest.TestCase):
    def test_the_delay_doubles_up_to_a_minute_and_starts_again_after_a_good_run(self) -> None:
        policy = throttle.Throttle()
        delays = [policy.next_delay(True, 0.0, 0.0) for _ in range(12)]
        self.assertEqual(delays[:4], [0.1, 0.2, 0.4, 0.8])
        self.assertEqual(delays[-1], 60.0)
        self.assertEqual(policy.next_delay(True, 10.0, 0.0), 0.1)

    def test_a_delay_of_none_is_no_loop_without_a_pause(self) -> None:
        policy = throttle.Throttle(delay_seconds=0.0)
        self.assertEqual([policy.next_delay(True, 0.0, 0.0) for _ in range(2)], [0.1, 0.2])

    def test_attempts_are_counted_in_total(self) -> None:
        policy = throttle.Throttle(2)
        self.assertEqual(
            [policy.next_delay(True, 11.0, at) is None for at in (0.0, 20.0, 40.0)], [False, False, True]
        )

    def test_a_signal_is_128_and_its_number(self) -> None:
        self.assertEqual(
            [throttle.exit_code(status) for status in (0, 42 << 8, 9, 11 | 0x80)], [0, 42, 137, 139]
        )


class HealthChecks(unittest.TestCase):
    def health(self, start_period: float = 0, start_interval: float = 5) -> Health:
        spec = {
            "intervalSeconds": 10,
            "timeoutSeconds": 1,
            "retries": 2,
            "startPeriodSeconds": start_period,
            "startIntervalSeconds": start_interval,
        }
        health = Health.from_spec({**spec, "test": ["CMD", "x"]})
        health.start(0.0)
        return health

    def ask(self, health: Health, code: int, took: float = 0.01) -> float:
        began = health.due()
        assert began is not None
        health.begin()
        health.finish(code, b"", began, began + took)
        return began

    def test_who_becomes_ready_is_known_within_half_a_second_or_three_checks(self) -> None:
        for took in (0.02, 0.1, 0.5, 1.0, 1.6):
            lags = []
            for ready in (moment / 20 for moment in range(100, 200)):
                health, now = self.health(start_interval=30), 0.0
                while health.status != "healthy":
                    now = health.due() or 0.0
                    self.ask(health, 0 if now >= ready else 1, took)
                lags.append(now + took - ready)
            self.assertLess(max(lags), max(0.5, 3 * took + 0.01), took)

    def fail_until_unhealthy(self, health: Health) -> float:
        at = 0.0
        while health.status != "unhealthy" and at < 100:
            at = self.ask(health, 1)
        return at

    def test_a_starting_member_is_asked_soon_and_its_first_answers_do_not_count(self) -> None:
        health = self.health()
        first = self.ask(health, 1)
        self.assertLess(first, 0.5)
        self.assertEqual(health.status, "starting")
        self.ask(health, 0)
        self.assertEqual(health.status, "healthy")

    def test_a_member_that_keeps_failing_becomes_unhealthy_when_docker_says_so(self) -> None:
        at = self.fail_until_unhealthy(self.health())
        self.assertTrue(19.0 <= at <= 21.0, at)

    def test_failures_in_the_start_period_do_not_count(self) -> None:
        at = self.fail_until_unhealthy(self.health(start_period=30))
        self.assertTrue(39.0 <= at <= 46.0, at)

    def test_who_was_healthy_has_no_start_period_any_more(self) -> None:
        health = self.health(start_period=60)
        self.ask(health, 0)
        self.assertLess(self.fail_until_unhealthy(health), 21.0)

    def test_a_starting_member_is_asked_as_often_as_its_start_interval_says(self) -> None:
        for start_interval, pause in ((1, 1.0), (3, 3.0), (30, 5.0)):
            health = self.health(start_period=60, start_interval=start_interval)
            began = self.ask(health, 1, took=5.0)
            self.assertAlmostEqual(health.due() - began - 5.0, pause)

    def test_a_script_that_may_execute_a_server_yet_is_believed_when_docker_would_have_asked(self) -> None:
        for period, interval, believed in ((0, 5, 9.9), (60, 3, 2.97), (2, 1, 0.99), (1, 5, 4.95)):
            health, began = self.health(start_period=period, start_interval=interval), 0.0
            while health.status == "starting":
                began = health.due() or 0.0
                health.begin(is_script=True)
                health.finish(0, b"", began, began + 0.01)
            self.assertTrue(believed <= began <= believed + 0.5, (period, interval, began))

    def test_what_a_script_has_executed_is_believed_at_once(self) -> None:
        health = self.health()
        for is_script, status in ((True, "starting"), (False, "healthy")):
            health.begin(is_script)
            health.finish(0, b"", 1.0, 1.01)
            self.assertEqual(health.status, status)

    def test_a_shell_that_reads_a_file_is_a_script(self) -> None:
        for line, expected in (
            ("bash /usr/local/bin/docker-entrypoint.sh postgres", True),
            ("/bin/sh -e /start.sh", True),
            ("/bin/bash -o errexit /entrypoint.sh", True),
            ("/bin/busybox sh /start", True),
            ("sh -c server", False),
            ("bash -ec server x", False),
            ("bash -o pipefail -c server", False),
            ("bash -euo pipefail -c server", False),
            ("bash -euo pipefail /start", True),
            ("bash --login", False),
            ("-bash", False),
            ("postgres -c x=y", False),
            ("perl /start.pl", False),
            ("", False),
        ):
            self.assertIs(scripts.runs_file(line.split()), expected, line)

    def test_a_healthy_member_is_asked_at_its_interval_and_may_fail_less_often_than_retries(self) -> None:
        health = self.health()
        self.ask(health, 0)
        for codes, status in (((1, 0, 1), "healthy"), ((1,), "unhealthy"), ((0,), "healthy")):
            for code in codes:
                began = self.ask(health, code)
                self.assertAlmostEqual(health.due() - began - 0.01, 10.0)
            self.assertEqual(health.status, status, codes)


@dataclass
class State:
    was_started: bool = False
    at_rest: bool = False
    failed: bool = False
    exit_code: int | None = None
    health_status: str | None = None
    is_stuck: bool = False


class Gates(unittest.TestCase):
    def verdict(self, condition: str, state: State, required: bool = True) -> str:
        wish = {"service": "db", "condition": condition, "required": required}
        return gates.decide([wish], {"db": state}, set())[0]

    def test_conditions_of_depends_on(self) -> None:
        cases = [
            ("service_started", State(), "wait"),
            ("service_started", State(was_started=True), "go"),
            ("service_healthy", State(was_started=True, health_status="starting"), "wait"),
            ("service_healthy", State(was_started=True, health_status="healthy"), "go"),
            ("service_healthy", State(was_started=True, health_status="unhealthy"), "unwell"),
            ("service_completed_successfully", State(was_started=True), "wait"),
            ("service_completed_successfully", State(was_started=True, at_rest=True, exit_code=0), "go"),
            (
                "service_completed_successfully",
                State(was_started=True, at_rest=True, failed=True, exit_code=3),
                "fail",
            ),
        ]
        for condition, state, verdict in cases:
            self.assertEqual(self.verdict(condition, state), verdict, (condition, state))

    def test_a_failure_names_the_dependency_unless_it_is_not_required(self) -> None:
        failed = State(was_started=True, at_rest=True, failed=True, exit_code=3)
        unwell = State(was_started=True, health_status="unhealthy")
        for condition, state in (
            ("service_started", State(is_stuck=True)),
            ("service_healthy", unwell),
            ("service_healthy", failed),
            ("service_completed_successfully", failed),
        ):
            wish = {"service": "db", "condition": condition}
            self.assertIn("db", gates.decide([wish], {"db": state}, set())[1])
            self.assertEqual(self.verdict(condition, state, required=False), "go")

    def test_a_condition_has_to_come_true_once_after_all_dependencies_have_begun(self) -> None:
        db, migrate = State(was_started=True, health_status="healthy"), State()
        wishes = [
            {"service": "db", "condition": "service_healthy"},
            {"service": "migrate", "condition": "service_completed_successfully"},
        ]
        met: set[tuple[str, str]] = set()
        decide = lambda: gates.decide(wishes, {"db": db, "migrate": migrate}, met)  # noqa: E731
        db.health_status = "unhealthy"
        self.assertEqual(decide(), ("unwell", "db, which is unhealthy"))
        db.health_status = "healthy"
        self.assertEqual((decide()[0], met), ("wait", set()))
        migrate.was_started = True
        self.assertEqual(decide(), ("wait", "migrate to complete"))
        db.health_status, db.at_rest, db.failed = "starting", True, True
        self.assertEqual(decide(), ("wait", "migrate to complete"))
        migrate.at_rest, migrate.exit_code = True, 0
        self.assertEqual(decide(), ("go", ""))

    def test_members_stop_dependants_first(self) -> None:
        order = stages.stop_stages({"db": [], "cache": [], "api": ["db", "cache"], "web": ["api"]})
        self.assertEqual(order, [["web"], ["api"], ["db", "cache"]])


class LogLines(unittest.TestCase):
    def test_lines_stay_whole_and_bytes_stay_bytes(self) -> None:
        lines = prefix.LinePrefixer(b"a | ")
        self.assertEqual(lines.feed(b"one\ntw"), b"a | one\n")
        self.assertEqual(lines.feed(b"o\xff\0\n"), b"a | two\xff\0\n")
        self.assertEqual(lines.feed(b"end"), b"")
        self.assertEqual(lines.finish(), b"a | end\n")

    def test_an_endless_line_goes_out_in_pieces_and_takes_no_memory(self) -> None:
        lines = prefix.LinePrefixer(b"a | ")
        out = lines.feed(b"x" * (prefix.LINE_CAP * 2 + 5))
        self.assertEqual([len(line) for line in out.splitlines()], [prefix.LINE_CAP + 4] * 2)

    def test_a_line_of_just_the_cap_is_one_even_when_its_end_comes_later(self) -> None:
        lines = prefix.LinePrefixer(b"a | ")
        line = b"x" * prefix.LINE_CAP
        self.assertEqual(lines.feed(line) + lines.feed(b"\n"), b"a | " + line + b"\n")

    def test_only_lines_beyond_the_cap_are_cut_wherever_they_stand(self) -> None:
        for lengths in itertools.product(
            (0, 1, prefix.LINE_CAP - 1, prefix.LINE_CAP, prefix.LINE_CAP + 1), repeat=3
        ):
            given = [bytes([ord("a") + place]) * length for place, length in enumerate(lengths)]
            out = prefix.LinePrefixer(b"a | ").feed(b"".join(line + b"\n" for line in given))
            cap = prefix.LINE_CAP
            pieces = [line[at : at + cap] for line in given for at in range(0, len(line) or 1, cap)]
            self.assertEqual(out, b"".join(b"a | " + piece + b"\n" for piece in pieces), lengths)


class Limits(unittest.TestCase):
    def test_nobody_gets_more_than_the_container_has(self) -> None:
        asked = [
            {"type": "RLIMIT_NOFILE", "soft": 4096, "hard": 8192},
            {"type": "RLIMIT_NPROC", "soft": 10, "hard": 20},
            {"type": "RLIMIT_CORE", "soft": -1, "hard": -1},
            {"type": "RLIMIT_LOCKS", "soft": 5, "hard": 5},
        ]
        most = {
            resource.RLIMIT_NOFILE: 1024,
            resource.RLIMIT_NPROC: resource.RLIM_INFINITY,
            resource.RLIMIT_CORE: 7,
        }
        process = {"rlimits": asked}
        with (
            mock.patch.object(limits.resource, "getrlimit", lambda kind: (0, most.get(kind, 100))),
            mock.patch.object(limits.kernel, "held_capabilities", return_value={"SYS_CHROOT"}),
        ):
            limits.fit(process)
        given = [(limit["soft"], limit["hard"]) for limit in process["rlimits"]]
        self.assertEqual(given, [(1024, 1024), (10, 20), (7, 7), (5, 5)])
        told = limits.note({"rlimits": asked}, process)
        self.assertIn("ulimit nofile is that of the container, 1024, which is below 8192\n", told)
        self.assertEqual(told.count("\n"), 2)


class Hosts(unittest.TestCase):
    def test_on_the_bridge_of_the_engine_links_alone_are_names(self) -> None:
        self.assertEqual(hosts.visible_names({}, [], {"mysql": "db"}), {"db": [], "mysql": []})
        self.assertEqual(hosts.visible_names({"db": ["default"]}, [], {}), {})

    def test_names_stand_at_the_address_of_a_shared_network(self) -> None:
        text = hosts.hosts_file(
            {"db": ["back"], "web": ["front"]},
            {"back": ["10.0.0.2", "fd00::2"]},
            "10.1.0.2",
            "me",
            [],
            [("x", "1.2.3.4")],
        )
        for line in (
            "10.0.0.2\tdb",
            "fd00::2\tdb",
            "10.1.0.2\tweb",
            "10.1.0.2\tme",
            "1.2.3.4\tx",
            "127.0.0.1\tlocalhost",
        ):
            self.assertIn(f"{line}\n", text)
        for others in ({}, {"my.long.name": ["back"]}):
            text = hosts.hosts_file(others, {}, "10.1.0.2", "my.long.name", [], [])
            self.assertIn("10.1.0.2\tmy.long.name my\n", text)

    def test_the_host_name_stands_at_the_addresses_of_its_own_networks(self) -> None:
        networks = {"app": ["10.1.0.2"], "data": ["10.2.0.2", "fd02::2"]}
        for own, host, expected in (
            (["data"], "me", ["10.2.0.2\tme", "fd02::2\tme"]),
            (["app", "data"], "me.a.b", [f"{one}\tme.a.b me" for one in ("10.1.0.2", "10.2.0.2", "fd02::2")]),
            ([], "me", ["10.1.0.2\tme"]),
        ):
            text = hosts.hosts_file({}, networks, "10.1.0.2", host, own, [])
            self.assertEqual(
                [line for line in text.splitlines() if line.split("\t")[1].startswith("me")], expected
            )

    def test_a_name_of_extra_hosts_is_that_alone(self) -> None:
        text = hosts.hosts_file(
            {"db": ["back"], "web": ["back"]},
            {"back": ["10.0.0.2"]},
            "10.0.0.2",
            "me",
            [],
            [("DB", "10.9.9.9")],
        )
        self.assertEqual([line for line in text.splitlines() if "db" in line.lower()], ["10.9.9.9\tDB"])
        self.assertIn("10.0.0.2\tweb\n", text)

    def test_without_ipv6_localhost_has_no_address_of_it(self) -> None:
        text = hosts.hosts_file({}, {}, "10.0.0.2", "me", [], [], has_ipv6=False)
        self.assertEqual(text, "127.0.0.1\tlocalhost\n10.0.0.2\tme\n")

    def test_the_gateway_is_what_the_engine_was_asked_under_our_name(self) -> None:
        container = [
            ["10.0.0.5", "h"],
            ["172.17.0.1", "bundle-host-gateway"],
            ["fd17::1", "bundle-host-gateway"],
        ]
        self.assertEqual(names._gateways(container, "h"), ["172.17.0.1", "fd17::1"])
        self.assertEqual(names._gateways(container[:1], "h"), ["10.0.0.5"])  # by docker run --add-host

    def test_addresses_of_a_link_are_nobodys(self) -> None:
        table = (
            "fe8000000000000000420afffe4d0003 08 40 20 c0     eth1\n"
            "fd000077000000000000000000000003 08 40 00 82     eth1\n"
            "00000000000000000000000000000001 01 80 10 80       lo\n"
            "fd000076000000000000000000000002 06 40 00 82     eth0\n"
        )
        self.assertEqual(hosts.global_addresses(table), ["fd00:76::2", "fd00:77::3"])


class CopyUp(unittest.TestCase):
    def test_only_an_overlay_copies_a_file_with_several_names(self) -> None:
        for lines, warns in (
            ("overlay / overlay rw 0 0\nproc /proc proc rw 0 0\n", False),
            ("rootfs / rootfs rw 0 0\nfuse-overlayfs / fuse.fuse-overlayfs rw 0 0\n", False),
            ("/dev/vda / ext4 rw 0 0\noverlay /srv overlay rw 0 0\n", True),
            ("", True),
        ):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(lines)
                file.flush()
                self.assertEqual("--no-dedup" in copyup.warning(file.name), warns, lines)


class Mounts(unittest.TestCase):
    def test_what_is_in_another_comes_after_it(self) -> None:
        def mount(place: str, source: str) -> dict[str, Any]:
            return {"destination": place, "source": source}

        volume = mount("/var/lib/app", "/r/var/lib/app")
        mounts = [
            mount("/proc", "proc"),
            *(mount(one, "tmpfs") for one in ("/var/lib/app/cache", "/var/lib")),
        ]
        with mock.patch.object(oci.places, "leads_out", return_value=False):
            found = oci._kept([*mounts, volume], "/r")
        self.assertEqual(
            [one["destination"] for one in found],
            ["/proc", "/proc/0", "/var/lib", "/var/lib/app", "/var/lib/app/cache", "/proc"],
        )


if __name__ == "__main__":
    unittest.main()
