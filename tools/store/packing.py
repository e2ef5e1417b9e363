"""Figures as bytes: a few numbers for each series of a host, in one compressed row for all of them."""

import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TypeVar

_ID_BYTES, _VALUE_BYTES = 4, 8
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """`width` numbers for each series that `positions` knows."""

    positions: Mapping[int, int]
    values: "array[float]"
    width: int = 1

    def of(self, series: int) -> Sequence[float] | None:
        at = self.positions.get(series)
        return None if at is None else self.values[at * self.width : (at + 1) * self.width]


def pack(figures: Mapping[int, Sequence[float]], width: int = 1) -> bytes:
    """By the number of the series, in rising order and as differences, which compress to next to nothing."""
    ids = sorted(figures)
    steps = array("I", (here - before for before, here in pairwise([0, *ids])))
    values = array("d", (value for id_ in ids for value in figures[id_]))
    if len(values) != len(ids) * width:
        raise ValueError(f"every series needs {width} numbers")
    return zlib.compress(_swapped(steps).tobytes() + _swapped(values).tobytes(), 6)


def unpack(packed: bytes, width: int = 1) -> Packed | None:
    """The inverse; None where the bytes are damaged, for a hole in a series is no reason to stop."""
    try:
        raw = zlib.decompressobj().decompress(packed, _MOST_BYTES)
    except zlib.error:
        return None
    count, rest = divmod(len(raw), _ID_BYTES + width * _VALUE_BYTES)
    if rest:
        return None
    values = array("d", raw[count * _ID_BYTES :])
    return Packed(_positions(raw[: count * _ID_BYTES]), _swapped(values), width)


@lru_cache(maxsize=256)
def _positions(steps: bytes) -> Mapping[int, int]:
    """Most rows of a host are of the same series: they share one index."""
    return {id_: at for at, id_ in enumerate(accumulate(_swapped(array("I", steps))))}


Numbers = TypeVar("Numbers", "array[int]", "array[float]")


def _swapped(numbers: Numbers) -> Numbers:
    """Little-endian, whichever machine reads the database."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
