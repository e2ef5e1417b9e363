"""How much may be done: counted from the ledger, so that it holds over restarts and for all processes together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gate.interface import Entry
from gate.ledger import actions
from tools.actions import Action
from tools.actions.catalogue import actions as catalogue
from tools.clock import stamp
from tools.configuration import BudgetSettings

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Budgets:
    """The limits of the configuration, asked within a transaction of the ledger."""

    limits: BudgetSettings

    def why_spent(self, db: sa.Connection, entry: Entry, action: Action, now: datetime) -> list[str]:
        """The budgets that leave no room for another action like this one. A read-only action spends nothing."""
        if not action.changes:
            return []
        limits, hour, host = self.limits, timedelta(hours=1), actions.c.host == entry.host
        budgets = [
            (limits.host_hour, hour, host, f"changes on {entry.host} in an hour"),
            (limits.fleet_hour, hour, sa.true(), "changes on all hosts in an hour"),
        ]
        if action.job in ("start", "restart", "stop"):
            unit = host & (actions.c.target == entry.target) & actions.c.kind.in_(_jobs())
            spell = timedelta(minutes=limits.unit_minutes)
            name = f"starts of {entry.target}"
            budgets += [
                (1, spell, unit, f"{name} in {limits.unit_minutes} minutes"),
                (limits.unit_day, DAY, unit, f"{name} in 24 hours"),
            ]
        counts = _claimed(db, [(now - span, which) for _, span, which, _ in budgets])
        return [
            f"the budget is spent: at most {limit} {what}"
            for (limit, _, _, what), count in zip(budgets, counts, strict=True)
            if count >= limit
        ]

    def why_too_many(self, db: sa.Connection, run: str, host: str) -> Iterator[str]:
        """A plan that asks for more than a cycle may hold is cut off, whoever made it."""
        asked = sa.select(sa.func.count()).where(
            actions.c.run == run, actions.c.host == host, actions.c.state != "refused"
        )
        if run and (db.scalar(asked) or 0) >= self.limits.host_cycle:
            yield f"the budget is spent: at most {self.limits.host_cycle} actions on {host} in one cycle"

    def is_prompt(self, db: sa.Connection, now: datetime) -> bool:
        """Whether one more proposal may call a person now; else it waits for the digest."""
        called = sa.select(sa.func.count()).where(actions.c.is_prompt, actions.c.proposed_at > stamp(now - DAY))
        return (db.scalar(called) or 0) < self.limits.prompts_day


def _claimed(db: sa.Connection, asked: list[tuple[datetime, sa.ColumnElement[bool]]]) -> list[int]:
    """How many rows came as far as an effect, for each moment and condition; one of the future (the clock was set
    back) counts as well. One query, for every judgement asks this."""
    changing = [kind for kind, action in catalogue().items() if action.changes]
    counts = [sa.func.count().filter(actions.c.claimed_at > stamp(since), which) for since, which in asked]
    oldest = stamp(min(since for since, _ in asked))
    counted = sa.select(*counts).where(actions.c.claimed_at > oldest, actions.c.kind.in_(changing))
    return list(db.execute(counted).one())


def _jobs() -> list[str]:
    return [kind for kind, action in catalogue().items() if action.job in ("start", "restart", "stop")]
