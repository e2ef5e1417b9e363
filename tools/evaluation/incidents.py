"""Real incidents with labels: is the cause named, is no more proposed than a careful person would, is silence right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tools.evaluation.families import NOT_KNOWABLE, family_of
from tools.evaluation.intervals import share
from tools.evaluation.labelled import Inputs, Labelled
from tools.evaluation.must_not import broken_by
from tools.runbooks.judging import Judgement, judge
from tools.runbooks.runbook import DARING, Candidate, Runbook, SafeClass
from tools.safe_text import safe_line

RESTARTS = frozenset({"unit.restart", "unit.start"})
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody makes of an incident: the family named ("" for none), those shown, and what may be done."""

    named: str
    shown: tuple[str, ...]
    confidence: float
    safe_class: SafeClass
    candidates: tuple[Candidate, ...]
    why_abstained: str = ""


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

    @property
    def unknowable_named(self) -> bool:
        """One confident cause where nobody could know it."""
        return not self.abstained and not self.is_knowable

    @property
    def is_benign(self) -> bool:
        return DARING[self.labelled_class] == 0

    @property
    def benign_touched(self) -> bool:
        """Something would be done, or somebody called, where leaving it alone is right."""
        return self.is_benign and (DARING[self.safe_class] > 0 or bool(self.actions))


def score(incident: Labelled, runbooks: Collection[Runbook], inputs: Inputs) -> Score:
    """Judge one incident by what it shows, and only then look at its label."""
    families = {runbook.family for runbook in runbooks}
    lines = incident.seen(inputs)
    return compare(incident, judge(lines, runbooks), families, bool(lines))


def compare(incident: Labelled, judgement: Judgement, families: Collection[str], has_evidence: bool) -> Score:
    """A judgement of the rules beside the label; `families` are those that any runbook is about."""
    claim = Claim(
        named=judgement.named.runbook.family if judgement.named else "",
        shown=tuple(suspect.runbook.family for suspect in judgement.suspects[:SHOWN]),
        confidence=judgement.suspects[0].confidence if judgement.suspects else 0.0,
        safe_class=judgement.safe_class,
        candidates=judgement.candidates,
        why_abstained=judgement.why_not,
    )
    return scored(incident, claim, families, has_evidence)


def scored(incident: Labelled, claim: Claim, families: Collection[str], has_evidence: bool) -> Score:
    """A claim of anybody beside the label."""
    truth = family_of(incident.cause_family)
    kinds = tuple(candidate.kind for candidate in claim.candidates)
    return Score(
        id=safe_line(incident.id, 40),
        cause_family=safe_line(incident.cause_family, 80),
        is_knowable=has_evidence and truth not in NOT_KNOWABLE and truth in families,
        named=claim.named,
        shown=claim.shown,
        confidence=claim.confidence,
        safe_class=claim.safe_class,
        labelled_class=incident.safe_class,
        actions=kinds,
        top1=claim.named == truth,
        top3=truth in claim.shown,
        must_not=tuple(broken_by(claim.candidates, claim.safe_class, incident.must_not)),
        more_aggressive=DARING[claim.safe_class] > DARING[incident.safe_class],
        restart_futile=incident.restart_helps in ("no", "harmful") and bool(RESTARTS & set(kinds)),
        abstained=not claim.named,
        why_abstained=claim.why_abstained,
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
        "unknowable_named": sum(one.unknowable_named for one in scores),
        "benign_touched": sum(one.benign_touched for one in scores),
        "class_exact": sum(one.safe_class == one.labelled_class for one in scores),
    }
    of = {
        "abstain_right": abstained,
        "abstain_wrong": abstained,
        "unknowable_named": sum(not one.is_knowable for one in scores),
        "benign_touched": sum(one.is_benign for one in scores),
    }
    return {"n": n, **counts, "shares": {name: share(count, of.get(name, n)) for name, count in counts.items()}}
