"""The assembler gives every root exactly its source, and stores what roots share once."""

import os
import stat
import sys
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "assembly"))
import assemble
import copying


def make(root: Path, path: str, content: bytes = b"x", mode: int = 0o644, mtime: int = 1_000) -> Path:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(mode)
    os.utime(target, (mtime, mtime))
    return target


def snapshot(root: Path) -> dict[bytes, tuple]:
    found = {}
    for path, info in assemble.walk(os.fsencode(root)):
        full = os.path.join(os.fsencode(root), path)
        content = os.readlink(full) if stat.S_ISLNK(info.st_mode) else b""
        if stat.S_ISREG(info.st_mode):
            content = Path(os.fsdecode(full)).read_bytes()
        attributes = {
            name: os.getxattr(full, name, follow_symlinks=False)
            for name in os.listxattr(full, follow_symlinks=False)
        }
        found[path] = (info.st_mode, info.st_uid, info.st_gid, info.st_mtime_ns, content, attributes)
    return found


class Assembling(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="bundle-shared-test-")
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.one, self.two, self.out = self.top / "one", self.top / "two", self.top / "out"
        for root in (self.one, self.two):
            make(root, "usr/lib/common.so", b"same" * 1000)
            make(root, "usr/lib/newer.so", b"same", mtime=1_000 if root is self.one else 2_000)
            make(root, "usr/lib/other.so", root.name.encode().ljust(8))
            make(root, "etc/config", b"same" * 1000)
            make(root, "usr/bin/tool", b"same tool", mode=0o4755)

    def assemble(self, first: str = "shared") -> None:
        pairs = [f"one={self.one}", f"two={self.two}"]
        assemble.main([first, str(self.out), *pairs])
        for pair in pairs:
            assemble.main(["member", str(self.out), pair])

    def assert_roots_are_equal(self) -> None:
        for root in (self.one, self.two):
            expected = snapshot(root)
            actual = snapshot(self.out / root.name)
            self.assertEqual({path: actual.get(path) for path in expected}, expected)

    def inode(self, name: str, path: str) -> int:
        return (self.out / name / path).lstat().st_ino

    def test_every_root_is_its_source(self) -> None:
        self.assemble()
        self.assert_roots_are_equal()

    def test_equal_libraries_are_stored_once(self) -> None:
        self.assemble()
        self.assertEqual(self.inode("one", "usr/lib/common.so"), self.inode("two", "usr/lib/common.so"))

    def test_apart_nothing_is_stored_once_but_what_a_root_has_twice(self) -> None:
        os.link(self.one / "usr/lib/other.so", self.one / "usr/lib/again.so")
        self.assemble("apart")
        self.assert_roots_are_equal()
        self.assertNotEqual(self.inode("one", "usr/lib/common.so"), self.inode("two", "usr/lib/common.so"))
        self.assertEqual(self.inode("one", "usr/lib/other.so"), self.inode("one", "usr/lib/again.so"))

    def test_roots_of_one_source_are_read_once_and_stored_once(self) -> None:
        (self.one / "usr/lib/link").symlink_to("common.so")
        odd = make(self.one, "usr/lib/attribute")
        os.setxattr(odd, "user.note", b"kept")
        pairs = [f"again={self.one}", f"one={self.one}", f"two={self.two}"]
        with patch.object(assemble, "digest", wraps=assemble.digest) as digest:
            assemble.main(["shared", str(self.out), *pairs])
        read = [place for (place,), _ in digest.call_args_list]
        self.assertEqual(len(read), len(set(read)))
        assemble.main(["member", str(self.out), *pairs[:2]])
        assemble.main(["member", str(self.out), pairs[2]])
        self.assert_roots_are_equal()
        self.assertEqual(snapshot(self.out / "again"), snapshot(self.out / "one"))
        for path in ("usr/lib/common.so", "usr/lib/other.so"):
            self.assertEqual(self.inode("again", path), self.inode("one", path), path)
        for path in ("etc/config", "usr/bin/tool", "usr/lib/attribute"):
            self.assertNotEqual(self.inode("again", path), self.inode("one", path), path)

    def test_configuration_differing_times_and_setuid_programs_are_not_shared(self) -> None:
        self.assemble()
        for path in ("etc/config", "usr/lib/newer.so", "usr/lib/other.so", "usr/bin/tool"):
            self.assertNotEqual(self.inode("one", path), self.inode("two", path), path)

    def test_links_pipes_owners_and_attributes_survive(self) -> None:
        (self.one / "usr/lib/link").symlink_to("/nowhere/at all")
        os.link(self.one / "usr/lib/other.so", self.one / "usr/lib/again.so")
        os.mkfifo(self.one / "pipe", 0o640)
        os.chown(self.one / "etc/config", 999, 998)
        odd = make(self.one, "usr/lib/cap")
        os.setxattr(odd, "user.note", b"kept\0")
        make(self.one, "odd/a\nb \udcff'\"$")
        self.assemble()
        self.assert_roots_are_equal()
        self.assertEqual(self.inode("one", "usr/lib/other.so"), self.inode("one", "usr/lib/again.so"))

    def test_attributes_of_security_modules_are_the_machines(self) -> None:
        """On a machine with SELinux every file has one; none of them makes a file another."""
        modules = ["security.selinux", "security.ima"]
        with patch.object(copying.os, "listxattr", lambda *_, **__: modules):
            self.assemble()
        self.assertEqual(self.inode("one", "usr/lib/common.so"), self.inode("two", "usr/lib/common.so"))
        self.assert_roots_are_equal()

    def test_a_link_in_a_root_never_leads_out_of_it(self) -> None:
        (self.one / "out").symlink_to(self.top / "outside")
        (self.top / "outside").mkdir()
        make(self.two, "out/file")
        self.assemble()
        self.assertEqual(list((self.top / "outside").iterdir()), [])
        self.assert_roots_are_equal()

    def test_holes_take_no_room(self) -> None:
        sizes = {"log": 8 << 20, "end": 4 << 20, "hole": 1 << 20}
        for name, size in sizes.items():
            make(self.one, f"var/{name}", b"" if name == "hole" else b"head")
            os.truncate(self.one / f"var/{name}", size)
        with (self.one / "var/log").open("ab") as file:
            file.write(b"tail")
        self.assemble()
        self.assert_roots_are_equal()
        blocks = [(self.out / "one/var" / name).stat().st_blocks for name in sizes]
        self.assertLess(sum(blocks) * 512, 1 << 16)

    def test_an_empty_root_gets_the_mount_points_of_a_container(self) -> None:
        empty = self.top / "empty"
        empty.mkdir()
        assemble.main(["member", str(self.out), f"empty={empty}"])
        names = {os.fsdecode(path) for path, _ in assemble.walk(os.fsencode(self.out / "empty"))}
        expected = {
            "proc",
            "sys",
            "dev",
            "dev/pts",
            "dev/shm",
            "etc",
            "etc/hosts",
            "etc/hostname",
            "etc/resolv.conf",
            "etc/mtab",
            ".dockerenv",
        }
        self.assertEqual(names, expected)

    def test_links_in_place_of_mount_points_go_as_the_engine_lets_them_go(self) -> None:
        root, outside = self.top / "linked", self.top / "outside"
        make(root, "private/kept")
        outside.mkdir()
        (root / "etc").mkdir()
        (root / "etc/resolv.conf").symlink_to("../run/systemd/resolve/stub-resolv.conf")
        (root / "etc/hosts").symlink_to(outside / "hosts")
        make(root, "etc/mtab")
        (root / "sys").symlink_to(outside)
        assemble.main(["member", str(self.out), f"linked={root}"])
        made = self.out / "linked"
        for path in ("etc/resolv.conf", "etc/hosts", "sys"):
            self.assertFalse((made / path).is_symlink(), path)
        self.assertEqual(os.readlink(made / "etc/mtab"), "/proc/mounts")
        self.assertTrue((made / "sys").is_dir())
        self.assertEqual(list(outside.iterdir()), [])

    def test_two_runs_give_the_same_times(self) -> None:
        self.assemble()
        first = snapshot(self.out)
        self.out = self.top / "again"
        self.assemble()
        self.assertEqual(snapshot(self.out), first)


if __name__ == "__main__":
    unittest.main()
