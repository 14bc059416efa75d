"""An env file by Compose's rules (compose-go/dotenv): quotes, escapes, `export`, comments, values of several lines.

`KEY` alone takes the caller's value, or nothing. Values without quotes and in double quotes are interpolated.
"""

from collections.abc import Mapping

from interpolation import interpolate

#: White space that does not end a line.
_BLANKS = "\t\v\f\r \x85\xa0"
_ESCAPES = {"a": "\a", "b": "\b", "c": "\\c", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}


def parse(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """The file's variables. `known` has precedence over earlier lines in `${…}`. ValueError names the line."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    whole = text
    found: dict[str, str] = {}
    try:
        while text := _statement(text):
            key, text, has_value = _key(text)
            if not has_value:
                if key in known:
                    found[key] = known[key]
                continue
            value, text = _value(text, {**found, **known})
            found[key] = value
    except ValueError as error:
        line = whole.count("\n", 0, len(whole) - len(text)) + 1
        raise ValueError(f"line {line}: {error}") from None
    return found


def _statement(text: str) -> str:
    """From the next statement on, behind blank lines and comments."""
    text = text.lstrip()
    while text.startswith("#"):
        text = text.partition("\n")[2].lstrip()
    return text


def _key(text: str) -> tuple[str, str, bool]:
    """The key, what follows, and whether that is a value; a line without `=` or `:` has none."""
    rest = text.removeprefix("export")
    if rest != text and rest[:1].isspace():
        text = rest.lstrip(_BLANKS)
    for index, letter in enumerate(text):
        if letter in "=:\n":
            key = text[:index].rstrip()
            if " " in key:
                raise ValueError("key cannot contain a space")
            return key, text[index + 1 :].lstrip(_BLANKS), letter != "\n"
        if not (letter in _BLANKS or letter in "_.-[]" or letter.isalpha() or letter.isnumeric()):
            # Only the name: the line may hold a secret.
            raise ValueError(f"unexpected character {letter!r} in a variable name")
    # The last line without a newline has no key for Compose either.
    return "", "", False


def _value(text: str, known: Mapping[str, str]) -> tuple[str, str]:
    quote = text[:1]
    if quote not in ("'", '"') or not quote:
        line, _, rest = text.partition("\n")
        return interpolate(line.partition(" #")[0].rstrip(), known), rest
    value = ""
    escaped = False
    for index in range(1, len(text)):
        letter = text[index]
        if letter == quote and not escaped:
            return (interpolate(_unescape(value), known) if quote == '"' else value), text[index + 1 :]
        if letter == "\\" and not escaped:
            escaped = True
            continue
        # Only the quote loses its backslash here; `_unescape` looks after the others.
        value += "\\" + letter if escaped and letter != quote else letter
        escaped = False
    raise ValueError("unterminated quoted value")


def _unescape(text: str) -> str:
    """The escapes of double quotes; `\\$` becomes `$$`, which interpolation turns into a dollar."""
    result = ""
    index = 0
    while index < len(text):
        if text[index] != "\\":
            result += text[index]
            index += 1
            continue
        following = text[index + 1 : index + 2]
        octal = _octal(text, index + 1)
        if octal:
            result += chr(int(octal, 8)) if len(octal) == 4 else "\\" + octal
            index += 1 + len(octal)
            continue
        result += "$$" if following == "$" else _ESCAPES.get(following, "\\" + following)
        index += 2
    return result


def _octal(text: str, at: int) -> str:
    """`0` and up to three digits; Go's unquoting takes exactly three behind the zero."""
    if text[at : at + 1] != "0":
        return ""
    end = at + 1
    while end < at + 4 and text[end : end + 1].isascii() and text[end : end + 1].isdigit():
        end += 1
    return text[at:end]
