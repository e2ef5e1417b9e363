"""How well labelled incidents are found again, in one run beside BM25: part of what `macha eval --incidents` shows.

Known are the incidents of the other folds alone. The runbooks are left out, though a search of the product knows them:
each family has one, written with incidents at hand, so that it would answer for memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.evaluation.labelled import Inputs, Labelled
from tools.evaluation.retrieval import Rank, Ranked, across_folds, best_level, by_all, by_bm25, cases_of, figures
from tools.knowledge.ranking import FITS_FROM

TIMES = 10
"""So often the incidents are divided anew; one division of few siblings is worth four points more or less."""
MANY = 100
"""Of more incidents half as many divisions say as much, and the time grows with the square."""
NO_SIBLING = "no incident has another one of its family in another fold"
ALL_SIBLINGS = "every incident has another one of its family in another fold"


@dataclass(frozen=True, slots=True)
class FoundAgain:
    """Shares between 0 and 1; None where nothing can be measured, and `why_not` says why.

    `n` questions had an answer and `without_answer` had none, over all divisions. `nothing_fits` is the balanced
    accuracy of telling the two apart, at the level in use; BM25 gets the level that is best in hindsight.
    """

    times: int
    n: int
    without_answer: int
    hit1: float | None
    bm25_hit1: float | None
    nothing_fits: float | None
    bm25_nothing_fits: float | None
    why_not: str


def found_again(incidents: Sequence[Labelled], inputs: Inputs, times: int = 0) -> FoundAgain:
    """Every incident that shows anything, asked of those in the other folds, by our search and by BM25 alone."""
    times = times or (TIMES if len(incidents) <= MANY else TIMES // 2)
    cases = list(cases_of([incident.recorded() for incident in incidents], inputs))

    def asked(rank: Rank) -> list[Ranked]:
        found = [across_folds(cases, rank, seed) for seed in range(times)]
        return [one for each in found for (_, query), one in zip(cases, each, strict=True) if query.text.strip()]

    fused, plain = asked(by_all), asked(by_bm25)
    ours, theirs = figures(fused, FITS_FROM), figures(plain, best_level(plain))
    has_answers, has_both = ours.n > 0, ours.n > 0 and ours.without_answer > 0
    return FoundAgain(
        times=times,
        n=ours.n,
        without_answer=ours.without_answer,
        hit1=round(ours.hit1, 4) if has_answers else None,
        bm25_hit1=round(theirs.hit1, 4) if has_answers else None,
        nothing_fits=round(ours.balanced_accuracy, 4) if has_both else None,
        bm25_nothing_fits=round(theirs.balanced_accuracy, 4) if has_both else None,
        why_not="" if has_both else ALL_SIBLINGS if has_answers else NO_SIBLING,
    )
