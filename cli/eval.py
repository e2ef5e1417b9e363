"""`macha eval`: how well Macha sees and judges, measured against recorded troubles whose truth is known."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json
from cli.output import say, say_json, say_styled, say_table, say_wrapped

if TYPE_CHECKING:
    from tools.evaluation.faults import Score


def eval_(
    faults: Annotated[
        Path, typer.Option("--faults", metavar="DIR", help="A folder with faults/*.json and snapshots/*.fault.json.gz.")
    ],
    as_json: Json = False,
) -> None:
    """Score recorded faults: what must be found, what must not, and whether the root comes first."""
    from tools.evaluation.faults import score_folder, total

    scores = score_folder(faults)
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
