"""The rows that are the authority: every move is one compare-and-swap, durable before anything depends on it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from gate.audit import EFFECTS
from gate.damage import is_stamp, require_whole
from gate.interface import IN_FLIGHT, Entry, State
from tools.clock import Clock, stamp
from tools.errors import MachaError
from tools.store.ballast import Ballast
from tools.store.database import open_database, reading

T = TypeVar("T")
tables = sa.MetaData()

actions = sa.Table(
    "actions",
    tables,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("sentence", sa.String, nullable=False),
    sa.Column("risk", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("run", sa.String, nullable=False, index=True),
    sa.Column("basis", sa.JSON, nullable=False),
    sa.Column("policy_version", sa.String, nullable=False),
    sa.Column("catalogue_version", sa.String, nullable=False),
    sa.Column("proposed_at", sa.String, nullable=False, index=True),
    sa.Column("expires_at", sa.String, nullable=False),
    sa.Column("is_prompt", sa.Boolean, nullable=False),
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("decided_at", sa.String, nullable=False),
    sa.Column("claimed_at", sa.String, nullable=False, index=True),
    sa.Column("boot_id", sa.String, nullable=False),
    sa.Column("finished_at", sa.String, nullable=False),
    sa.Column("exit_status", sa.Integer),
    sa.Column("output", sa.String, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("undo_of", sa.Integer),
    sa.Column("seen_count", sa.Integer, nullable=False),
    sa.Index("same_action", "host", "kind", "target"),
    sqlite_autoincrement=True,
    comment="sqlite_autoincrement: a number shown to people is never given again, also after a row is gone",
)

events = sa.Table(
    "events",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("actions.number"), index=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
    comment="everything that happened, in order, written in one transaction with it; the audit is fed from here",
)

breakers = sa.Table(
    "breakers",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("opened_at", sa.String, nullable=False),
    sa.Column("closed_at", sa.String, nullable=False, server_default=""),
    sa.Column("closed_by", sa.String, nullable=False, server_default=""),
    sa.Column("close_reason", sa.String, nullable=False, server_default=""),
    sqlite_autoincrement=True,
    comment="an empty host, kind or target stands for all of them",
)

clock = sa.Table(
    "clock",
    tables,
    sa.Column("boot_id", sa.String, primary_key=True),
    sa.Column("wall", sa.String, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    comment="when the gate was last opened on this machine, by both of its clocks; one row",
)

MOVES: Mapping[State, frozenset[State]] = {
    "proposed": frozenset({"approved", "rejected", "expired", "stale", "withdrawn"}),
    "approved": frozenset({"claimed", "expired", "stale", "withdrawn", "rejected"}),
    "claimed": frozenset({"armed", "failed", "unknown", "done"}),
    "armed": frozenset({"done", "failed", "unknown", "denied_by_host"}),
    "unknown": frozenset({"done", "failed"}),
    "done": frozenset({"verified", "not_helped", "inconclusive"}),
    "failed": frozenset({"rolled_back", "rollback_failed"}),
    "not_helped": frozenset({"rolled_back", "rollback_failed"}),
}
"""The only moves there are. Whatever is not named here is final."""

_EVENT_FIELDS = (
    "number", "host", "kind", "target", "parameters", "risk", "digest", "why", "author", "reason", "findings",
    "run", "decided_by", "exit_status", "verdict", "undo_of",
)  # fmt: skip


def digest_of(entry: Entry) -> str:
    """What an approval is bound to: exactly this row's host, action, parameters, versions and world."""
    bound = [
        entry.number, entry.id, entry.host, entry.kind, dict(entry.parameters), entry.policy_version,
        entry.catalogue_version, dict(entry.basis),
    ]  # fmt: skip
    return sha256(json.dumps(bound, sort_keys=True).encode()).hexdigest()


class Ledger:
    """The tables in `file`, shared by any number of processes."""

    def __init__(self, file: Path, clock: Clock, ballast: Ballast) -> None:
        self._engine = open_database(file, "ledger", tables)
        self._clock = clock
        self._ballast = ballast

    def transact(self, work: Callable[[sa.Connection], T]) -> T:
        """Do `work` in one transaction: all of it is durable when this returns, or none of it happened."""

        def once() -> T:
            with self._engine.begin() as db:
                return work(db)

        return self._ballast.spend_on(once)

    def add_in(self, db: sa.Connection, entry: Entry) -> Entry:
        """Record a new row; returns it with its number and digest. `entry.number` and `.digest` are ignored."""
        values = _values(entry)
        del values["number"]
        number = int(db.execute(actions.insert().values(values)).lastrowid)
        digest = digest_of(replace(entry, number=number))
        db.execute(actions.update().where(actions.c.number == number).values(digest=digest))
        return self._recorded(db, number)

    def move(self, entry: Entry, to: State, **values: Any) -> Entry | None:
        """Move a row from the state and digest it was read in; None when somebody else has moved it since."""
        return self.transact(lambda db: self.move_in(db, entry, to, **values))

    def move_in(self, db: sa.Connection, entry: Entry, to: State, **values: Any) -> Entry | None:
        """As `move`, within a transaction."""
        if to not in MOVES.get(entry.state, frozenset()):
            raise ValueError(f"no move from {entry.state} to {to}")
        is_as_read = (
            actions.c.number == entry.number,
            actions.c.state == entry.state,
            actions.c.digest == entry.digest,
        )
        if db.execute(actions.update().where(*is_as_read).values(state=to, **values)).rowcount != 1:
            return None
        return self._recorded(db, entry.number)

    def is_busy(self, db: sa.Connection, host: str) -> bool:
        """Whether an effect is in flight on a host: the fence within the ledger."""
        busy = sa.select(actions.c.number).where(actions.c.host == host, actions.c.state.in_(IN_FLIGHT))
        return db.execute(busy).first() is not None

    def seen_again_in(self, db: sa.Connection, entry: Entry) -> Entry:
        """Count a refused request that came once more, instead of giving it a new number every cycle."""
        again = actions.update().where(actions.c.number == entry.number).values(seen_count=actions.c.seen_count + 1)
        db.execute(again)
        return _get(db, entry.number)

    def get(self, number: int) -> Entry:
        """The row of this number; raises MachaError when there is none."""
        with reading(self._engine).connect() as db:
            return _get(db, number)

    def find(
        self,
        states: frozenset[State] | None = None,
        *,
        run: str | None = None,
        host: str | None = None,
        kind: str | None = None,
        target: str | None = None,
    ) -> list[Entry]:
        """Rows that match all that is given, by number."""
        with reading(self._engine).connect() as db:
            return self.find_in(db, states, run=run, host=host, kind=kind, target=target)

    def find_in(self, db: sa.Connection, states: frozenset[State] | None = None, **wanted: str | None) -> list[Entry]:
        """As `find`, within a transaction."""
        query = sa.select(actions).order_by(actions.c.number)
        if states is not None:
            query = query.where(actions.c.state.in_(states))
        for column, value in wanted.items():
            if value is not None:
                query = query.where(actions.c[column] == value)
        return [_entry(row) for row in db.execute(query).mappings()]

    def note_in(self, db: sa.Connection, event: str, **content: Any) -> None:
        """Record an event that is not a move of a row: a breaker that opened."""
        db.execute(events.insert().values(at=stamp(self._clock.now()), event=event, content=content))

    def events_of(self, number: int) -> list[Mapping[str, Any]]:
        """What happened to one row, in order."""
        return self._events(events.c.number == number)

    def events_after(self, last: int, are_effects: bool | None = None) -> list[Mapping[str, Any]]:
        """What happened after the event with this id, in order: everything, or only effects, or only the rest."""
        about_effects = events.c.event.in_(EFFECTS)
        kinds = sa.true() if are_effects is None else about_effects if are_effects else ~about_effects
        return self._events((events.c.id > last) & kinds)

    def _events(self, which: sa.ColumnElement[bool]) -> list[Mapping[str, Any]]:
        with reading(self._engine).connect() as db:
            found = db.execute(sa.select(events).where(which).order_by(events.c.id)).mappings()
            return [_event(row) for row in found]

    def _recorded(self, db: sa.Connection, number: int) -> Entry:
        entry = _get(db, number)
        values = _values(entry)
        content = {field: values[field] for field in _EVENT_FIELDS if values[field] not in ("", None)}
        content["action"] = entry.id
        now = stamp(self._clock.now())
        db.execute(events.insert().values(number=number, at=now, event=entry.state, content=content))
        return entry


def _get(db: sa.Connection, number: int) -> Entry:
    could_be = type(number) is int and 0 < number < 1 << 63  # beyond that SQLite cannot even be asked
    row = db.execute(sa.select(actions).where(actions.c.number == number)).mappings().first() if could_be else None
    if row is None:
        raise MachaError(f"there is no action number {number!r:.20}; `macha-approve list` shows those that wait")
    return _entry(row)


def _event(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    content = row["content"]
    if not isinstance(content, dict) or not is_stamp(row["at"]) or not isinstance(row["event"], str):
        raise MachaError(f"event {row['id']} in the ledger is damaged or was edited; put a copy of macha.db back")
    return {"id": row["id"], "at": row["at"], "event": row["event"], **content}


def _values(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return values | {
        "parameters": dict(entry.parameters),
        "basis": dict(entry.basis),
        "findings": list(entry.findings),
    }


def _entry(row: Mapping[Any, Any]) -> Entry:
    require_whole(row)
    values = {name: row[name] for name in Entry.__dataclass_fields__}
    return Entry(**(values | {"findings": tuple(values["findings"])}))
