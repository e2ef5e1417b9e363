"""One message of a program, with whatever values: what a person or a model is shown instead of its lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tools.reading.kind import NEVER, Kind
from tools.reading.masking import HOLE, STEM, is_word
from tools.redaction import redact
from tools.safe_text import decode, safe_line

_MOST_SHOWN = 4
_MOST_SHOWN_OF_ERROR = 8
_MOST_CHARACTERS = 400
_LONGEST_ID = 16
_MOST_LOOKED_AT = 100
_ERROR_WORDS = re.compile(
    rb"(?i)error|fail|fatal|panic|exception|refused|denied|timed?[ -]?out|unable|cannot|can't|could not|couldn't"
    rb"|invalid|corrupt|crash|segfault|abort|killed|out of memory|no space|unreachable|degraded|lost|reject|critical"
)
_MEASURED = re.compile(rb"-?[0-9]+(?:\.[0-9]+)? ?(?:%|[kKMGT]?i?B|ms|us|s|secs?|seconds|C)")


@dataclass(frozen=True)
class Template:
    """All lines that say this. Those that end in other ways, as requests do by status, are templates of one `family`.

    `id` is that of the first of them, the exemplar. Times are Unix time in seconds, 0 where no line had one. `priority`
    is the most urgent. `trend` is from -1, all in the first half of the time read, to 1, all in the second.
    """

    id: int
    family: int
    count: int
    first: float
    last: float
    units: tuple[str, ...]
    priority: int
    trend: float
    is_new: bool
    fingerprint: str
    kinds: Sequence[Kind] = field(repr=False, compare=False)

    @property
    def is_rest(self) -> bool:
        """Lines of too many kinds to keep apart; only the first of them is shown."""
        return self.kinds[0].is_rest

    @cached_property
    def is_error(self) -> bool:
        """By priority, or by its words, for not every program knows priorities."""
        return self.priority <= 3 or bool(_ERROR_WORDS.search(self.kinds[0].first))

    @cached_property
    def example(self) -> str:
        """The first of the lines as it was, but for secrets and what a terminal would obey."""
        return safe_line(redact(decode(self.kinds[0].first)), _MOST_CHARACTERS)

    @cached_property
    def text(self) -> str:
        """The exemplar with `*` where the last line or another kind of line differs.

        Few different words are all named: `{read|write}`. What was measured is shown as it began and as it ended:
        `81%→97%`. An exemplar with a secret is shown as it was, without that. Long ids are shown in errors alone.
        """
        plain = decode(self.kinds[0].first)
        if self.is_rest or redact(plain) != plain or (self.count == 1 and self.is_error):
            return self.example
        return safe_line(redact(decode(self._shown[0])), _MOST_CHARACTERS)

    @cached_property
    def named(self) -> Sequence[Kind]:
        """The kinds of which every word is shown: all, or the exemplar's alone where there were too many words."""
        return self.kinds if self.text != self.example and not self._shown[1] else self.kinds[:1]

    @cached_property
    def _shown(self) -> tuple[bytes, bool]:
        """The text, and whether it has a hole in the place of words."""
        oldest = self.kinds[0]
        same = oldest.texts()
        for kind in self.kinds[1:]:
            same = [one if one == more else None for one, more in zip(same, kind.texts(), strict=True)]
        newest = max(self.kinds, key=lambda kind: kind.last_time)
        spans = oldest.spans(oldest.first)
        last = [newest.last[slice(*span)] for span in newest.spans(newest.last)] or [b""] * len(spans)
        columns = zip(*(kind.cells.texts for kind in self.kinds), strict=True)
        shown: list[bytes] = []
        hides_words = False
        at = 0
        for text, column, (begin, end), now in zip(same, columns, spans, last, strict=True):
            cells = list(dict.fromkeys(column))
            shown.append(oldest.first[at:begin])
            if text is None:
                shown.append(self._difference(cells, oldest.first[begin:end], now))
                hides_words = hides_words or (shown[-1] == HOLE and any(map(is_word, cells)))
            else:
                is_long = cells == [HOLE] and len(text) > _LONGEST_ID and not self.is_error
                shown.append(HOLE if is_long else text)
            at = end
        return b"".join((*shown, oldest.first[at:])), hides_words

    def _difference(self, cells: list[bytes], before: bytes, now: bytes) -> bytes:
        if len(cells) == 1 and STEM in cells[0]:
            return cells[0].replace(STEM, HOLE)
        if self.is_error and before != now and _MEASURED.fullmatch(before) and _MEASURED.fullmatch(now):
            return before + "→".encode() + now
        most = _MOST_SHOWN_OF_ERROR if self.is_error else _MOST_SHOWN
        if len(cells) <= most and all(is_word(cell) and STEM not in cell for cell in cells) and not self._has_secret:
            return b"{" + b"|".join(cells) + b"}"
        return HOLE

    @cached_property
    def _has_secret(self) -> bool:
        messages = [decode(kind.first) for kind in self.kinds[:_MOST_LOOKED_AT]]
        return len(self.kinds) > _MOST_LOOKED_AT or any(redact(message) != message for message in messages)


def template(kinds: Sequence[Kind], family: int, fingerprint: str, trend: float, *, is_new: bool) -> Template:
    """Of kinds that say the same, the oldest first."""
    first = min(kind.first_time for kind in kinds)
    units = {unit for kind in kinds for unit in kind.units}
    return Template(
        id=kinds[0].id,
        family=family,
        count=sum(kind.count for kind in kinds),
        first=0.0 if first == NEVER else first,
        last=max(kind.last_time for kind in kinds),
        units=tuple(sorted(safe_line(unit, 80) for unit in units if unit)),
        priority=max(0, min(kind.priority for kind in kinds)),
        trend=trend,
        is_new=is_new,
        fingerprint=fingerprint,
        kinds=kinds,
    )
