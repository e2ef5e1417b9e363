"""What the model has cost, for people and for the budget: a row a call, and when to stop asking."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from tools.clock import Clock, stamp
from tools.model import Cost, Priority, Purpose
from tools.model.budget import MOST_SECONDS, MOST_TOKENS, why_spent
from tools.model.settings import ModelSettings
from tools.model.tables import calls
from tools.store.database import reading

KEPT = timedelta(days=30)
DAY = timedelta(hours=24)
ANSWERED, UNFINISHED = "answered", "unfinished"
RESTS = timedelta(minutes=10)
AILMENTS = ("late", "unreachable", "refused", "cut")


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
            "tokens_in": min(max(0, cost.tokens_in), MOST_TOKENS),
            "tokens_out": min(max(0, cost.tokens_out), MOST_TOKENS),
            "seconds": min(max(0.0, cost.seconds), MOST_SECONDS),
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
        return why_spent(
            "this cycle", self.of_run(run), limits.cycle_tokens, limits.cycle_seconds, tokens
        ) or why_spent("24 hours", self.since(self._clock.now() - DAY), limits.day_tokens, limits.day_seconds, tokens)

    def ailing(self, model: str) -> set[str]:
        """The servers whose last call for this model, within ten minutes, brought nothing."""
        lately = (calls.c.at >= stamp(self._clock.now() - RESTS)) & (calls.c.model == model)
        last = sa.select(sa.func.max(calls.c.id)).where(lately).group_by(calls.c.server)
        query = sa.select(calls.c.server).where(calls.c.id.in_(last), calls.c.outcome.in_(AILMENTS))
        with reading(self._engine).connect() as db:
            return set(db.scalars(query))

    def _cost(self, which: sa.ColumnElement[bool]) -> Cost:
        # As floats: a sum of whole numbers that are too large is an error in SQLite.
        columns = (sa.cast(column, sa.Float) for column in (calls.c.tokens_in, calls.c.tokens_out, calls.c.seconds))
        sums = (sa.func.coalesce(sa.func.sum(column), 0.0) for column in columns)
        with reading(self._engine).connect() as db:
            count, tokens_in, tokens_out, worked = db.execute(sa.select(sa.func.count(), *sums).where(which)).one()
        return Cost(count, int(tokens_in), int(tokens_out), round(worked, 3))
