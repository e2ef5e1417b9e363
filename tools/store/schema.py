"""The tables of what Macha remembers: runs, hosts, findings and figures. The gate's ledger has tables of its own."""

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
    sa.Column("detectors", sa.JSON, nullable=False),
    sa.Column("hold_seconds", sa.Float, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("first_seen_at", sa.String, nullable=False),
    sa.Column("last_seen_at", sa.String, nullable=False),
    sa.Column("seen_count", sa.Integer, nullable=False),
    sa.Column("run", sa.String, nullable=False),
    sa.Column("began_at", sa.String, nullable=False),
    sa.Column("opened_at", sa.String),
    sa.Column("resolved_at", sa.String),
    sa.Column("answer", sa.String, nullable=False),
    sa.Column("answer_severity", sa.String, nullable=False),
    sa.Column("answer_until", sa.String),
    sa.Column("answered_by", sa.String, nullable=False),
    sa.Column("answered_at", sa.String),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("changed", sa.JSON(none_as_null=True)),
    comment="one row a fingerprint (tools/store/finding_life.py); run is the last one that saw it, began_at when this"
    " episode of it began, changed what had changed on the host since the look before that",
)

finding_events = sa.Table(
    "finding_events",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False, index=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False, server_default=""),
    sa.Column("reason", sa.String, nullable=False, server_default=""),
    sa.Column("until", sa.String),
    sa.Column("run", sa.String, nullable=False, server_default=""),
    comment="what became of a finding, in order; person is who said so, run the cycle in which it happened",
)

samples = sa.Table(
    "samples",
    tables,
    sa.Column("host", sa.String, primary_key=True),
    sa.Column("at", sa.Integer, primary_key=True),
    sa.Column("run", sa.String, nullable=False),
    sa.Column("snapshot", sa.String, nullable=False),
    sa.Column("figures", sa.LargeBinary),
    comment="one row a look at a host, at a Unix second; figures are packed (packing.py), null when thinned",
    sqlite_with_rowid=False,
)

series = sa.Table(
    "series",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("metric", sa.String, nullable=False),
    sa.Column("object", sa.String, nullable=False),
    sa.UniqueConstraint("host", "metric", "object"),
    comment="the numbers by which packed figures name what they are of; none is ever used twice",
    sqlite_autoincrement=True,
)

baselines = sa.Table(
    "baselines",
    tables,
    sa.Column("host", sa.String, primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True),
    sa.Column("until", sa.Integer, nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    comment="what is usual in an hour of the day (UTC), packed; until is the Unix second up to which it has learned",
    sqlite_with_rowid=False,
)
