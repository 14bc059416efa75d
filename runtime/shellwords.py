"""Splits a string into words as Compose does (mattn/go-shellwords without env and backticks)."""


class WordsError(ValueError):
    """A string that Compose refuses as well."""


def split(line: str) -> list[str]:  # noqa: C901 - one state machine, told in one place
    """Words of `line`: blanks part words, quotes join, a backslash keeps the next character
    (also inside double quotes; inside single quotes it is literal).
    An unquoted ; & | < > ends the command, as in Compose."""
    words: list[str] = []
    word = ""
    escaped = single = double = started = False
    for char in line:
        if escaped:
            word, escaped, started = word + char, False, True
        elif char == "\\" and not single:
            escaped = True
        elif char == "'" and not double:
            single, started = not single, True
        elif char == '"' and not single:
            double, started = not double, True
        elif single or double:
            word += char
        elif char in " \t\r\n":
            if started:
                words.append(word)
            word, started = "", False
        elif char in ";&|<>":
            if char == ">" and word[:1] in "012" and len(word) == 1:
                started = False  # the descriptor of a redirection is no word
            break
        else:
            word, started = word + char, True
    if escaped or single or double:
        raise WordsError("invalid command line string")
    if started:
        words.append(word)
    return words
