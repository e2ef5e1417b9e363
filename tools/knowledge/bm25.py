"""BM25 over a few thousand documents, in memory, and how much of a question each of them covers.

Few lines of our own, because no library tells the second: rank-bm25 has had no release since 2022 and an open error in
its weights, bm25s loads numeric compilers where it finds them. The formula is that of Lucene.
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
            postings = self._postings.get(word, [])
            weight = math.log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
            whole += weight
            for place, part in postings:
                scores[place] += weight * part
        return [score / whole for score in scores] if whole else scores
