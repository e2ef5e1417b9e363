"""Lines in, templates out: what a log says, the new and the urgent and the rare first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.reading.baseline import Baseline, fingerprint
from tools.reading.counting import Counting
from tools.reading.families import by_outcome
from tools.reading.kind import Kind
from tools.reading.line import Line
from tools.reading.masking import VALUE
from tools.reading.template import Template, template

_MOST_OUTCOMES = 12
"""What ends in more ways than that has a number there that is no outcome."""


@dataclass(frozen=True)
class Reduction:
    """Every line read is counted in exactly one of the templates, which stand in the order to read them in."""

    templates: tuple[Template, ...]
    lines: int
    baseline: Baseline
    """What was known before and what was seen now: the baseline of the next reading."""

    @property
    def new(self) -> tuple[Template, ...]:
        """What the host never said before; where that is nothing, nobody needs to be asked."""
        return tuple(template for template in self.templates if template.is_new)


def reduce(lines: Iterable[Line], baseline: Baseline | None = None) -> Reduction:
    """Read lines as they come, in bounded memory, and say what they say.

    Without a baseline nothing is new: of a host that was never read everything would be. Raises ValueError if an id is
    not above the one before.
    """
    counting = Counting()
    counting.count(lines)
    return reduction(counting, baseline)


def reduction(counting: Counting, baseline: Baseline | None = None) -> Reduction:
    """What was counted so far."""
    spans = _Halves(counting.kinds.values())
    found: list[Template] = []
    for number, family in enumerate(counting.families()):
        known, values = _pattern(family)
        endings = by_outcome(family)
        for kinds in endings if len(endings) <= _MOST_OUTCOMES else [family]:
            outcome = kinds[0].key[1] if len(endings) <= _MOST_OUTCOMES else b""
            is_new = baseline is not None and not any(
                baseline.knows(kind.cells.texts, outcome.decode()) for kind in kinds
            )
            mark = fingerprint(known, values, outcome.decode())
            found.append(template(kinds, number, mark, spans.trend(kinds), is_new=is_new))
    seen = (baseline or Baseline()).with_seen(template.fingerprint for template in found)
    found.sort(key=_order)
    return Reduction(tuple(found), sum(template.count for template in found), seen)


class _Halves:
    """The first and the second half of the time that was read."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        used = {slot for kind in kinds for slot, count in enumerate(kind.slots) if count}
        self._begin, self._end = (min(used), max(used) + 1) if used else (0, 0)

    def trend(self, kinds: Sequence[Kind]) -> float:
        middle = (self._begin + self._end) / 2
        slots = [sum(column) for column in zip(*(kind.slots for kind in kinds), strict=True)]
        early = sum(count for slot, count in enumerate(slots) if slot + 0.5 < middle)
        late = sum(count for slot, count in enumerate(slots) if slot + 0.5 > middle)
        return (late - early) / (late + early) if late + early else 0.0


def _pattern(family: Sequence[Kind]) -> tuple[tuple[bytes, ...], list[int]]:
    """The cells of a family, and at which places its words are values."""
    first, *others = (kind.cells.texts for kind in family)
    differing = {place for place, cell in enumerate(first) if cell == VALUE}
    for cells in others:
        differing.update(place for place, (one, other) in enumerate(zip(first, cells, strict=True)) if one != other)
    return first, sorted(differing)


def _order(template: Template) -> tuple[bool, int, int, int]:
    urgency = 0 if template.priority <= 2 else 1 if template.priority == 3 else 2 if template.is_error else 3
    return not template.is_new, urgency, template.count, template.id
