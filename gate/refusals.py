"""Every refusal is recorded with its reason, and none of them can fill the ledger."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from gate.interface import Entry, State
from gate.ledger import Ledger, actions
from tools.clock import stamp

MOST_AN_HOUR = 1000
"""Different requests that are refused within an hour and get a number each. A planner gone wild can ask for more."""
_REFUSED: frozenset[State] = frozenset({"refused"})
_MOST_ALIKE = 100
"""Rows of the same host, kind and target that are compared, newest first: no request may cost more as they add up."""
_FIGURE = re.compile(r"(?<![\w.@:/-])(?<!breaker )\d+(?:\.\d+)?(?![\w@`-]|\.\w)")
"""A number that was measured or counted. One within a name or an address, or that of a breaker, says what is meant."""


def recorded_in(db: sa.Connection, ledger: Ledger, entry: Entry, now: datetime) -> Entry:
    """The row of a refusal. One that was given before for the same reason, whatever figures it carries, is counted in
    its row, and beyond `MOST_AN_HOUR` all share one that says so."""
    if same := _same(db, entry):
        return ledger.seen_again_in(db, replace(entry, number=same))
    recent = sa.select(sa.func.count()).where(
        actions.c.state.in_(_REFUSED), actions.c.proposed_at > stamp(now - timedelta(hours=1))
    )
    if (db.scalar(recent) or 0) < MOST_AN_HOUR:
        return ledger.add_in(db, entry)
    many = replace(
        entry, host="", kind="", target="", parameters={}, sentence="", why="", findings=(), run="", author="rules",
        reason=f"more than {MOST_AN_HOUR} different requests were refused within an hour; others count here",
    )  # fmt: skip
    same = _same(db, many)
    return ledger.seen_again_in(db, replace(many, number=same)) if same else ledger.add_in(db, many)


def _same(db: sa.Connection, entry: Entry) -> int | None:
    """The number of the row that a refusal is counted in."""
    alike = (actions.c.host == entry.host, actions.c.kind == entry.kind, actions.c.target == entry.target)
    query = (
        sa.select(actions.c.number, actions.c.parameters, actions.c.reason)
        .where(*alike, actions.c.state.in_(_REFUSED))
        .order_by(actions.c.number.desc())
        .limit(_MOST_ALIKE)
    )
    wanted = (entry.parameters, _without_figures(entry.reason))
    return next(
        (row.number for row in db.execute(query) if (row.parameters, _without_figures(row.reason)) == wanted), None
    )


def _without_figures(reason: object) -> str:
    return _FIGURE.sub("#", str(reason))
