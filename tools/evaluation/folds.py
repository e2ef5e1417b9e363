"""What of a figure is memory: folds over families, of which each is judged by what the others alone have taught.

The runbooks are written by people, so little is learned from incidents: how many points it takes to name a cause, and
by how many it must lead (`Bar`). Two figures follow. *Fitted*: the bar is chosen on four folds and applied to the
fifth. *Unknown*: the runbooks of the fifth fold's families are taken away, as if nobody had ever written them; then no
cause can be named rightly, and what counts is that hardly any is named, and that nothing daring is proposed.
"""

from collections.abc import Collection, Sequence
from hashlib import sha256
from itertools import product

from tools.evaluation.families import family_of
from tools.evaluation.incidents import Score, compare, score
from tools.evaluation.labelled import Inputs, Labelled
from tools.runbooks.judging import Bar, Suspect, judged, suspects
from tools.runbooks.runbook import Runbook

FOLDS = 5
BARS = tuple(Bar(points, lead) for points, lead in product((2.0, 2.4, 3.0, 3.5), (0.4, 0.75, 1.0, 1.5)))
PRICE_OF_ERROR = 2
"""A cause that is named wrongly costs as much as two that are named rightly are worth."""

Weighed = tuple[Labelled, tuple[Suspect, ...]]


def fitted(incidents: Sequence[Labelled], runbooks: Collection[Runbook], inputs: Inputs) -> list[Score]:
    """Every incident judged with a bar that its own fold had no part in choosing."""
    families = {runbook.family for runbook in runbooks}
    weighed = [(one, suspects(one.seen(inputs), runbooks)) for one in incidents]

    def with_bar(cases: list[Weighed], bar: Bar) -> list[Score]:
        return [compare(one, judged(weight, bar), families, bool(one.seen(inputs))) for one, weight in cases]

    scores: list[Score] = []
    for fold in _folds(incidents):
        own = [case for case in weighed if case[0] in fold]
        others = [case for case in weighed if case[0] not in fold]
        bar = max(BARS, key=lambda bar: _worth(with_bar(others, bar), bar))
        scores += with_bar(own, bar)
    return scores


def unknown(incidents: Sequence[Labelled], runbooks: Collection[Runbook], inputs: Inputs) -> list[Score]:
    """Every incident judged without any runbook about a family of its fold."""
    scores: list[Score] = []
    for fold in _folds(incidents):
        families = {family_of(one.cause_family) for one in fold}
        others = [runbook for runbook in runbooks if runbook.family not in families]
        scores += [score(one, others, inputs) for one in fold]
    return scores


def _worth(scores: list[Score], bar: Bar) -> tuple[int, float, float]:
    """More is better; of two bars as good the higher one."""
    named = sum(one.top1 for one in scores) - PRICE_OF_ERROR * sum(one.named_wrong for one in scores)
    return named, bar.points, bar.lead


def _folds(incidents: Sequence[Labelled]) -> list[list[Labelled]]:
    """A family is never in two folds; which one it is in depends on its name alone."""
    families = sorted({one.cause_family for one in incidents}, key=lambda name: sha256(name.encode()).digest())
    fold_of = {family: at % FOLDS for at, family in enumerate(families)}
    folds = [[one for one in incidents if fold_of[one.cause_family] == fold] for fold in range(FOLDS)]
    return [fold for fold in folds if fold]
