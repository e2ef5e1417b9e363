"""Outputs made of several parts, each under a heading line `== name` that the command itself prints."""

import re

_HEADING = re.compile(r"^== ([a-z_]{1,40})$", re.MULTILINE)


def parts(text: str) -> dict[str, str]:
    """The parts by name; text before the first heading is dropped.

    Of two parts with one name the first counts, so a command prints what others can write into (names of processes)
    last, after all its headings.
    """
    pieces = _HEADING.split(text)
    found: dict[str, str] = {}
    for name, part in zip(pieces[1::2], pieces[2::2], strict=True):
        found.setdefault(name, part)
    return found
