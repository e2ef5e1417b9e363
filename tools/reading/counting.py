"""Lines counted as they come, in bounded memory: one `Kind` for all whose pieces are the same.

Nearly every line costs one look into a dictionary, for lines that differ in digits alone were cut before.
"""

import re
from collections.abc import Iterable

from tools.reading.families import families
from tools.reading.kind import Kind, Timeline
from tools.reading.line import Line
from tools.reading.masking import ALIKE, texts_of

_MOST_BYTES = 2048
"""Of a longer message the rest is not looked at: a line of a megabyte must not cost a megabyte's work."""
_MOST_KINDS, _MOST_KEY_BYTES = 16_000, 3_000_000
"""When there are more, kinds are merged at once; what is then too varied is one kind, by priority."""
_MOST_SIGHTS, _MOST_SIGHT_BYTES = 30_000, 4_000_000
_MOST_OUTCOMES = 40
_LATEST = 1e11
"""In the year 5138; what says it is later does not know the time."""

_OUTCOME = re.compile(
    rb"""(?i)(?: \b(?:status|code|errno|exit|exited|rc|returned|signal)["']? (?:[ ]?[=:]|[ ]status|[ ]code|[ ]with|[ ]is){0,3}
    [ ]?["'(]? | http/[0.]{1,3}["'][ ] ) (-?0{1,3})(?![\w.])""",
    re.VERBOSE,
)
"""A number that says how something ended: the status of a request or a process."""
_ENDINGS = frozenset(
    b"status Status STATUS code Code errno Errno exit Exit exited rc returned Returned signal Signal HTTP".split()
)

Key = tuple[bytes, bytes]
"""The pieces, joined by blanks, and the outcome, which is no value like others: one 500 is not lost among 200s."""


class _Sight:
    """Messages that differ in digits alone: the first, and at which bytes another one differed."""

    __slots__ = ("by_outcome", "first", "kind", "number", "outcome", "pieces", "varying")

    def __init__(self, first: bytes, pieces: bytes, outcome: slice | None) -> None:
        self.first = first
        self.pieces = pieces
        self.number = -1
        self.varying = 0
        self.outcome = outcome
        self.kind: Kind | None = None
        """Where there is no outcome."""
        self.by_outcome: dict[bytes, Kind] = {} if outcome else _NONE

    def compare(self, message: bytes) -> None:
        if self.number < 0:
            self.number = int.from_bytes(self.first, "little")
        self.varying |= int.from_bytes(message, "little") ^ self.number


_NONE: dict[bytes, Kind] = {}


class Counting:
    """`count` takes lines in the order of their ids, also in several portions."""

    def __init__(self) -> None:
        self.kinds: dict[Key, Kind] = {}
        self.timeline = Timeline()
        self._last_id = -1
        self._key_bytes = 0
        self._sights: dict[bytes, _Sight] = {}
        self._sight_bytes = 0

    def count(self, lines: Iterable[Line]) -> None:
        sights, timeline, last_id = self._sights, self.timeline, self._last_id
        for identifier, time, unit, priority, message in lines:
            if identifier <= last_id:
                raise ValueError(f"ids of lines must grow, but {identifier} comes after {last_id}")
            last_id = self._last_id = identifier
            raw = message[:_MOST_BYTES].encode("utf-8", "surrogatepass")[:_MOST_BYTES]
            alike = raw.translate(ALIKE)
            sight = sights.get(alike)
            if sight is None:
                sight = self._new_sight(raw, alike)
            elif raw != sight.first:
                sight.compare(raw)
            kind = sight.kind
            if kind is None:
                kind = self._kind(sight, raw, alike, identifier)
            kind.count += 1
            kind.last = raw
            if priority < kind.priority:
                kind.priority = priority
            if unit != kind.unit:
                kind.also_by(unit)
            if 0 < time < _LATEST:
                if not timeline.begin <= time < timeline.end:
                    timeline.reach(time, self.kinds.values())
                kind.slots[int((time - timeline.begin) / timeline.width)] += 1
                if time > kind.last_time:
                    kind.last_time = time
                if time < kind.first_time:
                    kind.first_time = time

    def settle(self) -> None:
        """Tell every kind which of its values never changed; what remains to be known of single messages is forgotten."""
        for alike, sight in self._sights.items():
            for kind in (sight.kind,) if sight.kind else sight.by_outcome.values():
                kind.compare(sight.first, alike, sight.varying, sight.outcome)
        self._sights.clear()
        self._sight_bytes = 0

    def key_of(self, message: str) -> Key:
        raw = message[:_MOST_BYTES].encode("utf-8", "surrogatepass")[:_MOST_BYTES]
        alike = raw.translate(ALIKE)
        pieces = texts_of(alike)
        outcome = _outcome(pieces, alike)
        return b" ".join(pieces), raw[outcome] if outcome else b""

    def _new_sight(self, raw: bytes, alike: bytes) -> _Sight:
        if len(self._sights) >= _MOST_SIGHTS or self._sight_bytes > _MOST_SIGHT_BYTES:
            self.settle()
        self._sight_bytes += len(raw)
        pieces = texts_of(alike)
        sight = self._sights[alike] = _Sight(raw, b" ".join(pieces), _outcome(pieces, alike))
        return sight

    def _kind(self, sight: _Sight, raw: bytes, alike: bytes, identifier: int) -> Kind:
        outcome = b""
        if sight.outcome:
            outcome = raw[sight.outcome]
            if outcome in sight.by_outcome:
                return sight.by_outcome[outcome]
        key = (sight.pieces, outcome)
        kind = self.kinds.get(key)
        if kind is None:
            if len(self.kinds) >= _MOST_KINDS or self._key_bytes > _MOST_KEY_BYTES:
                self._compact()
            kind = self.kinds[key] = Kind(key, raw, alike, identifier)
            self._key_bytes += len(sight.pieces)
        if sight.outcome is None:
            sight.kind = kind
        elif len(sight.by_outcome) < _MOST_OUTCOMES:
            sight.by_outcome[outcome] = kind
        return kind

    def _compact(self) -> None:
        """Make one kind of all that say the same; where that is not enough, of what says least."""
        self.settle()
        kept: list[Kind] = []
        for family in families(self.kinds.values()):
            by_outcome: dict[bytes, list[Kind]] = {}
            for kind in family:
                by_outcome.setdefault(kind.key[1], []).append(kind)
            for first, *others in by_outcome.values():
                first.absorb(others)
                kept.append(first)
        if len(kept) > _MOST_KINDS // 2 or sum(len(kind.key[0]) for kind in kept) > _MOST_KEY_BYTES // 2:
            kept = _with_rest(kept)
        self.kinds = {kind.key: kind for kind in kept}
        self._key_bytes = sum(len(kind.key[0]) for kind in kept)


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
                kind.is_rest = True
                kind.key = (key, b"")
                rest[key] = kind
        else:
            kept.append(kind)
    return kept + list(rest.values())


def _outcome(pieces: list[bytes], alike: bytes) -> slice | None:
    if _ENDINGS.isdisjoint(pieces):
        return None
    found = _OUTCOME.search(alike)
    return slice(*found.span(1)) if found else None
