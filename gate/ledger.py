"""The rows that are the authority: every move is one compare-and-swap, durable before anything depends on it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gate.interface import IN_FLIGHT, Entry, State
from tools.clock import Clock, stamp
from tools.errors import MachaError
from tools.store.database import open_database

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
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("run", sa.String, nullable=False, index=True),
    sa.Column("basis", sa.JSON, nullable=False),
    sa.Column("policy_version", sa.String, nullable=False),
    sa.Column("catalogue_version", sa.String, nullable=False),
    sa.Column("proposed_at", sa.String, nullable=False),
    sa.Column("expires_at", sa.String, nullable=False),
    sa.Column("decided_by", sa.String, nullable=False, server_default=""),
    sa.Column("decided_at", sa.String, nullable=False, server_default=""),
    sa.Column("claimed_at", sa.String, nullable=False, server_default=""),
    sa.Column("boot_id", sa.String, nullable=False, server_default=""),
    sa.Column("finished_at", sa.String, nullable=False, server_default=""),
    sa.Column("exit_status", sa.Integer),
    sa.Column("output", sa.String, nullable=False, server_default=""),
    sa.Column("verdict", sa.String, nullable=False, server_default=""),
    sa.Column("undo_of", sa.Integer),
    sa.Column("seen_count", sa.Integer, nullable=False, server_default="1"),
    sqlite_autoincrement=True,
    comment="sqlite_autoincrement: a number shown to people is never given again, also after a row is gone",
)

moves = sa.Table(
    "moves",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("number", sa.Integer, sa.ForeignKey("actions.number"), nullable=False, index=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
    comment="every move in the order it was made, written with it in one transaction; the audit is fed from here",
)

_MOVE_FIELDS = (
    "number", "id", "host", "kind", "target", "parameters", "risk", "digest", "why", "reason", "findings", "run",
    "decided_by", "exit_status", "verdict", "undo_of",
)  # fmt: skip

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


def digest_of(entry: Entry) -> str:
    """What an approval is bound to: exactly this row's host, action, parameters, versions and world."""
    bound = [
        entry.number, entry.id, entry.host, entry.kind, dict(entry.parameters), entry.policy_version,
        entry.catalogue_version, dict(entry.basis),
    ]  # fmt: skip
    return sha256(json.dumps(bound, sort_keys=True).encode()).hexdigest()


class Ledger:
    """The table of actions in `file`, shared by any number of processes."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._engine = open_database(file, "ledger", tables)
        self._clock = clock

    def add(self, entry: Entry) -> Entry:
        """Record a new row; returns it with its number and digest. `entry.number` and `.digest` are ignored."""
        values = _values(entry)
        del values["number"]
        with self._engine.begin() as db:
            number = int(db.execute(actions.insert().values(values)).lastrowid)
            added = _entry(values | {"number": number})
            db.execute(actions.update().where(actions.c.number == number).values(digest=digest_of(added)))
            return self._recorded(db, number)

    def move(self, entry: Entry, to: State, **values: Any) -> Entry | None:
        """Move a row from the state and digest it was read in; None when somebody else has moved it since."""
        if to not in MOVES.get(entry.state, frozenset()):
            raise ValueError(f"no move from {entry.state} to {to}")
        return self._swap(entry, sa.true(), state=to, **values)

    def claim(self, entry: Entry, boot_id: str) -> Entry | None:
        """`approved` → `claimed`, unless another action on the same host is in flight: the fence of a host."""
        other = actions.alias()
        busy = sa.exists().where(other.c.host == entry.host, other.c.state.in_(IN_FLIGHT))
        if entry.state != "approved":
            return None
        return self._swap(entry, ~busy, state="claimed", claimed_at=stamp(self._clock.now()), boot_id=boot_id)

    def seen_again(self, entry: Entry) -> Entry:
        """Count a refused request that came once more, instead of giving it a new number every cycle."""
        with self._engine.begin() as db:
            db.execute(
                actions.update().where(actions.c.number == entry.number).values(seen_count=actions.c.seen_count + 1)
            )
        return self.get(entry.number)

    def get(self, number: int) -> Entry:
        """The row of this number; raises MachaError when there is none."""
        with self._engine.connect() as db:
            return _get(db, number)

    def find(
        self,
        states: frozenset[State] | None = None,
        *,
        run: str | None = None,
        host: str | None = None,
        kind: str | None = None,
    ) -> list[Entry]:
        """Rows that match all that is given, by number."""
        query = sa.select(actions).order_by(actions.c.number)
        if states is not None:
            query = query.where(actions.c.state.in_(states))
        for column, value in ((actions.c.run, run), (actions.c.host, host), (actions.c.kind, kind)):
            if value is not None:
                query = query.where(column == value)
        with self._engine.connect() as db:
            return [_entry(row) for row in db.execute(query).mappings()]

    def moves_of(self, number: int) -> list[Mapping[str, Any]]:
        """The moves of one row, in order."""
        with self._engine.connect() as db:
            return [
                _move(row)
                for row in db.execute(sa.select(moves).where(moves.c.number == number).order_by(moves.c.id)).mappings()
            ]

    def moves_after(self, last: int) -> list[Mapping[str, Any]]:
        """All moves made after the one with this id, in order."""
        with self._engine.connect() as db:
            return [
                _move(row)
                for row in db.execute(sa.select(moves).where(moves.c.id > last).order_by(moves.c.id)).mappings()
            ]

    def _swap(self, entry: Entry, condition: sa.ColumnElement[bool], **values: Any) -> Entry | None:
        is_as_read = (
            actions.c.number == entry.number,
            actions.c.state == entry.state,
            actions.c.digest == entry.digest,
        )
        with self._engine.begin() as db:
            if db.execute(actions.update().where(*is_as_read, condition).values(**values)).rowcount != 1:
                return None
            return self._recorded(db, entry.number)

    def _recorded(self, db: sa.Connection, number: int) -> Entry:
        entry = _get(db, number)
        values = _values(entry)
        content = {field: values[field] for field in _MOVE_FIELDS if values[field] not in ("", None)}
        db.execute(
            moves.insert().values(number=number, at=stamp(self._clock.now()), state=entry.state, content=content)
        )
        return entry


def _get(db: sa.Connection, number: int) -> Entry:
    row = db.execute(sa.select(actions).where(actions.c.number == number)).mappings().first()
    if row is None:
        raise MachaError(f"there is no action number {number}; `macha-approve list` shows those that wait")
    return _entry(row)


def _move(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    return {"move": row["id"], "at": row["at"], "event": row["state"], **row["content"]}


def _values(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return values | {
        "parameters": dict(entry.parameters),
        "basis": dict(entry.basis),
        "findings": list(entry.findings),
    }


def _entry(row: Mapping[Any, Any]) -> Entry:
    values = {name: row[name] for name in Entry.__dataclass_fields__}
    return Entry(**(values | {"findings": tuple(values["findings"])}))
