"""How a finding stands, from look to look and from answer to answer: pure, so that every path can be tried."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tools.detectors import Severity


class State(StrEnum):
    """What a finding is now; exactly one of these."""

    PENDING = "pending"
    """Seen, but not yet for as long as its hold asks."""
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    """Open, and a person knows."""
    SNOOZED = "snoozed"
    """There, but nobody wants to hear of it until a moment."""
    SUPPRESSED = "suppressed"
    """There, but it is meant to be so."""
    RESOLVED = "resolved"
    """A look that could have seen it did not."""


class Event(StrEnum):
    """What became of a finding at a look, or by a person's word."""

    OPENED = "opened"
    REOPENED = "reopened"
    WORSE = "got worse than what was answered"
    DUE = "is due again"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"


SHOWN = frozenset({State.OPEN, State.ACKNOWLEDGED})
"""What a report shows."""
NEWS = frozenset({Event.OPENED, Event.REOPENED, Event.WORSE, Event.DUE})
"""What a person should be told of, where the finding is open after it."""
FLAPS, FLAPPING_WITHIN = 3, timedelta(hours=24)
"""A finding that reopened so often within that time flaps."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of a finding: it holds until a moment, and up to the severity it was given for.

    An acknowledgement ends with the trouble; being snoozed or suppressed outlasts it, so that a finding that comes and
    goes stays quiet.
    """

    state: State
    severity: Severity
    until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until

    def is_too_small_for(self, severity: Severity) -> bool:
        """Whether the trouble has outgrown the answer; what is suppressed, only by becoming critical."""
        is_worse = severity.rank > self.severity.rank
        return is_worse and (self.state is not State.SUPPRESSED or severity is Severity.CRITICAL)


@dataclass(frozen=True, slots=True)
class Life:
    """Where a finding stands. `began_at` is when this episode was first seen, `opened_at` when it last opened."""

    state: State
    began_at: datetime
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    answer: Answer | None = None


Step = tuple[Life, tuple[Event, ...]]


def seen(life: Life | None, severity: Severity, hold_seconds: float, now: datetime) -> Step:
    """After a look that saw it."""
    life, events = due(life, now) if life else (Life(State.PENDING, now), ())
    if life.state is State.RESOLVED:
        life = replace(life, state=State.PENDING, began_at=now)
    if life.answer and life.answer.is_too_small_for(severity):
        was_quiet = life.state is not State.PENDING
        life = replace(life, state=State.OPEN if was_quiet else life.state, answer=None)
        events += (Event.WORSE,) if was_quiet else ()
    if life.state is State.PENDING and (now - life.began_at).total_seconds() >= hold_seconds:
        events += (Event.REOPENED if life.opened_at else Event.OPENED,)
        life = replace(life, state=_answered(life), opened_at=now, resolved_at=None)
    return life, events


def gone(life: Life, now: datetime) -> Step:
    """After a look that could have seen it and did not."""
    life, _ = due(life, now)
    if life.state is State.RESOLVED:
        return life, ()
    events = () if life.state is State.PENDING else (Event.RESOLVED,)
    answer = life.answer if life.answer and life.answer.state is not State.ACKNOWLEDGED else None
    return replace(life, state=State.RESOLVED, resolved_at=now, answer=answer), events


def due(life: Life, now: datetime) -> Step:
    """After a moment has passed: an answer that is over holds no longer, whether the host could be looked at or not."""
    if life.answer is None or not life.answer.is_over(now):
        return life, ()
    is_quiet = life.state in (State.SNOOZED, State.SUPPRESSED)
    return replace(life, state=State.OPEN if is_quiet else life.state, answer=None), (Event.DUE,) if is_quiet else ()


def answered(life: Life, answer: Answer | None) -> Life:
    """After a person's word; None takes back what was said."""
    life = replace(life, answer=answer)
    return life if life.state in (State.PENDING, State.RESOLVED) else replace(life, state=_answered(life))


def _answered(life: Life) -> State:
    return life.answer.state if life.answer else State.OPEN
