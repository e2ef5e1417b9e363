"""How well what is known is found again: each part of the cases asked of the others, beside BM25 alone.

A question has an answer where another case of its family is among those that are known; else the right answer is that
nothing fits.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.evaluation.families import family_of
from tools.evaluation.labelled import Inputs
from tools.knowledge import Document
from tools.knowledge.bm25 import BM25
from tools.knowledge.ranking import Ranking
from tools.knowledge.words import plain_words

FOLDS = 5
_STORED = ("title", "service", "evidence_log", "observations", "root_cause", "fix", "safe_action", "verify")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and the family that an answer has to be of."""

    text: str
    family: str


@dataclass(frozen=True, slots=True)
class Known:
    """A document, and the family it is of."""

    document: Document
    family: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question: `rank` of the first document of its family, from 1, or None where none is known; `fit` of the
    first document there was."""

    rank: int | None
    fit: float


Answer = Callable[[str], Sequence[tuple[str, float]]]
"""All documents for a question, as ids with their fit, best first."""
Rank = Callable[[Sequence[Document]], Answer]
"""A way to search: documents prepared once for many questions."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The figures: shares of the questions that have an answer, and how well the others were told from them."""

    n: int
    without_answer: int
    hit1: float
    hit3: float
    mrr: float
    balanced_accuracy: float


def by_all(documents: Sequence[Document]) -> Answer:
    """As `macha knowledge search` orders them without a model, all of them."""
    ranking = Ranking(documents)

    def answer(question: str) -> list[tuple[str, float]]:
        hits = ranking.hits(question, None, len(documents))
        return _and_rest([(hit.document.id, hit.fit) for hit in hits], documents)

    return answer


def by_bm25(documents: Sequence[Document]) -> Answer:
    """BM25 alone, over words as they stand."""
    bm25 = BM25([plain_words(document.words) for document in documents])

    def answer(question: str) -> list[tuple[str, float]]:
        shares = bm25.shares(plain_words(question))
        order = sorted(range(len(documents)), key=lambda at: -shares[at])
        return [(documents[at].id, shares[at]) for at in order]

    return answer


def folds(count: int, parts: int = FOLDS, seed: int = 0) -> list[list[int]]:
    """Places from 0 on, divided at random into parts of nearly the same size."""
    places = list(range(count))
    random.Random(seed).shuffle(places)  # noqa: S311 (the same every time, on purpose)
    return [sorted(places[part::parts]) for part in range(parts)]


def across_folds(cases: Sequence[tuple[Known, Query]], rank: Rank, seed: int = 0) -> list[Ranked]:
    """Every case asked of those in the other folds, in the order of the cases."""
    found: dict[int, Ranked] = {}
    for fold in folds(len(cases), seed=seed):
        known = [case for place, (case, _) in enumerate(cases) if place not in fold]
        answer = rank([one.document for one in known])
        found |= {place: ranked(known, cases[place][1], answer) for place in fold}
    return [found[place] for place in range(len(cases))]


def ranked(known: Sequence[Known], query: Query, answer: Answer) -> Ranked:
    """One question asked of what is known, for which `answer` was prepared."""
    families = {one.document.id: one.family for one in known}
    order = answer(query.text)
    place = next((at for at, (id_, _) in enumerate(order, 1) if families[id_] == query.family), None)
    return Ranked(place, order[0][1] if order else 0.0)


def figures(found: Sequence[Ranked], fits_from: float) -> Retrieval:
    """The figures, where `fits_from` is the level from which on something fits."""
    ranks = [one.rank for one in found if one.rank is not None]
    count = max(1, len(ranks))
    return Retrieval(
        n=len(ranks),
        without_answer=len(found) - len(ranks),
        hit1=sum(rank == 1 for rank in ranks) / count,
        hit3=sum(rank <= 3 for rank in ranks) / count,
        mrr=sum(1 / rank for rank in ranks) / count,
        balanced_accuracy=balanced_accuracy(found, fits_from),
    )


def balanced_accuracy(found: Sequence[Ranked], fits_from: float) -> float:
    """The mean of two shares: of the questions with an answer that something fits, without one that nothing does."""
    with_answer = [one.fit >= fits_from for one in found if one.rank is not None]
    without = [one.fit < fits_from for one in found if one.rank is None]
    return (sum(with_answer) / max(1, len(with_answer)) + sum(without) / max(1, len(without))) / 2


def best_level(found: Sequence[Ranked]) -> float:
    """The lowest level with the best balanced accuracy: how `FITS_FROM` was measured."""
    return max(sorted({one.fit for one in found}), key=lambda level: balanced_accuracy(found, level), default=0.0)


def cases_of(incidents: Sequence[Mapping[str, Any]], inputs: Inputs = "facts") -> Iterator[tuple[Known, Query]]:
    """Recorded incidents: what would be known of each afterwards, and what would be seen of it before."""
    for incident in incidents:
        seen = [*incident["evidence_log"], *(incident["observations"] if inputs == "facts" else ())]
        lines = [line for key in _STORED[1:] for line in _lines(incident.get(key))]
        document = Document(str(incident["id"]), "case", str(incident["title"]), "\n".join(lines), "recorded")
        family = family_of(str(incident["cause_family"]))
        yield Known(document, family), Query("\n".join(map(str, seen)), family)


def _lines(value: object) -> list[str]:
    return [str(line) for line in value] if isinstance(value, list) else [str(value)] if value else []


def _and_rest(order: list[tuple[str, float]], documents: Sequence[Document]) -> list[tuple[str, float]]:
    named = {id_ for id_, _ in order}
    return order + [(document.id, 0.0) for document in documents if document.id not in named]
