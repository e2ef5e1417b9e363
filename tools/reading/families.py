"""Kinds that say the same in different words for values."""

from collections.abc import Iterable

from tools.reading.kind import Kind
from tools.reading.merging import Key, merged


def families(kinds: Iterable[Kind]) -> list[list[Kind]]:
    """Every kind in exactly one family, the oldest first in each; those of a family have as many cells."""
    by_cells: dict[Key, list[Kind]] = {}
    alone: list[list[Kind]] = []
    for kind in kinds:
        if kind.is_rest:
            alone.append([kind])
        else:
            by_cells.setdefault(kind.cells.texts, []).append(kind)
    joined = [[kind for key in keys for kind in by_cells[key]] for keys in merged(by_cells)]
    return [sorted(family, key=lambda kind: kind.id) for family in joined] + alone
