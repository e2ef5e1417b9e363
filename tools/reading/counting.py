"""Lines counted as they come, in bounded memory: one `Kind` for all whose pieces are the same.

Cutting a message into pieces is dear. Nearly every line is known before: it differs in digits alone from one before,
or it has what stands between the values of a kind that was met more than once.
"""

import re
import string
from collections import defaultdict
from collections.abc import Iterable

from tools.reading.endings import ending_in
from tools.reading.families import by_outcome, families
from tools.reading.kind import Kind
from tools.reading.line import Line
from tools.reading.masking import ALIKE, texts_of
from tools.reading.timeline import Timeline

_MOST_BYTES = 2048
"""Of a longer message the rest is not looked at: a line of a megabyte must not cost a megabyte's work."""
_MOST_KINDS, _MOST_KEY_BYTES = 16_000, 3_000_000
"""When there are more, kinds are merged at once; what is then too varied is one kind, by priority."""
_FIRST_MERGE = 16
_MANY = 7
"""So many further kinds of one family are made one before the end: their words are more than are ever shown."""
_MOST_OF_SHAPE = 32
_MOST_SEEN_BYTES = 8_000_000
_OF_NAMES = (string.ascii_letters + string.digits + "._-/~%+$#").encode()
_DIGITS = b"0123456789"
_LATEST = 1e11
"""In the year 5138; what says it is later does not know the time."""


class _Shape:
    """The kinds whose messages have the same signs in the same order; those `repeated` have been met more than once."""

    __slots__ = ("kinds", "merge_at", "repeated")

    def __init__(self) -> None:
        self.kinds: list[Kind] = []
        self.repeated: list[Kind] = []
        self.merge_at = _FIRST_MERGE

    def is_repeated(self, kind: Kind) -> None:
        if kind not in self.repeated and len(self.repeated) < _MOST_OF_SHAPE:
            self.repeated.append(kind)


class Counting:
    """`count` takes lines in the order of their ids, in any number of portions; `last` is the kind of the last one."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[bytes, bytes], Kind] = {}
        self.last: Kind | None = None
        self.timeline = Timeline()
        self._last_id = -1
        self._key_bytes = 0
        self._seen: dict[bytes, Kind] = {}
        """By what is left of a message without its digits."""
        self._seen_bytes = 0
        self._siblings: dict[bytes, dict[bytes, Kind]] = defaultdict(dict)
        self._shapes: dict[bytes, _Shape] = defaultdict(_Shape)
        self._values: set[bytes] = set()
        """Words that were values somewhere."""

    def count(self, lines: Iterable[Line]) -> None:
        """Raises ValueError if an id is not above the one before."""
        seen, timeline, last_id, kind = self._seen, self.timeline, self._last_id, self.last
        begin, end, width = timeline.begin, timeline.end, timeline.width
        for identifier, time, unit, priority, message in lines:
            if identifier <= last_id:
                raise ValueError(f"ids of lines must grow, but {identifier} comes after {last_id}")
            last_id = identifier
            raw = message.encode("utf-8", "surrogatepass") if len(message) < _MOST_BYTES else _cut_off(message)
            kind = seen.get(raw.translate(None, _DIGITS) or raw)
            if kind is None or kind.must_be_asked:
                kind = self._kind(kind, raw, identifier)
            kind.count += 1
            kind.last = raw
            if priority < kind.priority:
                kind.priority = priority
            if unit != kind.unit:
                kind.also_by(unit)
            if 0 < time < _LATEST:
                if not begin <= time < end:
                    timeline.reach(time, [kind.slots for kind in self.kinds.values()])
                    begin, end, width = timeline.begin, timeline.end, timeline.width
                kind.slots[int((time - begin) / width)] += 1
                if time > kind.last_time:
                    kind.last_time = time
                if time < kind.first_time:
                    kind.first_time = time
        self._last_id, self.last = last_id, kind

    def families(self) -> list[list[Kind]]:
        """The kinds counted so far, put together. The first try learns which words are values somewhere."""
        families(self.kinds.values(), self._values)
        return families(self.kinds.values(), self._values)

    def _kind(self, alike: Kind | None, raw: bytes, identifier: int) -> Kind:
        """The kind of a message that was not seen before; perhaps only its outcome or its values are new."""
        alike = alike and alike.current
        if alike and alike.ending:
            alike = alike.siblings.get(_outcome(alike.ending, raw))
            alike = alike and alike.current
        return self._see(raw, alike or self._of_same_shape(raw) or self._cut(raw, identifier))

    def _of_same_shape(self, raw: bytes) -> Kind | None:
        for kind in self._shapes[raw.translate(None, _OF_NAMES)].repeated:
            if kind.constants.are_around_values(raw) and (not kind.ending or kind.key[1] == _outcome(kind.ending, raw)):
                return kind.current
        return None

    def _cut(self, raw: bytes, identifier: int) -> Kind:
        pieces = texts_of(raw.translate(ALIKE))
        ending = ending_in(pieces, raw)
        key = (b" ".join(pieces), _outcome(ending, raw))
        kind = self.kinds.get(key)
        if kind:
            self._shapes[raw.translate(None, _OF_NAMES)].is_repeated(kind)
            return kind
        if len(self.kinds) >= _MOST_KINDS or self._key_bytes > _MOST_KEY_BYTES:
            self._merge_all()
        kind = self._add(Kind(key, raw, identifier), ending)
        shape = self._shapes[raw.translate(None, _OF_NAMES)]
        shape.kinds.append(kind)
        if len(shape.kinds) >= shape.merge_at:
            self._merge(shape)
        return kind.current

    def _see(self, raw: bytes, kind: Kind) -> Kind:
        if self._seen_bytes > _MOST_SEEN_BYTES:
            self._seen.clear()
            self._seen_bytes = 0
        self._seen[raw.translate(None, _DIGITS) or raw] = kind
        self._seen_bytes += len(raw) + 100
        return kind

    def _add(self, kind: Kind, ending: re.Pattern[bytes] | None) -> Kind:
        same = self.kinds.setdefault(kind.key, kind)
        if same is not kind:
            same.absorb([kind])
            return same
        self._key_bytes += len(kind.key[0])
        if ending:
            kind.must_be_asked = True
            kind.ending = ending
            kind.siblings = self._siblings[kind.key[0]]
            kind.siblings[kind.key[1]] = kind
        return kind

    def _merge(self, shape: "_Shape") -> None:
        """Make one kind of many of this shape that say the same."""
        kept: list[Kind] = []
        # a kind may have been absorbed by one of another shape since
        for family in families(dict.fromkeys(kind.current for kind in shape.kinds), self._values):
            for first, *others in by_outcome(family):
                if len(others) < _MANY:
                    kept += [first, *others]
                    continue
                for kind in (first, *others):
                    del self.kinds[kind.key]
                    self._key_bytes -= len(kind.key[0])
                first.absorb(others)
                kept.append(self._add(first, first.ending))
                shape.is_repeated(kept[-1])
        shape.kinds = list(dict.fromkeys(kept))
        shape.repeated = list(dict.fromkeys(kind.current for kind in shape.repeated))
        shape.merge_at = max(_FIRST_MERGE, 2 * len(shape.kinds))

    def _merge_all(self) -> None:
        """Make one kind of all that say the same; where that is not enough, of what says least."""
        kept: list[Kind] = []
        for family in families(self.kinds.values(), self._values):
            for first, *others in by_outcome(family):
                if others:
                    first.absorb(others)
                kept.append(first)
        if len(kept) > _MOST_KINDS // 2 or sum(len(kind.key[0]) for kind in kept) > _MOST_KEY_BYTES // 2:
            kept = _with_rest(kept)
        for known in (self.kinds, self._siblings, self._shapes, self._seen):
            known.clear()
        self._key_bytes = self._seen_bytes = 0
        for kind in kept:
            added = self._add(kind, kind.ending)
            if not added.is_rest:
                shape = self._shapes[added.first.translate(None, _OF_NAMES)]
                shape.kinds.append(added)
                shape.is_repeated(added)


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
