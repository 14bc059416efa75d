"""`${NAME}` and its forms as Compose fills them in (compose-go/template), for the values of env files."""

from collections.abc import Mapping

_OPERATORS = (":-", ":?", ":+", "-", "?", "+")


def interpolate(text: str, known: Mapping[str, str]) -> str:
    """An unset variable is empty; `$$` is a dollar. Raises ValueError for a broken template and for `:?` and `?`."""
    result = ""
    while True:
        before, dollar, text = text.partition("$")
        result += before
        if not dollar:
            return result
        if text.startswith("$"):
            result, text = result + "$", text[1:]
        elif text.startswith("{"):
            end = _closing(text)
            result, text = result + _braced(text[1:end], known), text[end + 1 :]
        else:
            name = _name(text)
            if not name:
                raise ValueError(f"invalid template: ${text[:20]}")
            result, text = result + known.get(name, ""), text[len(name) :]


def _name(text: str) -> str:
    """The variable's name at the beginning of `text`, empty when there is none."""
    end = 0
    while end < len(text) and text[end].isascii() and (text[end] == "_" or text[end].isalpha() or (end and text[end].isdigit())):
        end += 1
    return text[:end]


def _closing(text: str) -> int:
    """Where the brace that `text` begins with is closed; `${` within it are counted."""
    depth = 1
    for index in range(1, len(text)):
        if text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
        elif text.startswith("${", index):
            depth += 1
    raise ValueError(f"invalid template: ${text[:20]}")


def _braced(inside: str, known: Mapping[str, str]) -> str:
    name = _name(inside)
    rest = inside[len(name) :]
    if not name or not (rest == "" or rest.startswith(_OPERATORS)):
        raise ValueError(f"invalid template: ${{{inside[:20]}}}")
    if not rest:
        return known.get(name, "")
    operator = rest[:2] if rest.startswith(":") else rest[:1]
    word = rest[len(operator) :]
    present = name in known if len(operator) == 1 else known.get(name, "") != ""
    if operator.endswith("+"):
        return interpolate(word, known) if present else ""
    if present:
        return known[name]
    if operator.endswith("?"):
        raise ValueError(f"required variable {name} is missing a value: {interpolate(word, known)}")
    return interpolate(word, known)
