"""Talks to init over supervisord's socket."""

import sys
from typing import Any
from xmlrpc.client import Fault, ServerProxy

import layout


def ask(method: str, *words: Any) -> Any:
    """`bundle.<method>`. OSError: nobody answers; Fault: what it was asked for cannot be done."""
    from supervisor.xmlrpc import SupervisorTransport

    transport = SupervisorTransport(None, None, f"unix://{layout.SUPERVISOR_SOCKET}")
    return getattr(ServerProxy("http://127.0.0.1", transport=transport).bundle, method)(*words)


def call(method: str, *words: Any) -> Any:
    """The same; an error is a message and exit code 1."""
    try:
        return ask(method, *words)
    except Fault as fault:
        sys.exit(fault.faultString.replace("BAD_NAME", "no such member"))
    except OSError as error:
        sys.exit(f"the bundle does not answer on {layout.SUPERVISOR_SOCKET}: {error.strerror or error}")
