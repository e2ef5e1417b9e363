"""Every refusal is recorded with its reason, and none of them can fill the ledger."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from gate.interface import Entry, State
from gate.ledger import Ledger, actions
from tools.clock import stamp

MOST_AN_HOUR = 1000
"""Different requests that are refused within an hour and get a number each. A planner gone wild can ask for more."""
_REFUSED: frozenset[State] = frozenset({"refused"})


def recorded_in(db: sa.Connection, ledger: Ledger, entry: Entry, now: datetime) -> Entry:
    """The row of a refusal. One that was given before for the same reason is counted in its first row, and beyond
    `MOST_AN_HOUR` all share one that says so."""
    if same := _same(db, ledger, entry):
        return ledger.seen_again_in(db, same)
    recent = sa.select(sa.func.count()).where(
        actions.c.state.in_(_REFUSED), actions.c.proposed_at > stamp(now - timedelta(hours=1))
    )
    if (db.scalar(recent) or 0) < MOST_AN_HOUR:
        return ledger.add_in(db, entry)
    many = replace(
        entry, host="", kind="", target="", parameters={}, sentence="", why="", findings=(), run="", author="rules",
        reason=f"more than {MOST_AN_HOUR} different requests were refused within an hour; others count here",
    )  # fmt: skip
    same = _same(db, ledger, many)
    return ledger.seen_again_in(db, same) if same else ledger.add_in(db, many)


def _same(db: sa.Connection, ledger: Ledger, entry: Entry) -> Entry | None:
    alike = ledger.find_in(db, _REFUSED, host=entry.host, kind=entry.kind, target=entry.target)
    return next((row for row in alike if row.parameters == entry.parameters and row.reason == entry.reason), None)
