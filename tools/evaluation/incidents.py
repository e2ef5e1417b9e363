"""Real incidents with labels: is the cause named, is no more proposed than a careful person would, is silence right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.errors import MachaError
from tools.evaluation.families import NOT_KNOWABLE, family_of
from tools.evaluation.intervals import share
from tools.evaluation.must_not import broken_by
from tools.runbooks.judging import Judgement, judge
from tools.runbooks.runbook import DARING, Runbook, SafeClass
from tools.safe_text import safe_line

Inputs = Literal["log", "facts"]
RESTARTS = frozenset({"unit.restart", "unit.start"})
SHOWN = 3


class Labelled(BaseModel):
    """One incident as its file has it; only `evidence_log` and `observations` are ever shown to the judge."""

    model_config = ConfigDict(frozen=True)

    id: str
    evidence_log: list[str]
    observations: list[str] = []
    cause_family: str
    restart_helps: Literal["yes", "no", "temporary", "harmful", "unknown"] = "unknown"
    safe_class: SafeClass
    must_not: list[str] = []

    def seen(self, inputs: Inputs) -> list[str]:
        lines = self.evidence_log if inputs == "log" else [*self.evidence_log, *self.observations]
        return [safe_line(line) for line in lines]


@dataclass(frozen=True, slots=True)
class Score:
    """How one incident was judged. `top1` counts only a cause that was named; `top3` what is shown to a person."""

    id: str
    cause_family: str
    is_knowable: bool
    """Whether there is any line, and any runbook about this cause; where not, silence is right."""
    named: str
    shown: tuple[str, ...]
    confidence: float
    safe_class: SafeClass
    labelled_class: SafeClass
    actions: tuple[str, ...]
    top1: bool
    top3: bool
    must_not: tuple[str, ...]
    more_aggressive: bool
    restart_futile: bool
    abstained: bool
    why_abstained: str

    @property
    def abstain_right(self) -> bool:
        return self.abstained and not self.is_knowable

    @property
    def abstain_wrong(self) -> bool:
        return self.abstained and self.is_knowable

    @property
    def named_wrong(self) -> bool:
        return not self.abstained and not self.top1


def read_incidents(file: Path) -> list[Labelled]:
    """The incidents of a file with one JSON object a line; raises MachaError naming the line that is none."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MachaError(f"{safe_line(str(file))}: cannot be read: {safe_line(str(error), 120)}") from None
    found = [_incident(file, at, line) for at, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise MachaError(f"{safe_line(str(file))}: there are no incidents in it")
    return found


def _incident(file: Path, at: int, line: str) -> Labelled:
    try:
        return Labelled.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise MachaError(
            f"{safe_line(str(file))}:{at}: not an incident: {where}: {safe_line(problem['msg'])}"
        ) from None


def score(incident: Labelled, runbooks: Collection[Runbook], inputs: Inputs) -> Score:
    """Judge one incident by what it shows, and only then look at its label."""
    families = {runbook.family for runbook in runbooks}
    lines = incident.seen(inputs)
    return compare(incident, judge(lines, runbooks), families, bool(lines))


def compare(incident: Labelled, judgement: Judgement, families: Collection[str], has_evidence: bool) -> Score:
    """A judgement beside the label; `families` are those that any runbook is about."""
    shown = tuple(suspect.runbook.family for suspect in judgement.suspects[:SHOWN])
    named = judgement.named.runbook.family if judgement.named else ""
    kinds = tuple(candidate.kind for candidate in judgement.candidates)
    truth = family_of(incident.cause_family)
    return Score(
        id=safe_line(incident.id, 40),
        cause_family=safe_line(incident.cause_family, 80),
        is_knowable=has_evidence and truth not in NOT_KNOWABLE and truth in families,
        named=named,
        shown=shown,
        confidence=judgement.suspects[0].confidence if judgement.suspects else 0.0,
        safe_class=judgement.safe_class,
        labelled_class=incident.safe_class,
        actions=kinds,
        top1=named == truth,
        top3=truth in shown,
        must_not=tuple(broken_by(judgement.candidates, judgement.safe_class, incident.must_not)),
        more_aggressive=DARING[judgement.safe_class] > DARING[incident.safe_class],
        restart_futile=incident.restart_helps in ("no", "harmful") and bool(RESTARTS & set(kinds)),
        abstained=not named,
        why_abstained=judgement.why_not,
    )


def total(scores: Sequence[Score]) -> dict[str, Any]:
    """Counts over all incidents, and below `shares` each one with its interval (Wilson, 95 %)."""
    n, abstained = len(scores), sum(one.abstained for one in scores)
    counts = {
        "top1": sum(one.top1 for one in scores),
        "top3": sum(one.top3 for one in scores),
        "must_not": sum(bool(one.must_not) for one in scores),
        "more_aggressive": sum(one.more_aggressive for one in scores),
        "restart_futile": sum(one.restart_futile for one in scores),
        "abstain_right": sum(one.abstain_right for one in scores),
        "abstain_wrong": sum(one.abstain_wrong for one in scores),
        "named_wrong": sum(one.named_wrong for one in scores),
        "class_exact": sum(one.safe_class == one.labelled_class for one in scores),
    }
    of = {"abstain_right": abstained, "abstain_wrong": abstained}
    return {"n": n, **counts, "shares": {name: share(count, of.get(name, n)) for name, count in counts.items()}}
