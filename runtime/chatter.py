"""What supervisord says of itself, and is worth a line of the container's log."""

from collections.abc import Callable
from typing import Any

from supervisor import loggers

# Said better by init itself.
_KNOWN = (
    "exited:",
    "stopped:",
    "received SIG",
    "Server 'unix_http_server' running without",
    "reaped unknown",
)


class ChatterHandler(loggers.Handler):
    """Writes what nobody else says, as a line of the bundle's own."""

    def __init__(self, write: Callable[[str], None], level: int) -> None:
        super().__init__()
        self.level, self.write = level, write

    def emit(self, record: Any) -> None:
        message = str(record.asdict().get("message", record.msg)).strip()
        if self.level < loggers.LevelsByName.WARN or not message.startswith(_KNOWN):
            self.write(f"supervisord: {message}")
