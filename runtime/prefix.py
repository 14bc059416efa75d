"""Cuts a member's output into whole lines and puts its name in front, byte for byte."""

from collections.abc import Iterable

LINE_CAP = 64 * 1024


class LineBuffer:
    """What one channel of a member has written and not yet ended with a newline."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """The lines that are complete now. A line beyond the cap leaves in pieces, each a line of its own."""
        if self._rest:
            data = self._rest + data
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        lines = data[:end]
        if end > LINE_CAP:
            lines = _cap(lines)
        while len(rest) >= LINE_CAP:
            lines += rest[:LINE_CAP] + b"\n"
            rest = rest[LINE_CAP:]
        self._rest = rest
        return lines

    def finish(self) -> bytes:
        """The last, unterminated line."""
        rest, self._rest = self._rest, b""
        return rest + b"\n" if rest else b""


def with_prefix(lines: bytes, prefix: bytes) -> bytes:
    """Whole lines, each behind the prefix."""
    if not prefix or not lines:
        return lines
    return prefix + lines[:-1].replace(b"\n", b"\n" + prefix) + b"\n"


def name_prefix(service: str, members: Iterable[str]) -> bytes:
    """`cache  | `: names padded to the longest, as Compose prints."""
    return f"{service.ljust(max(map(len, members), default=0))} | ".encode()


def _cap(lines: bytes) -> bytes:
    each = lines[:-1].split(b"\n")
    if max(map(len, each)) <= LINE_CAP:
        return lines
    pieces = [line[at : at + LINE_CAP] for line in each for at in range(0, len(line) or 1, LINE_CAP)]
    return b"\n".join(pieces) + b"\n"
