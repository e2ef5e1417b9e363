"""The queue and the usage as people see them: the same rows, without the 250 ms that SQLAlchemy takes to import."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tools.clock import Clock, stamp
from tools.model import FILE, Cost, Priority
from tools.model.turns import boot_id, urgency
from tools.store.reading import rows

_SPENT = """SELECT purpose, count(*) AS calls, total(tokens_in) AS tokens_in, total(tokens_out) AS tokens_out,
    total(seconds) AS seconds, sum(outcome NOT IN ('answered', 'unfinished')) AS unanswered FROM model_calls """
"""With totals as floats: a sum of whole numbers that are too large is an error."""


@dataclass(frozen=True, slots=True)
class Place:
    """One question in the queue; `server` is empty while it waits."""

    priority: str
    purpose: str
    who: str
    server: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What questions for one purpose have cost, and how many had no answer."""

    purpose: str
    cost: Cost
    unanswered: int


def places(folder: Path, clock: Clock) -> list[Place]:
    """Who is answered now, then who waits, in the order in which they will be served; lapsed leases are left out."""
    now = clock.monotonic()
    found = rows(folder / FILE, "SELECT * FROM model_tickets WHERE boot = ? AND lease >= ?", boot_id(), now)
    found.sort(key=lambda row: (row["server"] is None, -urgency(row["priority"], now - row["born"]), row["id"]))
    return [
        Place(
            Priority(row["priority"]).name.lower(),
            row["purpose"],
            row["who"],
            row["server"] or "",
            round(now - (row["began"] if row["server"] else row["born"]), 1),
        )
        for row in found
    ]


def cost_of_run(folder: Path, run: str) -> Cost:
    """What one cycle has cost so far."""
    found = rows(folder / FILE, f"{_SPENT} WHERE run = ?", run)
    return _cost(found[0]) if found else Cost()


def last_cycle(folder: Path) -> str:
    """The last run that asked for itself and not for a person, or nothing."""
    of_cycles = "SELECT run FROM model_calls WHERE purpose IN ('summary', 'plan') ORDER BY id DESC LIMIT 1"
    found = rows(folder / FILE, of_cycles)
    return str(found[0]["run"]) if found else ""


def spent(folder: Path, clock: Clock, span: timedelta) -> list[Spent]:
    """What the model has cost in the time before now, by purpose."""
    found = rows(
        folder / FILE,
        f"{_SPENT} WHERE at >= ? GROUP BY purpose ORDER BY purpose",
        stamp(clock.now() - span),
    )
    return [Spent(row["purpose"], _cost(row), row["unanswered"]) for row in found]


def _cost(row: Mapping[str, Any]) -> Cost:
    return Cost(row["calls"], int(row["tokens_in"]), int(row["tokens_out"]), round(row["seconds"], 1))
