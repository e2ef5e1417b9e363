"""What is known of all lines whose pieces are the same: how many, when, by whom, which of their values never changed."""

from collections.abc import Iterable

from tools.reading.cells import Cells, cells
from tools.reading.masking import ALIKE, HOLE, STEM, VALUE, is_word, spans_of

SLOTS = 16
_MOST_UNITS = 32
NEVER = float("inf")


class Timeline:
    """The time from the first line to the last in equal slots, which become wider as lines are read."""

    def __init__(self) -> None:
        self.begin = self.end = 0.0
        self.width = 1.0

    def reach(self, time: float, kinds: Iterable["Kind"]) -> None:
        """Make room for `time`; what the kinds have counted moves along."""
        if self.end == 0.0:
            self.begin = float(int(time))
            self.end = self.begin + SLOTS * self.width
        counted = [kind.slots for kind in kinds]
        while not self.begin <= time < self.end:
            empty = [0] * (SLOTS // 2)
            is_before = time < self.begin
            for slots in counted:
                pairs = [one + other for one, other in zip(slots[::2], slots[1::2], strict=True)]
                slots[:] = empty + pairs if is_before else pairs + empty
            if is_before:
                self.begin -= SLOTS * self.width
            self.width *= 2
            self.end = self.begin + SLOTS * self.width


class Kind:
    """`first` and `last` are whole messages as bytes, cut where the reader cuts; `fixed` is known when all was settled."""

    __slots__ = (
        "_cells", "alike", "count", "first", "first_time", "fixed", "id", "is_rest", "key", "last", "last_time", "priority", "slots",
        "unit", "units",
    )  # fmt: skip

    def __init__(self, key: tuple[bytes, bytes], first: bytes, alike: bytes, identifier: int) -> None:
        self.key = key
        self.first = self.last = first
        self.alike = alike
        self.id = identifier
        self.count = 0
        self.priority = 7
        self.unit = ""
        self.units: set[str] = {""}
        self.slots = [0] * SLOTS
        self.first_time = NEVER
        self.last_time = 0.0
        self.fixed: dict[int, tuple[int, int]] | None = None
        """Which variable pieces are the same in all messages, and where; None while there is one message.""" 
        self.is_rest = False
        self._cells: Cells | None = None

    @property
    def cells(self) -> Cells:
        if self._cells is None:
            self._cells = cells(self.key[0].split(b" "))
        return self._cells

    def also_by(self, unit: str) -> None:
        self.unit = unit
        if len(self.units) < _MOST_UNITS:
            self.units.add(unit)

    def compare(self, message: bytes, alike: bytes, varying: int, outcome: slice | None) -> None:
        """Keep as fixed what another message has as well; its outcome is not looked at, for the kind has but one.

        Of the message, the bytes whose bits are in `varying` differ in further ones.
        """
        if self.fixed is None:
            if message == self.first and not varying:
                return
            own = zip(self.key[0].split(b" "), spans_of(self.alike), strict=True)
            self.fixed = {at: span for at, (piece, span) in enumerate(own) if _is_variable(piece)}
        if not self.fixed:
            return
        theirs = spans_of(alike)
        for at, (begin, end) in list(self.fixed.items()):
            other_begin, other_end = theirs[at]
            if outcome and other_begin <= outcome.start < other_end:
                continue
            if self.first[begin:end] != message[other_begin:other_end] or (
                varying and varying >> 8 * other_begin & (1 << 8 * (other_end - other_begin)) - 1
            ):
                del self.fixed[at]

    def texts(self) -> list[bytes | None]:
        """What each cell is in all of these lines, or None if it differs."""
        pieces = self.key[0].split(b" ")
        where = spans_of(self.alike)
        fixed = self.fixed

        def text(begin: int, end: int) -> bytes | None:
            if fixed is not None and any(_is_variable(pieces[at]) and at not in fixed for at in range(begin, end)):
                return None
            return self.first[where[begin][0] : where[end - 1][1]]

        return [text(begin, end) for begin, end in self.cells.ranges(len(pieces))]

    def spans(self) -> list[tuple[int, int]]:
        """Where in the first message each cell begins and ends."""
        where = spans_of(self.alike)
        return [(where[begin][0], where[end - 1][1]) for begin, end in self.cells.ranges(len(where))]

    def last_texts(self) -> list[bytes]:
        """What each cell is in the last message; nothing if that has other pieces, being of a kind that was absorbed."""
        where = spans_of(self.last.translate(ALIKE))
        if len(where) != self.key[0].count(b" ") + 1:
            return [b""] * len(self.cells.texts)
        return [self.last[where[begin][0] : where[end - 1][1]] for begin, end in self.cells.ranges(len(where))]

    def absorb(self, others: Iterable["Kind"]) -> None:
        """Count the lines of others as own ones. They have as many cells, and later ids; where they differ is a hole."""
        same = self.texts()
        for other in others:
            same = [one if one == more else None for one, more in zip(same, other.texts(), strict=True)]
            self.add(other)
        pieces = self.key[0].split(b" ")
        where = spans_of(self.alike)
        kept: set[int] = set()
        for (begin, end), text in zip(self.cells.ranges(len(pieces)), same, strict=True):
            if text is None:
                pieces[begin:end] = [VALUE if is_word(piece) else piece for piece in pieces[begin:end]]
            else:
                kept.update(range(begin, end))
        self.key = (b" ".join(pieces), self.key[1])
        self._cells = None
        self.fixed = {at: where[at] for at in kept if _is_variable(pieces[at])}

    def add(self, other: "Kind") -> None:
        self.count += other.count
        self.priority = min(self.priority, other.priority)
        self.units = set(sorted(self.units | other.units)[:_MOST_UNITS])
        self.slots = [one + more for one, more in zip(self.slots, other.slots, strict=True)]
        self.first_time = min(self.first_time, other.first_time)
        if other.last_time >= self.last_time:
            self.last, self.last_time = other.last, other.last_time


def _is_variable(piece: bytes) -> bool:
    return piece in (HOLE, VALUE) or STEM in piece
