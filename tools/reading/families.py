"""Kinds that say the same in different words for values."""

from collections.abc import Iterable

from tools.reading.kind import Kind
from tools.reading.merging import Key, merged


def families(kinds: Iterable[Kind], values: set[bytes]) -> list[list[Kind]]:
    """Every kind in exactly one family, the oldest first in each; those of a family have as many cells.

    Which words are values helps to tell, and is learned on the way.
    """
    by_cells: dict[Key, list[Kind]] = {}
    alone: list[list[Kind]] = []
    for kind in kinds:
        if kind.is_rest:
            alone.append([kind])
        else:
            by_cells.setdefault(kind.cells.texts, []).append(kind)
    joined = [[kind for key in keys for kind in by_cells[key]] for keys in merged(by_cells, values)]
    return [sorted(family, key=lambda kind: kind.id) for family in joined] + alone


def by_outcome(family: Iterable[Kind]) -> list[list[Kind]]:
    """Those of a family that ended alike, the oldest first."""
    found: dict[bytes, list[Kind]] = {}
    for kind in family:
        found.setdefault(kind.key[1], []).append(kind)
    return list(found.values())
