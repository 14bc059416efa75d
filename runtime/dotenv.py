"""Env files by the rules of Compose's own parser (compose-go, package dotenv)."""

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from types import MappingProxyType

Lookup = Callable[[str], str | None]

_EXPORT = re.compile(r"export\s+")
_KEY = re.compile(r"[\w.\-\[\]]+")
_ESCAPE = re.compile(r"""\\([abcfnrtv"\\$]|0\d{0,3})""")
_OCTAL = re.compile("0[0-3][0-7][0-7]")
_CONTROL = {"a": "\a", "b": "\b", "c": "\\c", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NAME = re.compile(r"[_A-Za-z][_A-Za-z0-9]*")


class EnvFileError(ValueError):
    """A line that Compose refuses as well. The message never quotes a value."""


def parse(
    text: str, lookup: Lookup = lambda _: None, earlier: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Variables of one file. `lookup` answers for names around it, before what the file itself sets, and that before
    what `earlier` files set; a line with a name alone passes that name's value on when there is one."""
    source = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found: dict[str, str] = {}
    known = ChainMap(found, dict(earlier))
    position = 0
    while (position := _next_statement(source, position)) < len(source):
        key, position, has_value = _read_key(source, position)
        if not has_value:
            inherited = lookup(key)
            if inherited is not None:
                found[key] = inherited
            continue
        # Compose: the surrounding environment wins over the file in interpolation.
        found[key], position = _read_value(source, position, known, lookup)
    return found


def parse_raw(
    text: str, lookup: Lookup = lambda _: None, _earlier: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Variables of a file of format `raw` (docker/cli, package kvfile): a value is the rest of its line."""
    found: dict[str, str] = {}
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = raw.removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        key, separator, value = line.partition("=")
        if not key or any(char.isspace() for char in key):
            raise EnvFileError(f"line {number}: unexpected character in a variable name")
        if separator:
            found[key] = value
        elif (inherited := lookup(key)) is not None:
            found[key] = inherited
    return found


def _next_statement(source: str, position: int) -> int:
    while position < len(source):
        if source[position].isspace():
            position += 1
        elif source[position] == "#":
            end = source.find("\n", position)
            position = len(source) if end < 0 else end
        else:
            break
    return position


def _read_key(source: str, position: int) -> tuple[str, int, bool]:
    line = source.count("\n", 0, position) + 1
    if export := _EXPORT.match(source, position):
        position = export.end()
    match = _KEY.match(source, position)
    if not match:
        raise EnvFileError(f"line {line}: unexpected character in a variable name")
    key, position = match.group(), match.end()
    while position < len(source) and source[position] in " \t":
        position += 1
    if position >= len(source) or source[position] == "\n":
        return key, position, False
    if source[position] not in "=:":
        raise EnvFileError(f"line {line}: unexpected character in a variable name")
    position += 1
    while position < len(source) and source[position] in " \t":
        position += 1
    return key, position, True


def _read_value(source: str, start: int, found: Mapping[str, str], lookup: Lookup) -> tuple[str, int]:
    def variable(name: str) -> str | None:
        outer = lookup(name)
        return outer if outer is not None else found.get(name)

    quote = source[start] if start < len(source) else ""
    if quote in ("'", '"') and quote:
        end = _closing_quote(source, start + 1, quote)
        inner = source[start + 1 : end]
        if quote == "'":
            return inner.replace("\\'", "'"), end + 1
        return interpolate(_unescape(inner), variable), end + 1
    end = source.find("\n", start)
    end = len(source) if end < 0 else end
    # A tab begins no comment, and nothing that the value begins with does.
    raw, _, _ = source[start:end].partition(" #")
    return interpolate(raw.strip(), variable), end


def _closing_quote(source: str, position: int, quote: str) -> int:
    line = source.count("\n", 0, position) + 1
    escaped = False
    for index in range(position, len(source)):
        char = source[index]
        if char == quote and not escaped:
            return index
        escaped = char == "\\" and not escaped
    raise EnvFileError(f"line {line}: unterminated quoted value")


def _unescape(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        char = match.group(1)
        if char == "$":
            return "$$"  # stays a dollar through interpolation
        if char[0] == "0":  # what is no byte of three digits loses its 0 (compose-go, expandEscapes)
            return _byte(int(char, 8)) if _OCTAL.fullmatch(char) else f"\\{char[1:]}"
        return _CONTROL.get(char, char)

    return _ESCAPE.sub(replace, text)


def _byte(number: int) -> str:
    return bytes([number]).decode("utf-8", "surrogateescape")


def interpolate(text: str, variable: Lookup) -> str:
    """Compose's substitution: $X, ${X}, ${X:-d}, ${X-d}, ${X:+d}, ${X+d}, ${X:?e}, ${X?e}, $$."""
    out: list[str] = []
    position = 0
    while (dollar := text.find("$", position)) >= 0:
        out.append(text[position:dollar])
        after = text[dollar + 1 : dollar + 2]
        name = _NAME.match(text, dollar + 1)
        if after == "$":
            out.append("$")
            position = dollar + 2
        elif name:
            out.append(variable(name.group()) or "")
            position = name.end()
        elif after == "{":
            end = _closing_brace(text, dollar + 2)
            out.append(_braced(text[dollar + 2 : end], variable))
            position = end + 1
        else:
            out.append("$")
            position = dollar + 1
    return "".join(out) + text[position:]


def _closing_brace(text: str, position: int) -> int:
    depth = 1
    for index in range(position, len(text)):
        if text.startswith("${", index):
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    raise EnvFileError("a '${' is not closed")


def _braced(expression: str, variable: Lookup) -> str:
    name = _NAME.match(expression)
    if not name:
        raise EnvFileError("a '${' is not followed by a variable name")
    value, rest = variable(name.group()), expression[name.end() :]
    colon = rest.startswith(":")
    operator, word = rest[colon : colon + 1], rest[colon + 1 :]
    present = bool(value) if colon else value is not None
    if not rest:
        return value or ""
    if operator == "-":
        return (value or "") if present else interpolate(word, variable)
    if operator == "+":
        return interpolate(word, variable) if present else ""
    if operator == "?" and present:
        return value or ""
    if operator == "?":
        raise EnvFileError(f"required variable {name.group()} is missing a value")
    raise EnvFileError(f"unexpected expression after variable {name.group()}")
