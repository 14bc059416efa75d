"""Rung chroot: what a root is given in place of kernel file systems, and that hostile roots lead nowhere else."""

import errno
import os
import stat
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "runtime"))
import jail
import mainprogram
import rungs
import standin
from environment import LaunchError


class Root(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.outside = Path(folder.name) / "outside"
        self.root = Path(folder.name) / "root"
        self.outside.mkdir()
        self.root.mkdir()

    def file(self, path: str, content: bytes = b"\x7fELF", mode: int = 0o755) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(mode)


class Ends(Root):
    def test_nothing_is_executed_any_more_where_the_program_cannot_be(self) -> None:
        for error, code, said in (
            (FileNotFoundError(errno.ENOENT, "none"), 126, "bundle-exec: [Errno 2] none\n"),
            (LaunchError("no \udcff", 127), 127, "bundle-exec: no \\udcff\n"),
            (KeyboardInterrupt(), 126, "bundle-exec: \n"),
        ):
            reader, writer = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.dup2(writer, 2)
                # What would be imported now is not to be found.
                sys.path[:], sys.meta_path[:] = [], []
                with patch.object(jail, "become", side_effect=error):
                    jail.become_or_end({}, [], {}, "/", {})
            os.close(writer)
            with os.fdopen(reader) as text:
                self.assertEqual(text.read(), said)
            self.assertEqual(os.waitpid(pid, 0)[1], code << 8)


class Files(Root):
    def test_what_the_user_mounted_is_never_written(self) -> None:
        self.file("etc/hosts", b"theirs", 0o644)
        self.file("opt/etc/resolv.conf", b"theirs", 0o644)
        os.symlink("/opt/etc/resolv.conf", self.root / "etc/resolv.conf")
        mounted = {f"{self.root}/etc/hosts", f"{self.root}/opt", str(self.root.parent)}
        with patch.object(standin, "mount_points", return_value=mounted):
            for target in ("/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/opted"):
                standin.write_file(str(self.root), target, b"ours")
        self.assertEqual((self.root / "etc/hosts").read_bytes(), b"theirs")
        self.assertEqual((self.root / "opt/etc/resolv.conf").read_bytes(), b"theirs")
        self.assertEqual((self.root / "etc/hostname").read_bytes(), b"ours")
        self.assertEqual((self.root / "opted").read_bytes(), b"ours")


class Clearing(Root):
    def test_what_is_mounted_in_a_folder_stays_however_deep(self) -> None:
        for path in ("tmp/old/file", "tmp/a/b/theirs", "tmp/a/stale", "tmp/top"):
            self.file(path)
        os.symlink(self.outside, self.root / "tmp/link")
        (self.outside / "file").touch()
        standin.clear(f"{self.root}/tmp", {f"{self.root}/tmp/a/b", f"{self.root}/tmp/top"})
        left = {str(path.relative_to(self.root)) for path in self.root.rglob("*")}
        self.assertEqual(left, {"tmp", "tmp/a", "tmp/a/b", "tmp/a/b/theirs", "tmp/top"})
        self.assertTrue((self.outside / "file").exists())

    def test_the_places_of_mounts_are_known(self) -> None:
        self.assertIn("/proc", standin.mount_points())


class MainProgram(Root):
    PATH = "/usr/bin:/bin"

    def setUp(self) -> None:
        super().setUp()
        for program in (
            "bin/dash",
            "bin/bash",
            "usr/bin/node",
            "usr/bin/gosu",
            "usr/bin/redis-server",
            "app/tool",
        ):
            self.file(program)
        os.symlink("dash", self.root / "bin/sh")
        self.file("entry.sh", b'#!/bin/sh\nset -e\nexec "$@"\n')
        self.file("start", b"#!/usr/bin/env bash\n# exec never\ncd /app && exec node server.js\n")
        self.file("loop", b"#!/bin/sh\nwhile :; do sleep 1; done\n")

    def find(self, *args: str, cwd: str = "/") -> str | None:
        return mainprogram.find_self_exe(str(self.root), list(args), cwd, self.PATH)

    def test_the_words_of_a_command_lead_to_it(self) -> None:
        cases: dict[tuple[str, ...], str | None] = {
            ("node", "server.js"): "/usr/bin/node",
            ("/entry.sh", "redis-server", "--port", "1"): "/usr/bin/redis-server",
            ("gosu", "nobody", "node"): "/usr/bin/node",
            ("/bin/sh", "-c", "exec node server.js $((4000 + 1))"): "/usr/bin/node",
            ("/bin/sh", "-c", 'echo "it\'s"; node x'): "/usr/bin/node",
            ("/start", "4002"): "/usr/bin/node",
            ("/loop",): "/bin/dash",
            ("sh",): "/bin/dash",
            ("absent",): None,
            ("./tool",): None,
        }
        for args, program in cases.items():
            self.assertEqual(self.find(*args), program, args)
        self.assertEqual(self.find("./tool", cwd="/app"), "/app/tool")

    def test_a_busybox_shell_is_never_told_that_it_is_another_program(self) -> None:
        (self.root / "bin/sh").unlink()
        self.file("bin/busybox")
        os.symlink("busybox", self.root / "bin/sh")
        self.assertEqual(self.find("sh", "-c", "exec node x"), "/bin/busybox")
        (self.root / "usr/bin/gosu").unlink()
        self.assertIsNone(self.find("sh", "-c", "exec node x"))


class StandIn(Root):
    def test_links_of_a_hostile_root_lead_no_write_out_of_it(self) -> None:
        target = self.outside / "file"
        target.write_text("kept")
        for path in ("etc", "proc/sys", "dev"):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(self.outside, self.root / path)
        os.symlink(target, self.root / "hosts")
        standin.make_facts(str(self.root), "/bin/x")
        standin.make_fifos(str(self.root))
        standin.write_file(str(self.root), "/hosts", b"changed")
        standin.write_file(str(self.root), "/etc/hosts", b"changed")
        standin.empty_folder(str(self.root), "/etc", 0o700, os.getuid(), os.getgid())
        self.assertEqual(target.read_text(), "kept")
        self.assertEqual(sorted(os.listdir(self.outside)), ["file"])

    def test_proc_holds_nothing_that_is_wrong_tomorrow_or_of_another_process(self) -> None:
        standin.make_facts(str(self.root), None)
        self.assertFalse((self.root / "proc/uptime").exists())
        self.assertFalse((self.root / "proc/self/status").exists())
        self.assertFalse(os.path.lexists(self.root / "proc/self/exe"))
        self.assertEqual(os.readlink(self.root / "proc/self/fd/2"), "/dev/stderr")
        self.assertNotIn("MemFree", (self.root / "proc/meminfo").read_text())

    def test_a_tmpfs_begins_empty_with_its_mode(self) -> None:
        self.file("scratch/old")
        owner = [f"uid={os.getuid()}", f"gid={os.getgid()}"]
        options = ["size=1m", "mode=0710", *owner]
        mounts = [{"type": "tmpfs", "destination": "/scratch", "options": options}]
        usual = {"type": "tmpfs", "destination": "/dev/shm", "options": ["size=67108864"]}
        asked = usual | {"options": ["size=1073741824"]}
        self.assertEqual(standin.make_tmpfs(str(self.root), [usual, *mounts]), ["/scratch"])
        self.assertEqual(standin.make_tmpfs(str(self.root), [asked, *mounts]), ["/dev/shm", "/scratch"])
        self.assertEqual(os.listdir(self.root / "scratch"), [])
        self.assertEqual(stat.S_IMODE((self.root / "scratch").stat().st_mode), 0o710)
        mounts[0]["options"] = owner
        mounts += [mounts[0] | {"destination": "/new"}]
        standin.make_tmpfs(str(self.root), mounts)
        modes = [stat.S_IMODE((self.root / name).stat().st_mode) for name in ("scratch", "new")]
        self.assertEqual(modes, [0o710, 0o1777])


GRANTED = {"userns": "refused", "sys-admin": "", "chroot": ""}


class Choice(unittest.TestCase):
    def test_the_best_rung_that_was_granted_is_taken(self) -> None:
        self.assertEqual(rungs.choose({}, GRANTED), ("sys-admin", ""))
        both = dict.fromkeys(GRANTED, "")
        needs = {"rung": "sys-admin", "why": ["CAP_NET_ADMIN has no effect in a user namespace"]}
        self.assertEqual(rungs.choose({"needs": needs}, both), ("sys-admin", ""))

    def test_the_rung_that_a_bundle_was_made_for_comes_first(self) -> None:
        both = dict.fromkeys(rungs.RUNGS, "")
        for grant, rung in ((None, "userns"), ("sys-admin", "sys-admin")):
            self.assertEqual(rungs.choose({}, rungs.prefer(grant, both)), (rung, ""))

    def test_a_pinned_rung_is_the_word_of_the_user(self) -> None:
        rung, reason = rungs.choose({"isolation": "userns"}, GRANTED)
        self.assertIsNone(rung)
        self.assertIn("refused", reason)
        needs = {"rung": "userns", "why": ["x"]}
        self.assertEqual(rungs.choose({"isolation": "chroot", "needs": needs}, GRANTED)[0], "chroot")

    def test_a_member_that_needs_more_than_was_granted_is_told_why(self) -> None:
        nothing = {"userns": "unshare: EPERM", "sys-admin": "no CAP_SYS_ADMIN", "chroot": ""}
        needs = {"rung": "userns", "why": ["/start calls ps, which reads /proc"]}
        rung, reason = rungs.choose({"needs": needs}, nothing)
        self.assertIsNone(rung)
        for part in ("/start calls ps", "userns or sys-admin", "EPERM"):
            self.assertIn(part, reason)


def no_room(_: str = "") -> None:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def granted(_: str) -> None:
    pass


class Probe(unittest.TestCase):
    def found(self, **attempts: Any) -> dict[str, str]:
        plain = {"_userns": granted, "_sys_admin": granted, "_chroot": granted}
        with patch.multiple(rungs, **plain | attempts), patch("time.sleep"):
            return rungs._try_all("/")

    def test_a_rung_is_tried_again_when_there_was_no_room_for_a_process(self) -> None:
        pids = iter([no_room, no_room])
        plain = os.fork
        with patch("os.fork", lambda: next(pids, plain)()):
            self.assertEqual(self.found(), dict.fromkeys(GRANTED, ""))

    def test_one_that_could_not_be_tried_takes_no_other_along(self) -> None:
        found = self.found(_chroot=no_room)
        self.assertEqual((found["userns"], found["sys-admin"]), ("", ""))
        self.assertIn("cannot be tried", found["chroot"])


if __name__ == "__main__":
    unittest.main()
