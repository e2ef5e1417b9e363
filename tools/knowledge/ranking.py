"""Which documents fit a question: two orders made one, and a third opinion on whether any of them fits at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.knowledge import Document
from tools.knowledge.bm25 import BM25
from tools.knowledge.lexical import likeness, sparse
from tools.knowledge.words import words

FITS_FROM = 0.745
"""What `fit` must reach: where questions that have an answer and those that have none were told apart best, over ten
ways to divide real incidents into five parts (docs/knowledge.md)."""
RUNBOOK = "runbook"
RUNBOOK_FITS_FROM = 1.05
"""The same for runbooks, which hold more words of every kind than what was noted of one case."""
_SMOOTHING = 60
"""Of reciprocal rank fusion, as its authors chose it."""
_CANDIDATES = 50
"""So many of each order are put together."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. `fit` is from 0 to about 4, made of words alone, whatever the embedding is."""

    document: Document
    fit: float

    @property
    def fits(self) -> bool:
        return self.fit >= (RUNBOOK_FITS_FROM if self.document.kind == RUNBOOK else FITS_FROM)


def hits_of(documents: Sequence[Document], question: str, nearest: Sequence[str] | None, most: int) -> list["Hit"]:
    """The best `most` documents: what fits before what does not, what is known of this house before runbooks.

    Each of the two is ranked by itself: a word is rare or common among cases, whatever runbooks there are.
    """
    own = [document for document in documents if document.kind != RUNBOOK]
    books = [document for document in documents if document.kind == RUNBOOK]
    hits = [hit for each in (own, books) for hit in Ranking(each).hits(question, nearest, most)]
    return sorted(hits, key=lambda hit: not hit.fits)[:most]


class Ranking:
    """Documents prepared for questions."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._vectors: dict[str, dict[int, float]] = {}
        self._bm25 = BM25([words(document.words) for document in self._documents.values()])

    def hits(self, question: str, nearest: Sequence[str] | None, most: int) -> list[Hit]:
        """The best `most` documents, those that fit before the others.

        `nearest` are ids in the order of an index over vectors; without one, likeness of words takes its place.
        """
        asked = words(question)
        shares = dict(zip(self._documents, self._bm25.shares(asked), strict=True))
        by_share = [id_ for id_ in sorted(shares, key=lambda id_: -shares[id_]) if shares[id_] > 0]
        alike = _Alike(question, self._documents, self._vectors)
        near = sorted(by_share, key=lambda id_: -alike[id_]) if nearest is None else nearest
        near = [id_ for id_ in near if id_ in self._documents][:_CANDIDATES]
        fused: dict[str, float] = {}
        for order in (by_share[:_CANDIDATES], near):
            for place, id_ in enumerate(order, 1):
                # Half the weight is as if it stood twice as far behind.
                fused[id_] = fused.get(id_, 0.0) + 1 / (_SMOOTHING + place / self._documents[id_].weight)
        best = sorted(fused, key=lambda id_: (-round(fused[id_], 9), -alike[id_], id_))
        places = {id_: place for place, id_ in enumerate(self._documents)}
        hits = [self._hit(id_, shares[id_] + alike[id_] + self._bm25.cosine(asked, places[id_])) for id_ in best]
        return sorted(hits, key=lambda hit: not hit.fits)[:most]

    def _hit(self, id_: str, fit: float) -> Hit:
        document = self._documents[id_]
        return Hit(document, round(fit * document.weight, 3))


class _Alike(dict[str, float]):
    """How alike a question and each document are, worked out for those that are asked for."""

    def __init__(self, question: str, documents: dict[str, Document], vectors: dict[str, dict[int, float]]) -> None:
        super().__init__()
        self._asked = sparse(question)
        self._documents = documents
        self._vectors = vectors

    def __missing__(self, id_: str) -> float:
        if id_ not in self._vectors:
            self._vectors[id_] = sparse(self._documents[id_].words)
        self[id_] = likeness(self._asked, self._vectors[id_])
        return self[id_]
