"""BM25 over a few thousand documents, in memory, and what else the rarity of words tells of how well one fits.

Few lines of our own, because no library tells more than the order: rank-bm25 has had no release since 2022 and has an
open error in its weights, bm25s loads numeric compilers where it finds them. The formula is that of Lucene.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

_SATURATION = 1.2
_LENGTH = 0.75


class BM25:
    """The documents of one search, each a list of words."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._size = len(documents)
        self._words = [frozenset(document) for document in documents]
        average = sum(map(len, documents)) / max(1, self._size) or 1.0
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, document in enumerate(documents):
            norm = _SATURATION * (1 - _LENGTH + _LENGTH * len(document) / average)
            for word, count in Counter(document).items():
                self._postings[word].append((place, count * (_SATURATION + 1) / (count + norm)))

    def shares(self, question: Sequence[str]) -> list[float]:
        """For each document its BM25 score as a part of the weight of all words that were asked for.

        It orders as the score does, 0 is nothing in common, and it means the same for long and for short questions; a
        word that no document has counts in full against all of them.
        """
        scores = [0.0] * self._size
        whole = 0.0
        for word in dict.fromkeys(question):
            weight = self._weight(word)
            whole += weight
            for place, part in self._postings.get(word, []):
                scores[place] += weight * part
        return [score / whole for score in scores] if whole else scores

    def cosine(self, question: Sequence[str], place: int) -> float:
        """How alike the words of a question and of one document are, by their rarity, however often each is there."""
        asked, held = frozenset(question), self._words[place]
        lengths = self._length(asked) * self._length(held)
        return self._length(asked & held) ** 2 / lengths if lengths else 0.0

    def _length(self, words: frozenset[str]) -> float:
        return math.sqrt(sum(self._weight(word) ** 2 for word in words))

    def _weight(self, word: str) -> float:
        count = len(self._postings.get(word, ()))
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))
