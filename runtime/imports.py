"""What supervisord imports and a bundle does without."""

import importlib
import sys
import types
from typing import Any


class EntryPoint:
    """supervisord 4.2 imports pkg_resources, 5 MB and half of the time that PID 1 takes to start, for one thing: to
    turn `module:attribute` into an object. Later versions use the standard library for it, as this does."""

    def __init__(self, spec: str) -> None:
        self._spec = spec

    @staticmethod
    def parse(text: str) -> "EntryPoint":
        """`name=module:attribute`."""
        return EntryPoint(text.partition("=")[2].strip())

    def resolve(self) -> Any:
        """The object; ImportError or AttributeError when there is none."""
        module, _, path = self._spec.partition(":")
        value: Any = importlib.import_module(module)
        for name in path.split("."):
            value = getattr(value, name)
        return value


def spare() -> None:
    """Before supervisord is imported."""
    module = types.ModuleType("pkg_resources")
    module.EntryPoint = EntryPoint  # type: ignore[attr-defined]
    sys.modules.setdefault("pkg_resources", module)
    # OpenSSL, 5 MB too, which http.client would take for https and hashlib for digests that it has itself as well.
    sys.modules.update(dict.fromkeys(("ssl", "_hashlib")))
