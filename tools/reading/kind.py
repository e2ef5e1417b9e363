"""What is known of all lines whose pieces are the same: how many there were, when, and by whom."""

import re
from collections.abc import Iterable

from tools.reading.cells import Cells, cells
from tools.reading.constants import Constants
from tools.reading.masking import ALIKE, HOLE, UNIT, VALUE, is_word, spans_of
from tools.reading.timeline import SLOTS

_MOST_UNITS = 32
NEVER = float("inf")


class Kind:
    """`first` and `last` are whole messages as bytes, cut where the reader cuts; `key` is their pieces and outcome."""

    __slots__ = (
        "_cells",
        "_constants",
        "became",
        "count",
        "ending",
        "first",
        "first_time",
        "id",
        "is_rest",
        "key",
        "last",
        "last_time",
        "must_be_asked",
        "priority",
        "siblings",
        "slots",
        "unit",
        "units",
    )

    def __init__(self, key: tuple[bytes, bytes], first: bytes, identifier: int) -> None:
        self.key = key
        self.first = self.last = first
        self.id = identifier
        self.count = 0
        self.priority = 7
        self.unit = ""
        self.units: set[str] = {""}
        self.slots = [0] * SLOTS
        self.first_time = NEVER
        self.last_time = 0.0
        self.ending: re.Pattern[bytes] | None = None
        self.siblings: dict[bytes, Kind] = {}
        """Kinds of the same pieces by their outcome, which `ending` finds."""
        self.must_be_asked = False
        """Messages that differ in digits may be of another kind, for they end otherwise or this one is no more."""
        self.became: Kind | None = None
        """The kind that absorbed it."""
        self.is_rest = False
        self._cells: Cells | None = None
        self._constants: Constants | None = None

    @property
    def pieces(self) -> list[bytes]:
        return self.key[0].split()

    @property
    def cells(self) -> Cells:
        if self._cells is None:
            self._cells = cells(self.pieces)
        return self._cells

    @property
    def constants(self) -> Constants:
        if self._constants is None:
            self._constants = Constants(self.first, self.pieces)
        return self._constants

    @property
    def current(self) -> "Kind":
        """The kind that counts these lines now: this one, or the one that absorbed it."""
        kind = self
        while kind.became:
            kind = kind.became
        return kind

    def also_by(self, unit: str) -> None:
        self.unit = unit
        if len(self.units) < _MOST_UNITS:
            self.units.add(unit)

    def spans(self, message: bytes) -> list[tuple[int, int]]:
        """Where each cell begins and ends in the first or last message; nothing if that is of a kind that was added."""
        where = spans_of(message.translate(ALIKE))
        if len(where) != len(self.pieces):
            return []
        return [(where[begin][0], where[end - 1][1]) for begin, end in self.cells.ranges(len(where))]

    def texts(self) -> list[bytes | None]:
        """What each cell is, or None where words were found to be values or the last message is known to differ."""
        last = [self.last[slice(*span)] for span in self.spans(self.last)]
        first = [self.first[slice(*span)] for span in self.spans(self.first)]
        return [
            None if cell == VALUE or (cell == HOLE and not last) or (last and last[at] != text) else text
            for at, (cell, text) in enumerate(zip(self.cells.texts, first, strict=True))
        ]

    def absorb(self, others: Iterable["Kind"]) -> None:
        """Count the lines of others as own ones. They have as many cells; where those differ words are values."""
        columns = list(zip(self.cells.texts, *(other.cells.texts for other in others), strict=True))
        pieces = self.pieces
        for column, (begin, end) in zip(columns, self.cells.ranges(len(pieces)), strict=True):
            if end - begin > 1:
                pieces[begin:end] = [UNIT if is_word(piece) else piece for piece in pieces[begin:end]]
            elif len(set(column)) > 1 and is_word(pieces[begin]):
                pieces[begin] = VALUE
        self.key = (b" ".join(pieces), self.key[1])
        self._cells = self._constants = None
        for other in others:
            self.add(other)
            other.became = self
            other.must_be_asked = True

    def add(self, other: "Kind") -> None:
        self.count += other.count
        self.priority = min(self.priority, other.priority)
        self.units = set(sorted(self.units | other.units)[:_MOST_UNITS])
        self.slots = [one + more for one, more in zip(self.slots, other.slots, strict=True)]
        self.first_time = min(self.first_time, other.first_time)
        if other.last_time >= self.last_time:
            self.last, self.last_time = other.last, other.last_time

    def become_rest(self, key: bytes) -> None:
        """From now on it is what many kinds have in common, which is nothing."""
        self.is_rest = True
        self.key = (key, b"")
        self.ending = None
        self._cells = None
