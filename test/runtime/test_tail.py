"""bundle-logs."""

import contextlib
import io
import json
import sys
import unittest
import xmlrpc.client
from types import SimpleNamespace
from typing import Any
from unittest import mock

import supervisor_names  # noqa: F401 - before what imports supervisord
import client
import rpc
import tail
from output import Ring

GIB = 1 << 30


class Following(unittest.TestCase):
    def test_it_goes_on_beyond_two_gibibytes(self) -> None:
        ring = Ring()
        ring.append(b"a | first\n")
        ring.total += 3 * GIB
        conductor = SimpleNamespace(members={"a": SimpleNamespace(ring=ring)})
        interface = rpc.BundleInterface(SimpleNamespace(conductor=conductor))

        def call(method: str, *words: Any) -> Any:
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

        def call(*_: Any) -> str:
            return json.dumps({"text": text, "total": len(text)})

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


if __name__ == "__main__":
    unittest.main()
