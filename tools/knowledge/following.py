"""Notes down what became of advice, once an action that rested on a document was probed."""

from pathlib import Path

import sqlalchemy as sa

from tools.clock import Clock, stamp
from tools.knowledge.outcomes import file_in
from tools.store.database import open_database

tables = sa.MetaData()

outcomes = sa.Table(
    "outcomes",
    tables,
    sa.Column("document", sa.String, primary_key=True),
    sa.Column("action", sa.Integer, primary_key=True),
    sa.Column("has_helped", sa.Boolean, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    comment="one row for each action of the ledger that rested on a document; read by outcomes.py",
)


def record(state: Path, document: str, action: int, has_helped: bool, clock: Clock) -> None:
    """The action of this number rested on a document and is now `verified` (True) or `not_helped` (False).

    Each action counts once for a document, as it ended last. An inconclusive outcome is not recorded.
    """
    row = {"document": document, "action": action, "has_helped": has_helped, "at": stamp(clock.now())}
    same = (outcomes.c.document == document, outcomes.c.action == action)
    with open_database(file_in(state), "outcomes", tables).begin() as db:
        db.execute(outcomes.delete().where(*same))
        db.execute(outcomes.insert().values(row))
