"""The figures of `macha eval --incidents` for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.output import say, say_styled, say_table, say_wrapped
from tools.evaluation.comparison import Comparison
from tools.evaluation.found_again import FoundAgain
from tools.evaluation.incidents import Score
from tools.evaluation.labelled import Inputs
from tools.safe_text import safe_line

MEASURES = {
    "top1": "cause named rightly",
    "top3": "cause among the first three",
    "named_wrong": "cause named wrongly",
    "abstain_right": "silent, as is right",
    "abstain_wrong": "silent, a runbook knows it",
    "unknowable_named": "named, nobody could know it",
    "benign_touched": "not left alone, is benign",
    "must_not": "proposes what is forbidden",
    "more_aggressive": "dares more than the label",
    "restart_futile": "restart where it is futile",
    "class_exact": "class as the label has it",
}
"""Of `abstain_…` the interval is a share of what was left unnamed, of `unknowable_…` and `benign_…` of what is so, of
the others a share of all."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was measured of the rules, without a model."""

    inputs: Inputs
    scores: Sequence[Score]
    total: Mapping[str, Any]
    held_out: Mapping[str, Mapping[str, Any]]
    found_again: FoundAgain


def say_evaluation(evaluation: Evaluation, compared: Comparison | None, model: str) -> None:
    """One line an incident, then the sums."""
    scores, held_out = evaluation.scores, evaluation.held_out
    say_table([_row(one) for one in scores], ("incident", "label", "named", "class", ""))
    say()
    sums = {
        "in-sample": evaluation.total,
        "held-out: bar": held_out["fitted"],
        "held-out: unknown": held_out["unknown"],
    }
    say_styled("bold", f"{len(scores)} incidents, inputs: {evaluation.inputs} (95 % intervals of Wilson)")
    _say_shares(sums)
    say()
    say_wrapped(
        "In-sample: the runbooks as they are, which people wrote and corrected with such incidents at hand. Held-out, "
        "in five folds over families: bar, the points from which on a cause is named are chosen on the other folds; "
        "unknown, the runbooks of the fold's families are taken away, so that silence is right."
    )
    _say_found_again(evaluation.found_again)
    if compared:
        _say_compared(compared, model)


def _say_shares(sums: Mapping[str, Mapping[str, Any]]) -> None:
    table = [(words, *(str(one["shares"][name]) for one in sums.values())) for name, words in MEASURES.items()]
    say_table(table, ("", *sums))


def _say_found_again(again: FoundAgain) -> None:
    say()
    say_styled("bold", f"Found again: five random parts, {again.times} times, each asked of the other four")
    rows: list[tuple[str, ...]] = [
        ("first is of its family", _share(again.hit1), _share(again.bm25_hit1), str(again.n)),
        ("told that nothing fits", _share(again.nothing_fits), _share(again.bm25_nothing_fits), _both(again)),
    ]
    say_table(rows, ("", "search", "BM25 alone", "questions"))
    if again.why_not:
        say_wrapped(f"Not measured: {again.why_not}.")


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _both(again: FoundAgain) -> str:
    return f"{again.n} with an answer, {again.without_answer} without"


def _say_compared(compared: Comparison, model: str) -> None:
    say()
    missing = ", ".join(f"{count} {kind}" for kind, count in compared.unanswered.items())
    unanswered = f"; unanswered: {missing} (the first: {compared.why_first})" if missing else ""
    say_styled("bold", safe_line(model, 80), f": {compared.answered} answered{unanswered}")
    rows = [
        (
            words,
            *(str(sums["shares"][name]) for sums in (compared.rules, compared.model)),
            f"{compared.difference[name]:+d}",
            str(compared.combined["shares"][name]),
        )
        for name, words in MEASURES.items()
    ]
    say_table(rows, ("", "rules", "model", "difference", "safer of both"))


def _row(one: Score) -> tuple[str, ...]:
    return (one.id, one.cause_family, one.named or "-", one.safe_class, _mark(one))


def _mark(one: Score) -> str:
    wrong = [f"forbidden: {'; '.join(one.must_not)}"] if one.must_not else []
    wrong += ["dares more than its label"] if one.more_aggressive else []
    wrong += ["a restart is futile"] if one.restart_futile else []
    wrong += ["named wrongly"] if one.named_wrong else []
    if one.abstained:
        return "; ".join([*wrong, f"silent: {one.why_abstained}"])
    return "; ".join(wrong) or "right"
