"""Cuts a member's output into whole lines and puts its name in front, byte for byte."""

LINE_CAP = 64 * 1024


class LinePrefixer:
    """Line buffer of one channel. `prefix` is empty for `logs: raw`."""

    def __init__(self, prefix: bytes) -> None:
        self.prefix = prefix
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Lines that are complete now. A line beyond the cap goes out in pieces of its own line each."""
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        out = [self._whole_lines(data[:end])] if end else []
        rest = data[end:]
        while len(rest) > LINE_CAP:  # one of just that length may be whole
            out.append(self.prefix + rest[:LINE_CAP] + b"\n")
            rest = rest[LINE_CAP:]
        self._rest = rest
        return b"".join(out)

    def finish(self) -> bytes:
        """The last, unterminated line."""
        rest, self._rest = self._rest, b""
        return self.prefix + rest + b"\n" if rest else b""

    def _whole_lines(self, data: bytes) -> bytes:
        if len(data) > LINE_CAP and not _is_short(data):
            pieces = [
                line[at : at + LINE_CAP]
                for line in data[:-1].split(b"\n")
                for at in range(0, len(line) or 1, LINE_CAP)
            ]
            return b"".join(self.prefix + piece + b"\n" for piece in pieces)
        if not self.prefix:
            return data
        return self.prefix + data[:-1].replace(b"\n", b"\n" + self.prefix) + b"\n"


def _is_short(data: bytes) -> bool:
    """Whether no line is beyond the cap, told by the last end of a line in each stretch of that length."""
    at = 0
    while len(data) - at > LINE_CAP + 1:
        at = data.rfind(b"\n", at, at + LINE_CAP + 1) + 1
        if not at:
            return False
    return True


def name_prefix(service: str, members: list[str]) -> bytes:
    """`cache  | `: names padded to the longest, as compose prints."""
    return f"{service.ljust(max(map(len, members)))} | ".encode()
