"""Log lines that differ only in numbers and addresses are one line, counted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CHANGING = re.compile(r"0x[0-9a-fA-F]+|\b[0-9a-fA-F]{8,}\b|\b[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\b|\d+")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one writer that say the same; `example` is the first of them, as it was."""

    writer: str
    example: str
    count: int


def grouped(lines: Iterable[tuple[str, str]]) -> list[Group]:
    """Groups of (writer, message) lines: the rarest first, for what is said once is what is new."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for writer, message in lines:
        key = (writer, _CHANGING.sub("#", message))
        example, count = found.get(key, (message, 0))
        found[key] = (example, count + 1)
    groups = [Group(writer, example, count) for (writer, _), (example, count) in found.items()]
    return sorted(groups, key=lambda group: group.count)
