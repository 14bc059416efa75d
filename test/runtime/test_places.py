"""Links that members leave where the Engine mounts."""

import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "runtime"))
import oci
import places
import standin
from environment import LaunchError


class Places(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.srv = folder.name
        self.root = f"{self.srv}/web"
        for path in ("web/opt", "web/data/r1/log", "victim/usr/bin"):
            os.makedirs(f"{self.srv}/{path}")
        self.tool: list[places.Place] = [("web", self.root, "/opt/tool/bin")]

    def led(self, *points: str) -> list[places.Place]:
        with patch.object(standin, "mount_points", return_value={"/", *points}):
            return places.led_elsewhere(self.tool)

    def test_a_link_in_the_way_of_a_mount_is_found_when_it_leads_to_one(self) -> None:
        os.symlink(f"{self.srv}/victim/usr", f"{self.root}/opt/tool")
        self.assertEqual(self.led(f"{self.srv}/victim/usr/bin"), self.tool)
        self.assertEqual(self.led(), [])  # nothing is mounted: the link is the member's own affair

    def test_without_a_link_nothing_is_wrong(self) -> None:
        os.makedirs(f"{self.root}/opt/tool/bin")
        self.assertEqual(self.led(f"{self.root}/opt/tool/bin"), [])

    def test_it_becomes_a_folder(self) -> None:
        os.symlink(f"{self.srv}/victim", f"{self.root}/opt/tool")
        said: list[str] = []
        places.make_folders(self.tool, said.append)
        self.assertEqual(len(said), 1)
        self.assertIn("/opt/tool", said[0])
        self.assertTrue(os.path.isdir(f"{self.root}/opt/tool"))
        self.assertFalse(os.path.islink(f"{self.root}/opt/tool"))
        self.assertEqual(os.listdir(f"{self.srv}/victim"), ["usr"])
        places.make_folders(self.tool, said.append)
        self.assertEqual(len(said), 1)

    def test_a_link_within_the_member_is_its_own_affair(self) -> None:
        os.makedirs(f"{self.root}/opt/v2/bin")
        os.symlink("v2", f"{self.root}/opt/tool")
        self.assertEqual(self.led(f"{self.root}/opt/v2/bin"), [])
        places.make_folders(self.tool, self.fail)
        self.assertTrue(os.path.islink(f"{self.root}/opt/tool"))

    def test_what_is_in_a_volume_stays(self) -> None:
        os.symlink("/data/r1", f"{self.root}/data/cur")
        mounted = {"/", f"{self.root}/data"}
        with patch.object(standin, "mount_points", return_value=mounted):
            places.make_folders([("web", self.root, "/data/cur/log")], self.fail)
        self.assertTrue(os.path.islink(f"{self.root}/data/cur"))

    def test_a_member_is_not_given_what_a_link_leads_to(self) -> None:
        shown = {"destination": "/opt/tool/bin", "source": f"{self.root}/opt/tool/bin"}
        self.assertEqual(len(oci._kept([shown], self.root)), 3)
        os.symlink(f"{self.srv}/victim/usr", f"{self.root}/opt/tool")
        with self.assertRaises(LaunchError):
            oci._kept([shown], self.root)


if __name__ == "__main__":
    unittest.main()
