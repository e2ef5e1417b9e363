"""`macha eval`: how well Macha sees and judges, measured against recorded troubles whose truth is known."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.options import Config, Json
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.errors import MachaError

if TYPE_CHECKING:
    from tools.evaluation.faults import Score

Inputs = Literal["log", "facts"]


def eval_(
    faults: Annotated[
        Path | None,
        typer.Option("--faults", metavar="DIR", help="A folder with faults/*.json and snapshots/*.fault.json.gz."),
    ] = None,
    incidents: Annotated[
        Path | None,
        typer.Option("--incidents", metavar="FILE", help="Labelled incidents, one JSON object a line."),
    ] = None,
    inputs: Annotated[
        Inputs, typer.Option("--inputs", help="Of an incident: its log lines alone, or the facts as well.")
    ] = "facts",
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="Put the incidents to this model too, as in llama3.1:8b.")
    ] = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Score recorded faults (what must be found, what is the root) or incidents (the cause, and what may be done)."""
    if (faults is None) == (incidents is None):
        raise MachaError("what is to be scored? give either --faults DIR or --incidents FILE")
    if model and not incidents:
        raise MachaError("only incidents are put to a model; give --incidents FILE with --model")
    if incidents:
        from cli.eval_incidents import score_incidents

        score_incidents(incidents, inputs, model, as_json, config)
    elif faults:
        _score_faults(faults, as_json)


def _score_faults(folder: Path, as_json: bool) -> None:
    from tools.evaluation.faults import score_folder, total

    scores = score_folder(folder)
    sums = total(scores)
    if as_json:
        objects = [{**asdict(score), "required_found": score.required_found} for score in scores]
        say_json({"faults": objects, "total": sums})
        return
    heading = ("fault", "required", "forbidden", "root first", "seconds", "first incident")
    say_table([_row(score) for score in scores], heading)
    for score in scores:
        for words in (*(f"missing: {m}" for m in score.missing), *(f"forbidden: {f}" for f in score.forbidden)):
            say_wrapped(words, "    ", f"  {score.name}: ")
    say()
    say_styled(
        "bold",
        f"required {sums['required_found']}/{sums['required']}, forbidden {sums['forbidden']}, "
        f"root first {sums['root_first']}/{sums['root_cases']}, {sums['seconds']:.2f} s",
    )


def _row(score: "Score") -> tuple[str, ...]:
    found = f"{score.required_found}/{score.required}"
    root_first = {True: "yes", False: "no", None: "-"}[score.root_first]
    return (score.name, found, str(len(score.forbidden)), root_first, f"{score.seconds:.3f}", score.root)
