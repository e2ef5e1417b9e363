"""What a rule is: words that must stand in a line, and patterns whose groups are the secret."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

Spares = Callable[[bytes], bool]
"""Says of a value that it is no secret: a path, a variable, a word of a sentence."""

_OPENING = b"[redacted:"
PLACEHOLDER = rb"\[redacted:[a-z-]{1,40}\]"
"""A pattern for what stands in the place of a secret."""


def placeholder(name: str) -> bytes:
    """What stands in the place of a secret that the rule `name` found."""
    return _OPENING + name.encode() + b"]"


def spares_nothing(value: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rule:
    """`keywords` are small letters; a line with none of them is never searched, so patterns compile only when needed.

    Patterns work on bytes, see one line at a time, and must be linear: a log line is written by anybody. Each group of
    a pattern that took part is a secret; where none did, the whole match is.
    """

    name: str
    keywords: tuple[bytes, ...]
    sources: tuple[bytes, ...] = ()
    spares: Spares = spares_nothing

    def patterns(self) -> Iterable[re.Pattern[bytes]]:
        return map(compiled, self.sources)

    def clean(self, line: bytes) -> bytes:
        for pattern in self.patterns():
            line = self._cleaned(pattern, line)
        return line

    def _cleaned(self, pattern: re.Pattern[bytes], line: bytes) -> bytes:
        kept: list[bytes] = []
        at = start = 0
        holes = _placeholders(line)
        while match := pattern.search(line, start):
            spans = [match.span(number) for number, value in enumerate(match.groups(), 1) if value] or [match.span()]
            secrets = [span for span in spans if not _is_redacted(span, holes) and not self.spares(line[slice(*span)])]
            for begin, end in secrets:
                if begin < at:
                    continue  # a group inside of a group
                kept += line[at:begin], placeholder(self.name)
                at = end
            # what was spared is searched again: in `password: password: x` the first value is the second name
            start = match.end() if secrets else max(spans[0][0], match.start() + 1)
        return b"".join((*kept, line[at:])) if kept else line


def _placeholders(line: bytes) -> list[tuple[int, int]]:
    if _OPENING not in line:
        return []
    return [match.span() for match in compiled(PLACEHOLDER).finditer(line)]


def _is_redacted(span: tuple[int, int], holes: list[tuple[int, int]]) -> bool:
    """Whether it is a placeholder, or begins or ends inside of one; one with more around it is no such."""
    at = bisect_left(holes, span)
    return holes[at : at + 1] == [span] or any(_is_inside(edge, holes) for edge in span)


def _is_inside(edge: int, holes: list[tuple[int, int]]) -> bool:
    at = bisect_left(holes, (edge, 0)) - 1
    return at >= 0 and edge < holes[at][1]


@cache
def compiled(source: bytes) -> re.Pattern[bytes]:
    """Compiled when first needed, for all rules would take longer than a quiet cycle has."""
    return re.compile(source)
