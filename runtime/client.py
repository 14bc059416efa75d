"""Talks to init over supervisord's socket."""

import sys
import time
from http.client import HTTPException
from typing import Any
from xmlrpc.client import Fault, ProtocolError, ServerProxy

import layout

_AGAIN = 0.2


def ask(method: str, *words: Any) -> Any:
    """`bundle.<method>`. OSError: nobody answers; Fault: what it was asked for cannot be done."""
    from supervisor.xmlrpc import SupervisorTransport

    transport = SupervisorTransport(None, None, f"unix://{layout.SUPERVISOR_SOCKET}")
    return getattr(ServerProxy("http://127.0.0.1", transport=transport).bundle, method)(*words)


def call(method: str, *words: Any, patience: float = 0.0) -> Any:
    """The same; an error is a message and exit code 1. Who has `patience` asks again for so many seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            return ask(method, *words)
        except Fault as fault:
            sys.exit(fault.faultString.replace("BAD_NAME", "no such member"))
        except (OSError, HTTPException, ProtocolError) as error:
            if time.monotonic() >= end:
                reason = getattr(error, "strerror", None) or error
                sys.exit(f"the bundle does not answer on {layout.SUPERVISOR_SOCKET}: {reason}")
        time.sleep(_AGAIN)
