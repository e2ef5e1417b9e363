"""The tables of what Macha remembers: runs, hosts and findings. The gate's ledger has tables of its own."""

import sqlalchemy as sa

tables = sa.MetaData()

runs = sa.Table(
    "runs",
    tables,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("finished_at", sa.String),
    sa.Column("level", sa.String),
    sa.Column("hosts", sa.JSON, nullable=False),
    sa.Column("seconds", sa.JSON, nullable=False),
    comment="one row a cycle; level is what the command line asked for, if it did",
)

hosts = sa.Table(
    "hosts",
    tables,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("seen_at", sa.String),
    sa.Column("boot_id", sa.String, nullable=False, server_default=""),
    sa.Column("journal_cursor", sa.String, nullable=False, server_default=""),
    sa.Column("unreachable_since", sa.String),
    comment="what the next look at a host needs to know",
)

findings = sa.Table(
    "findings",
    tables,
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("object", sa.String, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    sa.Column("summary", sa.String, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("first_seen_at", sa.String, nullable=False),
    sa.Column("last_seen_at", sa.String, nullable=False),
    sa.Column("seen_count", sa.Integer, nullable=False),
    sa.Column("run", sa.String, nullable=False),
    comment="state is open or resolved; run is the last one that saw it",
)
