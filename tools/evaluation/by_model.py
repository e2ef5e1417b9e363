"""Labelled incidents put to a model as they are to the rules: the same evidence, a closed list of causes, one answer.

Asked with `Purpose.CHECK`, for it is a trial: a model need not have passed `macha model check`, and the budget of a day
is for maintenance. `Priority.BATCH`: whoever keeps a host waits for no trial.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tools.clock import Clock, Deadline
from tools.evaluation.incidents import Claim, Score, scored
from tools.evaluation.labelled import Inputs, Labelled
from tools.knowledge.ranking import Ranking
from tools.knowledge.runbooks import RunbookSource
from tools.model import Model, Priority, Prompt, Purpose, Unanswered
from tools.model.answer_schema import AnswerSchema
from tools.model.prompt import rough_tokens
from tools.redaction import redact
from tools.runbooks.judging import suspects
from tools.runbooks.runbook import DARING, Runbook, SafeClass

NOT_ENOUGH = "not_enough_evidence"
OFFERED = 8
"""Causes in the list: those the rules suspect, then those whose runbook is most like the evidence."""
MOST_TOKENS = 3000
"""Of evidence, the last lines of it; estimated from above."""
INSTRUCTIONS = f"""You judge evidence of trouble on a Linux host, as a careful administrator.
Of the causes in the list name the one that the evidence shows, by its name. If none is shown for sure, say
{NOT_ENOUGH}: a wrong cause is worse than none.
safe_class is the most that may be done: observe (nothing is wrong, or waiting is right), collect_more (look closer),
escalate (call a person: data, hardware, keys), propose (ask a person for a change), auto_safe (change it unasked)."""


class Cause(AnswerSchema):
    """What the model answers."""

    cause: str
    safe_class: SafeClass


@dataclass(frozen=True, slots=True)
class Asked:
    """One incident: the score of the model's claim, or why there is none."""

    id: str
    score: Score | Unanswered


class Judges:
    """A model that is asked for the cause of incidents; `seconds` are for one answer."""

    def __init__(self, model: Model, runbooks: Collection[Runbook], clock: Clock, seconds: float) -> None:
        self._model, self._clock, self._seconds = model, clock, seconds
        self._runbooks = {runbook.name: runbook for runbook in runbooks}
        self._families = {runbook.family for runbook in runbooks}
        self._ranking = Ranking(list(RunbookSource(runbooks).documents()))

    def asked(self, incidents: Sequence[Labelled], inputs: Inputs) -> list[Asked]:
        """Every incident in order; one after whom nobody can be asked any more is unanswered as well."""
        return [Asked(incident.id, self._one(incident, inputs)) for incident in incidents]

    def _one(self, incident: Labelled, inputs: Inputs) -> Score | Unanswered:
        lines = incident.seen(inputs)
        offered = self.offered(lines)
        prompt = Prompt(INSTRUCTIONS, "", f"Evidence:\n{_evidence(lines)}\n\nCauses:\n{_listed(offered)}")
        deadline = Deadline(self._seconds, self._clock)
        answer = self._model.ask(Purpose.CHECK, prompt, Cause, Priority.BATCH, deadline)
        if isinstance(answer, Unanswered):
            return answer
        claim = claimed(answer.value, offered)
        if isinstance(claim, Unanswered):
            return claim
        return scored(incident, claim, self._families, bool(lines))

    def offered(self, lines: Sequence[str]) -> dict[str, Runbook]:
        """The causes to choose from, one of each family: never made up by the model, never more than `OFFERED`."""
        likely = [one.runbook for one in suspects(lines, self._runbooks.values())]
        hits = self._ranking.hits("\n".join(lines), None, len(self._runbooks))
        alike = [self._runbooks[hit.document.id.removeprefix("runbook-")] for hit in hits]
        found: dict[str, Runbook] = {}
        for runbook in (*likely[: OFFERED - 2], *alike):
            found.setdefault(runbook.family, runbook)
        return dict(list(found.items())[:OFFERED])


def claimed(cause: Cause, offered: dict[str, Runbook]) -> Claim | Unanswered:
    """What the answer says of a cause in the list; a name outside it is no answer."""
    if cause.cause == NOT_ENOUGH:
        return Claim("", (), 0.0, _least(cause.safe_class, "collect_more"), (), "not enough evidence")
    if cause.cause not in offered:
        return Unanswered("junk", "it named a cause that is not in the list")
    runbook = offered[cause.cause]
    is_as_daring = DARING[cause.safe_class] >= DARING[runbook.safe_class]
    actions = runbook.actions if is_as_daring else ()
    return Claim(cause.cause, (cause.cause,), 0.0, cause.safe_class, actions)


def safer(rules: Score, model: Score) -> Score:
    """Of two that disagree the one that dares less; the rules where both dare as much."""
    return model if DARING[model.safe_class] < DARING[rules.safe_class] else rules


def _least(one: SafeClass, other: SafeClass) -> SafeClass:
    return min(one, other, key=DARING.__getitem__)


def _evidence(lines: Sequence[str]) -> str:
    shown = [f"| {line}" for line in redact("\n".join(lines)).splitlines()]
    while rough_tokens("\n".join(shown)) > MOST_TOKENS:
        shown = shown[1 + len(shown) // 8 :]
    return "\n".join(shown) or "| (nothing)"


def _listed(offered: dict[str, Runbook]) -> str:
    causes = [f"- {family}: {runbook.cause}" for family, runbook in offered.items()]
    return "\n".join([*causes, f"- {NOT_ENOUGH}: none of them is shown for sure"])
