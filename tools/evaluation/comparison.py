"""Rules and model side by side, over the incidents that the model answered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.evaluation.by_model import Asked, safer
from tools.evaluation.incidents import Score, total
from tools.model import Unanswered


@dataclass(frozen=True, slots=True)
class Comparison:
    """Totals of the rules, of the model, and of the safer of the two in each incident; all over the same `answered`.

    `difference` is what the model has more than the rules, `unanswered` how many had no answer, by why.
    """

    answered: int
    unanswered: Mapping[str, int]
    why_first: str
    rules: Mapping[str, Any]
    model: Mapping[str, Any]
    combined: Mapping[str, Any]
    difference: Mapping[str, int]


def comparison(rules: Sequence[Score], asked: Sequence[Asked]) -> Comparison:
    """Both in the order of the incidents."""
    pairs = [(one, other.score) for one, other in zip(rules, asked, strict=True)]
    both = [(one, other) for one, other in pairs if not isinstance(other, Unanswered)]
    missing = [other for _, other in pairs if isinstance(other, Unanswered)]
    of_rules, of_model = total([one for one, _ in both]), total([other for _, other in both])
    return Comparison(
        answered=len(both),
        unanswered=dict(Counter(one.kind for one in missing)),
        why_first=missing[0].why if missing else "",
        rules=of_rules,
        model=of_model,
        combined=total([safer(one, other) for one, other in both]),
        difference={name: of_model[name] - of_rules[name] for name in of_rules["shares"]},
    )
