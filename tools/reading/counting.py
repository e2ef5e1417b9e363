"""Lines counted as they come, in bounded memory: one `Kind` for all whose pieces are the same.

Cutting a message into pieces is dear; nearly every line is known before that, by what is left of it without the
characters that numbers are written with, and by its constant parts.
"""

import re
import string
from collections import defaultdict
from collections.abc import Iterable

from tools.reading.constants import OF_NUMBERS
from tools.reading.endings import ending_in
from tools.reading.families import by_outcome, families
from tools.reading.kind import Kind
from tools.reading.line import Line
from tools.reading.masking import ALIKE, VALUE, texts_of
from tools.reading.timeline import Timeline

_MOST_BYTES = 2048
"""Of a longer message the rest is not looked at: a line of a megabyte must not cost a megabyte's work."""
_MOST_KINDS, _MOST_KEY_BYTES = 16_000, 3_000_000
"""When there are more, kinds are merged at once; what is then too varied is one kind, by priority."""
_FIRST_MERGE = 300
_MANY = 7
"""So many further kinds of one family are made one before the end: their words are more than are ever shown."""
_MOST_OF_SHAPE = 8
_MOST_SEEN_BYTES = 8_000_000
_OF_NAMES = (string.ascii_letters + string.digits + "._-/~%+$#").encode()
_LATEST = 1e11
"""In the year 5138; what says it is later does not know the time."""


class Counting:
    """`count` takes lines in the order of their ids, also in several portions; `last` is the kind of the last of them."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[bytes, bytes], Kind] = {}
        self.last: Kind | None = None
        self.timeline = Timeline()
        self._last_id = -1
        self._key_bytes = 0
        self._seen: dict[bytes, Kind] = {}
        self._seen_bytes = 0
        self._siblings: dict[bytes, dict[bytes, Kind]] = {}
        self._by_shape: dict[bytes, list[Kind]] = defaultdict(list)
        self._values: set[bytes] = set()
        """Words that were values somewhere."""
        self._merge_at = _FIRST_MERGE

    def count(self, lines: Iterable[Line]) -> None:
        """Raises ValueError if an id is not above the one before."""
        seen, timeline, last_id, kind = self._seen, self.timeline, self._last_id, self.last
        for identifier, time, unit, priority, message in lines:
            if identifier <= last_id:
                raise ValueError(f"ids of lines must grow, but {identifier} comes after {last_id}")
            last_id = identifier
            raw = message.encode("utf-8", "surrogatepass") if len(message) < _MOST_BYTES else _cut_off(message)
            rest = raw.translate(None, OF_NUMBERS)
            kind = seen.get(rest)
            if kind is None or kind.check is None or not kind.check(raw):
                kind = self._kind(kind, raw, rest, identifier)
            kind.count += 1
            kind.last = raw
            if priority < kind.priority:
                kind.priority = priority
            if unit != kind.unit:
                kind.also_by(unit)
            if 0 < time < _LATEST:
                if not timeline.begin <= time < timeline.end:
                    timeline.reach(time, [kind.slots for kind in self.kinds.values()])
                kind.slots[int((time - timeline.begin) / timeline.width)] += 1
                if time > kind.last_time:
                    kind.last_time = time
                if time < kind.first_time:
                    kind.first_time = time
        self._last_id, self.last = last_id, kind

    def families(self) -> list[list[Kind]]:
        """The kinds counted so far, put together. The first try learns which words are values somewhere."""
        families(self.kinds.values(), self._values)
        return families(self.kinds.values(), self._values)

    def _kind(self, alike: Kind | None, raw: bytes, rest: bytes, identifier: int) -> Kind:
        """The kind of a message that was not seen before; perhaps only its outcome or its names are new."""
        if alike and alike.constants.are_in(raw):
            if not alike.ending:
                alike.check = alike.constants.are_in
                return alike
            sibling = alike.siblings.get(_outcome(alike.ending, raw))
            if sibling:
                return sibling
        same_shape = self._by_shape[raw.translate(None, _OF_NAMES)]
        for kind in same_shape:
            if kind.constants.are_around_values(raw) and (not kind.ending or kind.key[1] == _outcome(kind.ending, raw)):
                return self._see(rest, kind)
        pieces = texts_of(raw.translate(ALIKE))
        ending = ending_in(pieces, raw)
        key = (b" ".join(pieces), _outcome(ending, raw))
        kind = self.kinds.get(key)
        if kind is None:
            if len(self.kinds) >= self._merge_at or self._key_bytes > _MOST_KEY_BYTES:
                self._merge()
            kind = self._add(Kind(key, raw, identifier), ending)
        elif kind not in same_shape and len(same_shape) < _MOST_OF_SHAPE:
            same_shape.append(kind)
        return self._see(rest, kind)

    def _see(self, rest: bytes, kind: Kind) -> Kind:
        if self._seen_bytes > _MOST_SEEN_BYTES:
            self._seen.clear()
            self._seen_bytes = 0
        self._seen[rest] = kind
        self._seen_bytes += len(rest) + 100
        return kind

    def _add(self, kind: Kind, ending: re.Pattern[bytes] | None) -> Kind:
        same = self.kinds.setdefault(kind.key, kind)
        if same is not kind:
            same.add(kind)
            return same
        self._key_bytes += len(kind.key[0])
        if ending:
            kind.ending = ending
            kind.siblings = self._siblings.setdefault(kind.key[0], {})
            kind.siblings[kind.key[1]] = kind
        return kind

    def _merge(self) -> None:
        """Make one kind of many that say the same; where that is not enough, of what says least."""
        is_pressing = len(self.kinds) >= _MOST_KINDS or self._key_bytes > _MOST_KEY_BYTES
        kept: list[Kind] = []
        self._by_shape.clear()
        for family in families(self.kinds.values(), self._values):
            for first, *others in by_outcome(family):
                if len(others) >= (1 if is_pressing else _MANY):
                    first.absorb(others)
                    kept.append(first)
                else:
                    kept += [first, *others]
                if VALUE in first.key[0]:
                    self._by_shape[first.first.translate(None, _OF_NAMES)].append(first)
        if len(kept) > _MOST_KINDS // 2 or sum(len(kind.key[0]) for kind in kept) > _MOST_KEY_BYTES // 2:
            kept = _with_rest(kept)
        self.kinds.clear()
        self._siblings.clear()
        self._key_bytes = 0
        for kind in kept:
            self._add(kind, kind.ending)
        for rest in [rest for rest, kind in self._seen.items() if self.kinds.get(kind.key) is not kind]:
            del self._seen[rest]
        self._merge_at = min(_MOST_KINDS, max(_FIRST_MERGE, 2 * len(self.kinds)))


def _with_rest(kinds: list[Kind]) -> list[Kind]:
    """The half of the kinds that matters most, of few bytes; the others as one kind for each priority."""
    ranked = sorted(kinds, key=lambda kind: (kind.is_rest, kind.priority, len(kind.key[0]), -kind.count))
    kept: list[Kind] = []
    rest: dict[bytes, Kind] = {}
    size = 0
    for kind in ranked:
        size += len(kind.key[0])
        if kind.is_rest or len(kept) >= _MOST_KINDS // 4 or size > _MOST_KEY_BYTES // 4:
            key = b"*" + str(kind.priority).encode()
            if key in rest:
                rest[key].add(kind)
            else:
                kind.become_rest(key)
                rest[key] = kind
        else:
            kept.append(kind)
    return kept + list(rest.values())


def _outcome(ending: re.Pattern[bytes] | None, raw: bytes) -> bytes:
    found = ending.search(raw) if ending else None
    return found.group(1) if found else b""


def _cut_off(message: str) -> bytes:
    return message[:_MOST_BYTES].encode("utf-8", "surrogatepass")[:_MOST_BYTES]
