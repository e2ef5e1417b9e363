"""What the model has cost, for people and for the budget: a row a call, and when to stop asking."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from tools.clock import Clock, stamp
from tools.model import Cost, Priority, Purpose
from tools.model.settings import ModelSettings
from tools.model.tables import calls

KEPT = timedelta(days=30)
DAY = timedelta(hours=24)
ANSWERED, UNFINISHED = "answered", "unfinished"


class Usage:
    """The calls of one `model.db`."""

    def __init__(self, engine: sa.Engine, limits: ModelSettings, clock: Clock) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock

    def add(self, run: str, purpose: Purpose, model: str, server: str, cost: Cost, outcome: str) -> int:
        """Keep a call, and forget those of a month ago; returns its number."""
        now = self._clock.now()
        row = {
            "at": stamp(now),
            "run": run,
            "purpose": purpose.value,
            "model": model,
            "server": server,
            "tokens_in": cost.tokens_in,
            "tokens_out": cost.tokens_out,
            "seconds": cost.seconds,
            "outcome": outcome,
        }
        with self._engine.begin() as db:
            db.execute(calls.delete().where(calls.c.at < stamp(now - KEPT)))
            return int(db.execute(calls.insert().values(row).returning(calls.c.id)).scalar_one())

    def settle(self, number: int, outcome: str) -> None:
        """Say what became of a reply: `answered`, `unfinished` where more was asked, or why it was no answer."""
        with self._engine.begin() as db:
            db.execute(calls.update().where(calls.c.id == number).values(outcome=outcome))

    def of_run(self, run: str) -> Cost:
        """What a cycle has spent."""
        return self._cost(calls.c.run == run)

    def since(self, moment: datetime) -> Cost:
        return self._cost(calls.c.at >= stamp(moment))

    def why_spent(self, run: str, priority: Priority, tokens: int) -> str | None:
        """Why a question that may take so many tokens is beyond the budget, or None.

        A person's own question is counted, and never refused.
        """
        if priority is Priority.INTERACTIVE:
            return None
        limits = self._limits
        for spent, most, seconds, span in (
            (self.of_run(run), limits.cycle_tokens, limits.cycle_seconds, "this cycle"),
            (self.since(self._clock.now() - DAY), limits.day_tokens, limits.day_seconds, "24 hours"),
        ):
            if spent.tokens + tokens > most:
                return f"the budget of {span} is spent: {spent.tokens} of {most} tokens, and this takes up to {tokens}"
            if spent.seconds >= seconds:
                return f"the budget of {span} is spent: {spent.seconds:.0f} of {seconds} seconds of the model's work"
        return None

    def _cost(self, which: sa.ColumnElement[bool]) -> Cost:
        sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in (calls.c.tokens_in, calls.c.tokens_out)]
        seconds = sa.func.coalesce(sa.func.sum(calls.c.seconds), 0.0)
        query = sa.select(sa.func.count(), *sums, seconds).where(which)
        with self._engine.connect() as db:
            count, tokens_in, tokens_out, worked = db.execute(query).one()
        return Cost(count, tokens_in, tokens_out, round(worked, 3))
