"""Circuit breakers: what went wrong too often is not tried again until a person says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from gate.interface import Breaker, Entry, Person
from gate.ledger import actions, breakers
from tools.actions.catalogue import actions as catalogue
from tools.clock import stamp
from tools.errors import MachaError
from tools.hosts.fleet import NO_SUCH_HOST

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
AT_ONCE = timedelta(minutes=10)
"""Hosts that fall ill within this time fell ill at once; it is two cycles long."""
UNHELPED = 2
"""A remedy that did not help so often is not tried a third time."""
FLAPS = 3
"""A unit that was brought back so often in a day and is down again is not brought back a fourth time."""
FLEET_HOSTS, FLEET_SHARE = 3, 0.20
"""So many hosts, or a larger share of the fleet (two hosts at least), newly ill at once: doubt the looking, not the
hosts (facts-security, F42)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What opens a breaker."""

    scope: Literal["fleet", "host", "unit", "remedy"]
    reason: str
    host: str = ""
    kind: str = ""
    target: str = ""


def why_open(db: sa.Connection, entry: Entry) -> list[str]:
    """The open breakers that stand in the way of an action."""
    found = db.execute(sa.select(breakers).where(breakers.c.closed_at == "").order_by(breakers.c.id)).mappings()
    return [
        f"breaker {row['id']} is open: {row['reason']} (`macha breaker close {row['id']}` after a look)"
        for row in found
        if row["host"] in ("", entry.host) and row["kind"] in ("", entry.kind) and row["target"] in ("", entry.target)
    ]


def faults(db: sa.Connection, entry: Entry, now: datetime, fleet: frozenset[str]) -> list[Fault]:
    """What the ledger says against going on as before. `fleet` holds the names of the hosts in the configuration."""
    found = []
    about = f"{entry.kind} {entry.target} on {entry.host}"
    if _unhelped_in_a_row(db, entry, now) >= UNHELPED:
        reason = f"{about} did not help {UNHELPED} times"
        found.append(Fault("remedy", reason, entry.host, entry.kind, entry.target))
    if _brought_back(db, entry, now) >= FLAPS:
        reason = f"{entry.target} on {entry.host} was brought back {FLAPS} times in 24 hours: it is flapping"
        found.append(Fault("unit", reason, entry.host, target=entry.target))
    ill = (_newly_ill(db, now) | {entry.host}) & fleet
    if len(ill) >= 2 and (len(ill) >= FLEET_HOSTS or len(ill) > FLEET_SHARE * len(fleet)):
        named = ", ".join(sorted(ill)[:5])
        found.append(Fault("fleet", f"{len(ill)} of {len(fleet)} hosts fell ill at once: {named}"))
    return found


def is_open(db: sa.Connection, fault: Fault) -> bool:
    """Whether a breaker for the same fault is open already."""
    same = (breakers.c.scope == fault.scope, breakers.c.host == fault.host, breakers.c.kind == fault.kind)
    query = sa.select(breakers.c.id).where(*same, breakers.c.target == fault.target, breakers.c.closed_at == "")
    return db.execute(query).first() is not None


def was_closed_since(db: sa.Connection, fault: Fault, now: datetime) -> bool:
    """Whether a person has looked at a fleet breaker just now: the same hosts do not open it again at once."""
    query = sa.select(breakers.c.id).where(breakers.c.scope == fault.scope, breakers.c.closed_at > stamp(now - AT_ONCE))
    return fault.scope == "fleet" and db.execute(query).first() is not None


def open_breaker(db: sa.Connection, fault: Fault, now: datetime) -> None:
    db.execute(
        breakers.insert().values(
            scope=fault.scope, host=fault.host, kind=fault.kind, target=fault.target, reason=fault.reason,
            opened_at=stamp(now),
        )
    )  # fmt: skip


def close(db: sa.Connection, number: int, who: Person, reason: str, now: datetime) -> bool:
    """Close a breaker; False when it is not open. What opened it is counted anew from this moment."""
    changed = db.execute(
        breakers.update()
        .where(breakers.c.id == number, breakers.c.closed_at == "")
        .values(closed_at=stamp(now), closed_by=str(who), close_reason=reason)
    ).rowcount
    return changed == 1


def listed(db: sa.Connection) -> list[Breaker]:
    """All breakers there have been, by number."""
    return [_breaker(row) for row in db.execute(sa.select(breakers).order_by(breakers.c.id)).mappings()]


def _breaker(row: Mapping[Any, Any]) -> Breaker:
    if not all(isinstance(row[name], str) for name in row if name != "id"):
        raise MachaError(f"breaker {row['id']} in the ledger is damaged or was edited; put a copy of macha.db back")
    return Breaker(**row)


def _closed_at(db: sa.Connection, scope: str, entry: Entry) -> str:
    """When a person last closed a breaker of this scope for the row's target; what was before counts no more."""
    same = (breakers.c.scope == scope, breakers.c.host == entry.host, breakers.c.target == entry.target)
    return db.scalar(sa.select(sa.func.max(breakers.c.closed_at)).where(*same)) or ""


def _unhelped_in_a_row(db: sa.Connection, entry: Entry, now: datetime) -> int:
    """How often this remedy ended without help since it last helped, within a week."""
    since = max(stamp(now - WEEK), _closed_at(db, "remedy", entry))
    same = (actions.c.host == entry.host, actions.c.kind == entry.kind, actions.c.target == entry.target)
    # without an exit status it never ran, which says nothing of the remedy
    has_run = (actions.c.state != "failed") | actions.c.exit_status.is_not(None)
    ends = db.scalars(
        sa.select(actions.c.state)
        .where(*same, has_run, actions.c.finished_at > since)
        .where(actions.c.state.in_(("verified", "not_helped", "inconclusive", "failed")))
        .order_by(actions.c.number.desc())
    )
    count = 0
    for state in ends:
        if state == "verified":
            break
        count += 1
    return count


def _brought_back(db: sa.Connection, entry: Entry, now: datetime) -> int:
    since = max(stamp(now - DAY), _closed_at(db, "unit", entry))
    jobs = [kind for kind, action in catalogue().items() if action.job in ("start", "restart")]
    query = sa.select(sa.func.count()).where(
        actions.c.host == entry.host, actions.c.target == entry.target, actions.c.kind.in_(jobs),
        actions.c.state == "verified", actions.c.finished_at > since,
    )  # fmt: skip
    return (db.scalar(query) or 0) if entry.kind in jobs else 0


def _newly_ill(db: sa.Connection, now: datetime) -> set[str]:
    """Hosts for which something was asked that was not asked before: a refusal repeated every cycle is not new.

    What was asked of a name that no host had then says nothing of the host that has been given it since.
    """
    is_of_a_host = ~actions.c.reason.startswith(NO_SUCH_HOST, autoescape=True)
    asked = sa.select(actions.c.host).where(actions.c.proposed_at > stamp(now - AT_ONCE), is_of_a_host)
    return set(db.scalars(asked.distinct()))
