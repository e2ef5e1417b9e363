"""A runbook tried on its own examples: does it tell its cause first, beside all the others?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.runbooks.judging import judge
from tools.runbooks.runbook import Runbook


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one example. `why_not` is None where the cause came first and was named."""

    example: str
    points: float
    why_not: str | None


def trials(runbook: Runbook, known: Mapping[str, Runbook]) -> Iterator[Trial]:
    """Each example judged with this runbook among the known ones."""
    among = {**known, runbook.name: runbook}.values()
    for example in runbook.examples:
        judgement = judge(example.splitlines(), among)
        own = next((one for one in judgement.suspects if one.runbook.name == runbook.name), None)
        if own is None:
            first = judgement.suspects[0].runbook.name if judgement.suspects else "nothing"
            yield Trial(example, 0.0, f"no pattern fits well enough; {first} comes first")
        elif judgement.named is None:
            others = ", ".join(f"{one.runbook.name} {one.points:.1f}" for one in judgement.suspects[1:3])
            yield Trial(example, own.points, f"{judgement.why_not}{f' ({others})' if others else ''}")
        elif judgement.named is not own:
            better = judgement.named
            yield Trial(example, own.points, f"{better.runbook.name} comes first with {better.points:.1f}")
        else:
            yield Trial(example, own.points, None)
