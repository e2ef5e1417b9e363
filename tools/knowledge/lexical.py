"""An embedding without a model and without a download: words and pieces of words, hashed into a vector."""

import math
import zlib
from collections import Counter, defaultdict

from tools.knowledge.words import words

DIMENSION = 2048
NAME = "lexical-1"
"""The 1 is raised whenever a text would get another vector."""
_PIECES = (3, 4)


class Lexical:
    """Texts that share words, or pieces of them (`pg_upgrade`, `upgraded`), lie close together.

    Half of a word's weight is the word, half its pieces. There is no weighting by rarity: a vector must not depend on
    what else is known; BM25 brings that.
    """

    def identity(self) -> str:
        return NAME

    def vectors(self, texts: list[str]) -> list[list[float]]:
        return [_dense(sparse(text)) for text in texts]


def sparse(text: str) -> dict[int, float]:
    """The vector of a text, of length 1 (0 for a text without words), as its places and values."""
    found: defaultdict[int, float] = defaultdict(float)
    for word, count in Counter(words(text)).items():
        weight = 1 + math.log(count)
        _add(found, f"={word}", weight)
        pieces = _pieces(word)
        for piece in pieces:
            _add(found, piece, weight / math.sqrt(len(pieces)))
    length = math.sqrt(sum(value * value for value in found.values()))
    return {place: value / length for place, value in found.items()} if length else {}


def likeness(one: dict[int, float], other: dict[int, float]) -> float:
    """The cosine of two sparse vectors."""
    few, many = sorted((one, other), key=len)
    return sum(value * many.get(place, 0.0) for place, value in few.items())


def _pieces(word: str) -> list[str]:
    framed = f" {word} "
    return [framed[at : at + size] for size in _PIECES for at in range(len(framed) - size + 1)]


def _add(found: defaultdict[int, float], feature: str, weight: float) -> None:
    """Two features in one place cancel out as often as they add up, so that collisions do not look like likeness."""
    code = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
    found[code % DIMENSION] += weight if code >> 31 else -weight


def _dense(vector: dict[int, float]) -> list[float]:
    dense = [0.0] * DIMENSION
    for place, value in vector.items():
        dense[place] = value
    return dense
