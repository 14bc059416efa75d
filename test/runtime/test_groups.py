"""Control groups of members: which limits a group can have. What a kernel does with them: test/platforms."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "runtime"))
import groups
import layout

ASKED = {
    "cpu": {"cpus": "0-1", "period": 100000, "quota": 50000},
    "memory": {"limit": 1 << 26, "swap": 1 << 27},
    "pids": {"limit": 10},
}


class Groups(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.marker = self.root / "groups"
        for place, name, value in (
            (groups, "_ROOT", str(self.root)),
            (layout, "GROUPS_FILE", str(self.marker)),
        ):
            patch = mock.patch.object(place, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_a_limit_without_its_controller_is_left_out(self) -> None:
        self.marker.write_text("cpu memory")
        group = groups.make("a")
        (self.root / "member-a" / "memory.swap.max").touch()
        self.assertEqual(
            groups.possible(group, ASKED),
            {"cpu": {"period": 100000, "quota": 50000}, "memory": ASKED["memory"]},
        )
        self.marker.write_text("cpuset pids")
        self.assertEqual(groups.possible(group, ASKED), {"cpu": {"cpus": "0-1"}, "pids": ASKED["pids"]})

    def test_a_kernel_that_counts_no_swap_limits_memory_alone(self) -> None:
        self.marker.write_text("memory")
        self.assertEqual(groups.possible(groups.make("a"), ASKED), {"memory": {"limit": 1 << 26}})

    def test_nothing_is_delegated_where_the_top_is_the_machines(self) -> None:
        (self.root / "cgroup.subtree_control").touch()  # and no cgroup.type
        self.assertEqual((groups.take(), groups.make("a")), ("", ""))
        self.assertNotIn("cgroupfs", layout.crun("list"))

    def test_members_get_groups_by_crun_where_some_are_delegated(self) -> None:
        self.marker.write_text("memory")
        self.assertEqual(groups.make("a.b"), "/member-a.b")
        self.assertTrue((self.root / "member-a.b").is_dir())
        self.assertIn("cgroupfs", layout.crun("list"))


if __name__ == "__main__":
    unittest.main()
