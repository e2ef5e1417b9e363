"""The decision table of a configuration, for people: every kind of action on every host."""

from dataclasses import dataclass
from datetime import datetime

from gate.policy import RUNS_UP_TO, Policy
from tools.actions.catalogue import actions
from tools.configuration import Level, Settings


@dataclass(frozen=True, slots=True)
class Row:
    """What policy says of a kind of action on a host before anything is known of its target."""

    host: str
    kind: str
    risk: str
    level: str
    answer: str
    why: str


def table(settings: Settings, now: datetime) -> list[Row]:
    """One row for every host and kind of action, at a moment."""
    policy = Policy(settings)
    return [_row(policy, host, kind, now) for host in settings.host_names() for kind in actions()]


def _row(policy: Policy, host: str, kind: str, now: datetime) -> Row:
    level, why = policy.level_for(host, kind, now)
    risk, raised = policy.base_risk(host, kind)
    if listed := policy.why_not_listed(kind):
        return Row(host, kind, risk, level, "refused", listed)
    limit = RUNS_UP_TO[level]
    runs = limit is not None and risk.rank <= limit.rank
    answer = "refused" if level == Level.OBSERVE else "runs" if runs else "asks"
    return Row(host, kind, risk, level, answer, "; ".join((why, *raised)))
