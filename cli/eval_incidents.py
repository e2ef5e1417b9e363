"""`macha eval --incidents`: how well the runbooks judge labelled incidents, and how much of it is memory."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.configuration import load
from tools.evaluation.folds import fitted, unknown
from tools.evaluation.incidents import Inputs, Score, read_incidents, score, total
from tools.runbooks.library import runbooks

NOT_MEASURED = "no knowledge base is searched by this command yet"
MEASURES = {
    "top1": "cause named rightly",
    "top3": "cause among the first three",
    "named_wrong": "cause named wrongly",
    "abstain_right": "silent, as is right",
    "abstain_wrong": "silent, a runbook knows it",
    "must_not": "proposes what is forbidden",
    "more_aggressive": "dares more than the label",
    "restart_futile": "restart where it is futile",
    "class_exact": "class as the label has it",
}
"""Of `abstain_…` the interval is a share of what was left unnamed, of the others a share of all."""


def score_incidents(file: Path, inputs: Inputs, as_json: bool, config: Path | None) -> None:
    """Judge a file of incidents, and print it for people or as JSON."""
    incidents, known = read_incidents(file), runbooks(load(config).runbooks_directory).values()
    scores = [score(incident, known, inputs) for incident in incidents]
    held_out = {
        "fitted": total(fitted(incidents, known, inputs)),
        "unknown": total(unknown(incidents, known, inputs)),
    }
    if as_json:
        say_json(
            {
                "inputs": inputs,
                "incidents": [_object(one) for one in scores],
                "total": _plain(total(scores)),
                "held_out_folds": {name: _plain(sums) for name, sums in held_out.items()},
            }
        )
        return
    _say(scores, held_out, inputs)


def _object(one: Score) -> dict[str, Any]:
    claims = {"abstain_right": one.abstain_right, "abstain_wrong": one.abstain_wrong, "named_wrong": one.named_wrong}
    return asdict(one) | claims


def _plain(sums: dict[str, Any]) -> dict[str, Any]:
    """With what is not measured named as such: null, and why."""
    shares = {name: asdict(one) for name, one in sums["shares"].items()}
    return {**sums, "shares": shares, "retrieval_hit1": None, "bm25_hit1": None, "why_no_retrieval": NOT_MEASURED}


def _say(scores: Sequence[Score], held_out: dict[str, dict[str, Any]], inputs: Inputs) -> None:
    say_table([_row(one) for one in scores], ("incident", "label", "named", "class", ""))
    say()
    sums = {"in-sample": total(scores), "held-out: bar": held_out["fitted"], "held-out: unknown": held_out["unknown"]}
    say_styled("bold", f"{len(scores)} incidents, inputs: {inputs} (95 % intervals of Wilson)")
    table = [(words, *(str(one["shares"][name]) for one in sums.values())) for name, words in MEASURES.items()]
    say_table(table, ("", *sums))
    say()
    say_wrapped(
        "In-sample: the runbooks as they are, which people wrote and corrected with such incidents at hand. Held-out, "
        "in five folds over families: bar, the points from which on a cause is named are chosen on the other folds; "
        "unknown, the runbooks of the fold's families are taken away, so that silence is right. "
        f"Retrieval is not measured: {NOT_MEASURED}."
    )  # fmt: skip


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
