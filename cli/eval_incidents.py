"""`macha eval --incidents`: how well the runbooks judge labelled incidents, and how much of it is memory."""

from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli.eval_table import Evaluation, say_evaluation
from cli.output import say_json
from tools.configuration import Settings, load
from tools.errors import MachaError
from tools.evaluation.comparison import Comparison, comparison
from tools.evaluation.folds import fitted, unknown
from tools.evaluation.found_again import FoundAgain, found_again
from tools.evaluation.incidents import Score, score, total
from tools.evaluation.labelled import Inputs, Labelled, read_incidents
from tools.runbooks.library import runbooks
from tools.runbooks.runbook import Runbook


def score_incidents(file: Path, inputs: Inputs, model: str, as_json: bool, config: Path | None) -> None:
    """Judge a file of incidents, by a model too where one is named, and print it for people or as JSON."""
    settings, incidents = load(config), read_incidents(file)
    known = runbooks(settings.runbooks_directory).values()
    scores = [score(incident, known, inputs) for incident in incidents]
    held_out = {
        "fitted": total(fitted(incidents, known, inputs)),
        "unknown": total(unknown(incidents, known, inputs)),
    }
    evaluation = Evaluation(inputs, scores, total(scores), held_out, found_again(incidents, inputs))
    compared = _compared(model, incidents, scores, known, inputs, settings) if model else None
    if as_json:
        say_json(_object(evaluation, compared, model))
    else:
        say_evaluation(evaluation, compared, model)
    if compared and not compared.answered:
        raise MachaError(f"{model}: no incident was answered: {compared.why_first}")


def _compared(
    model: str,
    incidents: list[Labelled],
    scores: list[Score],
    known: Collection[Runbook],
    inputs: Inputs,
    settings: Settings,
) -> Comparison:
    from tools.clock import SystemClock
    from tools.evaluation.by_model import Judges
    from tools.model.opening import asker

    clock = SystemClock()
    asked = asker(settings, "macha eval", clock, name=model)
    judges = Judges(asked, known, clock, float(settings.model_use.deadline_seconds))
    return comparison(scores, judges.asked(incidents, inputs))


def _object(evaluation: Evaluation, compared: Comparison | None, model: str) -> dict[str, Any]:
    again = evaluation.found_again
    found = {
        "inputs": evaluation.inputs,
        "incidents": [_incident(one) for one in evaluation.scores],
        "total": {**_plain(evaluation.total), **_retrieval(again)},
        "held_out_folds": {name: _plain(sums) for name, sums in evaluation.held_out.items()},
    }
    if compared:
        parts = {name: _plain(getattr(compared, name)) for name in ("rules", "model", "combined")}
        found["model"] = {"name": model, **asdict(compared), **parts}
    return found


def _retrieval(again: FoundAgain) -> dict[str, Any]:
    """What is not measured is null, and `why_not` says why."""
    return {"retrieval_hit1": again.hit1, "bm25_hit1": again.bm25_hit1, "retrieval": asdict(again)}


def _incident(one: Score) -> dict[str, Any]:
    claims = ("abstain_right", "abstain_wrong", "named_wrong", "unknowable_named", "benign_touched")
    return asdict(one) | {name: getattr(one, name) for name in claims}


def _plain(sums: Any) -> dict[str, Any]:
    return {**sums, "shares": {name: asdict(one) for name, one in sums["shares"].items()}}
