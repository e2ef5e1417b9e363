"""Pieces put together to cells: a list, a date or a size is one hole, however many pieces it has."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tools.reading.masking import HOLE

_JOINTS = frozenset(b", : ; / - . + _ %".split())
"""Signs that, between two holes, make one hole of them."""
_MEASURES = frozenset(
    b"""% B KB MB GB TB kB KiB MiB GiB TiB K M G byte bytes s sec secs second seconds ms msec us usec ns min mins minute
    minutes hour hours day days Hz MHz GHz *%""".split()
)

_SPECIAL = _MEASURES | {HOLE}


class Cells(NamedTuple):
    """What each cell counts as, and with which piece it begins; it ends where the next one begins."""

    texts: tuple[bytes, ...]
    begins: tuple[int, ...]

    def ranges(self, pieces: int) -> Iterator[tuple[int, int]]:
        """The pieces of each cell, of so many in all: from the first up to, not including, the second number."""
        return zip(self.begins, (*self.begins[1:], pieces), strict=False)


def cells(pieces: Sequence[bytes]) -> Cells:
    texts: list[bytes] = []
    begins: list[int] = []
    for at, piece in enumerate(pieces):
        if piece in _SPECIAL:
            if texts and texts[-1] == HOLE:
                continue
            if piece == HOLE and len(texts) > 1 and texts[-1] in _JOINTS and texts[-2] == HOLE:
                texts.pop()
                begins.pop()
                continue
        texts.append(piece)
        begins.append(at)
    return Cells(tuple(texts), tuple(begins))
