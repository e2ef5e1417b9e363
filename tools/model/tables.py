"""The database of the model's room, `model.db`: small, written often, and nothing in it that a change depends on.

It is a file of its own because whoever waits for the model looks at it ten times a second and whoever holds a slot
renews its lease: `macha.db`, on which the gate's ledger waits to be durable, must not share its one writer with that.
"""

from pathlib import Path

import sqlalchemy as sa

from tools.model import FILE
from tools.store.database import open_database, waiting

tables = sa.MetaData()

tickets = sa.Table(
    "model_tickets",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("born", sa.Float, nullable=False),
    sa.Column("lease", sa.Float, nullable=False),
    sa.Column("boot", sa.String, nullable=False),
    sa.Column("server", sa.String),
    sa.Column("began", sa.Float),
    sa.Column("wanted", sa.JSON(none_as_null=True)),
    comment="one row for each question that waits (server is null) or is being answered; born, lease and began are"
    " seconds since the boot named; wanted are the names of the servers that will do",
    sqlite_autoincrement=True,
)

calls = sa.Table(
    "model_calls",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False, index=True),
    sa.Column("run", sa.String, nullable=False, index=True),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("server", sa.String, nullable=False),
    sa.Column("tokens_in", sa.Integer, nullable=False),
    sa.Column("tokens_out", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    comment="one row a call of a server; outcome is `answered` or why not",
)

verdicts = sa.Table(
    "model_verdicts",
    tables,
    sa.Column("model", sa.String, primary_key=True),
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("fitness", sa.JSON, nullable=False),
    comment="what a model was found fit for; another digest under the same name is another model",
)


MOST_BUSY_SECONDS = 30.0
MOMENT = 0.5
"""Seconds for which a writer waits for another where there is no time: three of them fit between a deadline and its end
two seconds later."""


def open_model_database(folder: Path, busy_seconds: float = MOST_BUSY_SECONDS) -> sa.Engine:
    """Raises MachaError as `open_database` does."""
    return open_database(folder / FILE, "model", tables, [_add_wanted], busy_seconds)


def hurried(engine: sa.Engine, seconds: float = 0.0) -> sa.Engine:
    """The same database for those who have only so much time to wait for another writer, and a moment."""
    return waiting(engine, min(MOST_BUSY_SECONDS, max(MOMENT, seconds)))


def _add_wanted(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE model_tickets ADD COLUMN wanted JSON")
