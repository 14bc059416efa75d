"""bundle-logs."""

import contextlib
import http.client
import io
import json
import sys
import unittest
import xmlrpc.client
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import supervisor_names  # noqa: F401 - before what imports supervisord
import client
import rpc
import tail
from output import KEPT_PER_MEMBER, Ring

GIB = 1 << 30


class Following(unittest.TestCase):
    def follow(self, ring: Ring, come: Iterator[bytes], *words: str) -> tuple[str, str]:
        """What is printed, and complained about, while these lines come."""
        member = SimpleNamespace(ring=ring)
        interface = rpc.BundleInterface(SimpleNamespace(conductor=SimpleNamespace(members={"a": member})))

        def wait(_: float) -> None:
            if (data := next(come, None)) is None:
                raise KeyboardInterrupt
            ring.append(data)

        with (
            mock.patch.object(
                client, "call", lambda method, *words, patience: getattr(interface, method)(*words)
            ),
            mock.patch.object(tail.time, "sleep", wait),
            mock.patch.object(tail.signal, "signal"),
            mock.patch.object(sys, "argv", ["bundle-logs", "-f", *words, "a"]),
            contextlib.redirect_stdout(io.StringIO()) as printed,
            contextlib.redirect_stderr(io.StringIO()) as said,
            self.assertRaises(KeyboardInterrupt),
        ):
            tail.logs()
        return printed.getvalue(), said.getvalue()

    def test_it_says_how_much_came_too_fast_to_be_kept(self) -> None:
        line = b"a | " + b"x" * 99_995 + b"\n"
        ring = Ring()
        _, said = self.follow(ring, iter([line * 2, line * 4]))
        self.assertIn(f"{4 * len(line) - KEPT_PER_MEMBER} bytes of a came too fast", said)
        self.assertEqual(self.follow(Ring(), iter([line, line]))[1], "")

    def test_an_age_is_that_of_the_first_lines_alone(self) -> None:
        ring = Ring()
        ring.append(b"a | old\n")
        self.assertEqual(self.follow(ring, iter([b"a | new\n"]), "--since", "0s")[0], "a | new\n")

    def test_it_goes_on_beyond_two_gibibytes(self) -> None:
        ring = Ring()
        ring.append(b"a | first\n")
        ring.total += 3 * GIB
        conductor = SimpleNamespace(members={"a": SimpleNamespace(ring=ring)})
        interface = rpc.BundleInterface(SimpleNamespace(conductor=conductor))

        def call(method: str, *words: Any, patience: float = 0.0) -> Any:
            sent, _ = xmlrpc.client.loads(xmlrpc.client.dumps(words, method))
            return getattr(interface, method)(*sent)

        def wait(_: float) -> None:
            if b"second" in ring.read():
                raise KeyboardInterrupt
            ring.append(b"a | second\n")

        with (
            mock.patch.object(client, "call", call),
            mock.patch.object(tail.time, "sleep", wait),
            mock.patch.object(tail.signal, "signal"),
            mock.patch.object(sys, "argv", ["bundle-logs", "-f", "a"]),
            contextlib.redirect_stdout(io.StringIO()) as printed,
            self.assertRaises(KeyboardInterrupt),
        ):
            tail.logs()
        self.assertEqual(printed.getvalue(), "a | first\na | second\n")
        self.assertGreater(json.loads(call("logs", "a", "0", 1.0))["total"], 3 * GIB)

    def test_a_line_ends_where_a_line_feed_is(self) -> None:
        text = "a | one\na | 10%\r20%\x0c\u2028 x a | y\nopen"

        def call(*_: Any, patience: float) -> str:
            return json.dumps({"text": text, "total": len(text), "lost": 0})

        for words, printed in (
            (["--tail", "2"], "a | 10%\r20%\x0c\u2028 x a | y\nopen"),
            (["--no-log-prefix"], "one\n10%\r20%\x0c\u2028 x a | y\nopen"),
        ):
            with (
                mock.patch.object(client, "call", call),
                mock.patch.object(tail.signal, "signal"),
                mock.patch.object(sys, "argv", ["bundle-logs", *words, "a"]),
                contextlib.redirect_stdout(io.StringIO()) as out,
            ):
                tail.logs()
            self.assertEqual(out.getvalue(), printed)


class Reloads(unittest.TestCase):
    def test_what_a_new_init_has_is_read_from_its_beginning(self) -> None:
        ring = Ring()
        ring.append(b"a | anew\n")
        self.assertEqual(ring.read(since=1000), b"a | anew\n")
        self.assertEqual(ring.read(since=ring.total), b"")

    def test_who_follows_asks_again_until_init_answers(self) -> None:
        answers: list[Exception | str] = [ConnectionRefusedError(), http.client.BadStatusLine(""), "text"]

        def ask(*_: Any) -> str:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        with mock.patch.object(client, "ask", ask), mock.patch.object(client.time, "sleep"):
            self.assertEqual(client.call("logs", patience=60.0), "text")
            answers.append(ConnectionRefusedError("no one"))
            with self.assertRaisesRegex(SystemExit, "does not answer on .*: no one"):
                client.call("logs")


if __name__ == "__main__":
    unittest.main()
