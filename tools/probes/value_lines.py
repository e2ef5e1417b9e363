"""Small files of /proc and /sys read by one `grep -H`, whose lines are `path:text`."""

from collections.abc import Iterator

from tools.safe_text import decode

_LINE_LENGTH = 8192


def value_lines(output: bytes) -> Iterator[tuple[str, str]]:
    """Path and text of every line, in order; a line without a path, or one that is far too long, is dropped."""
    for line in decode(output).split("\n"):
        path, colon, text = line.partition(":")
        if colon and path and len(line) <= _LINE_LENGTH:
            yield path, text


def whole(text: str) -> int | None:
    """A whole number that is all of `text`, at most 20 digits; None else."""
    stripped = text.strip()
    digits = stripped.removeprefix("-")
    return int(stripped) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else None
