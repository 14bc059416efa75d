"""A command line as words, by the rules with which Compose splits a string `command` (mattn/go-shellwords).

No shell: nothing is expanded, and a word that would need one (`;`, `&`, `|`, `<`, `>`) ends the command, as it does there.
"""

_QUOTES = {"'": "'", '"': '"', "`": "`"}


def split(line: str) -> list[str]:
    """Raises ValueError where Compose says "invalid command line string"."""
    words: list[str] = []
    word, started, escaped = "", False, False
    #: The quote we are in: ' or " or ` or ( for a command substitution, which is kept as it is.
    quote = ""
    for letter in line:
        if escaped:
            escaped = False
            word += "\\" + letter if quote in ("`", "(") else {"t": "\t", "n": "\n"}.get(letter, letter)
            started = True
        elif letter == "\\" and quote != "'":
            escaped = True
        elif letter in " \t\r\n" and not quote:
            if started:
                words.append(word)
            word, started = "", False
        elif letter in "'\"" and quote in ("", letter):
            started = started or quote == letter
            quote = "" if quote else letter
        elif letter in ";&|<>" and not quote:
            # Digits before `>` name a descriptor, they are no argument.
            if letter == ">" and word.isascii() and word.isdigit():
                started = False
            break
        else:
            quote = _after(letter, quote, word)
            word += letter
            # An opening "$(" alone does not make a word yet; white space in quotes neither.
            started = started or not (letter in " \t\r\n" or (letter == "(" and quote == "("))
    if escaped or quote:
        raise ValueError("invalid command line string")
    return [*words, word] if started else words


def _after(letter: str, quote: str, word: str) -> str:
    """The quote that holds behind a letter which stays in the word."""
    if letter == "`" and quote in ("", "`"):
        return "" if quote else "`"
    if letter == ")" and quote in ("", "("):
        if not quote:
            raise ValueError("invalid command line string")
        return ""
    if letter == "(" and quote in ("", "("):
        if quote or not word.endswith("$"):
            raise ValueError("invalid command line string")
        return "("
    return quote
