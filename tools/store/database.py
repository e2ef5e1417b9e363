"""One place for what differs between SQLite and other databases: opening, durability, versions."""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tools.errors import MachaError
from tools.safe_text import safe_line
from tools.store.trouble import known_trouble, why_unusable

BUSY_SECONDS = 30
"""How long a writer waits for another; five seconds (the driver's default) failed under eight processes."""

Migration = Callable[[sa.Connection], None]

_versions = sa.MetaData()
_schema_versions = sa.Table(
    "schema_versions",
    _versions,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)


def open_database(
    file: Path,
    name: str,
    tables: sa.MetaData,
    migrations: Sequence[Migration] = (),
    busy_seconds: float = BUSY_SECONDS,
) -> sa.Engine:
    """The database at `file` with the given tables in their newest version, which is `1 + len(migrations)`.

    Raises MachaError when the database is newer than this program, or damaged, or cannot be written, or another has
    kept it for `busy_seconds`. Before an older one is migrated it is copied to `FILE.before-NAME-VERSION`.
    """
    with known_trouble(file.parent):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        json_deserializer=partial(_json, file),
    )
    sa.event.listen(engine, "connect", partial(_durable, busy_seconds))
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "handle_error", partial(_raise_known, file))
    try:
        _bring_up_to_date(engine, file, name, tables, migrations)
    except (sa.exc.DatabaseError, UnicodeDecodeError) as error:
        raise _unusable(file, error.orig if isinstance(error, sa.exc.DatabaseError) else error) from None
    return engine


def _unusable(file: Path, why: object) -> MachaError:
    told = safe_line(str(why))
    return MachaError(f"{file}: the database cannot be used: {told}; put a copy back, or move it away to begin anew")


def _raise_known(file: Path, context: sa.engine.ExceptionContext) -> None:
    """Damage can show itself in any query, long after the file was opened; also as a message that is no text.

    SQLAlchemy keeps the original error as the cause.
    """
    error = context.original_exception
    is_of_the_file = isinstance(error, (sqlite3.DatabaseError, UnicodeDecodeError))
    if is_of_the_file and not isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
        trouble = why_unusable(error)
        raise (MachaError(f"{file}: {trouble}") if trouble else _unusable(file, error)) from None


def _json(file: Path, text: Any) -> Any:
    """A JSON column; SQLite has no checksums, so a damaged text may well be the first sign."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise _unusable(file, "a text in it is damaged") from None


def _durable(busy_seconds: float, connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    _write_ahead(cursor, busy_seconds)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor, busy_seconds: float) -> None:
    """SQLite does not wait for others when it changes the journal mode, as the first two processes of a new file may
    do at once."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def reading(engine: sa.Engine) -> sa.Engine:
    """The same database for those who only read: they wait for no writer."""
    return engine.execution_options(only_reads=True)


def waiting(engine: sa.Engine, busy_seconds: float) -> sa.Engine:
    """The same database for those who wait so long for another writer."""
    return engine.execution_options(busy_seconds=busy_seconds)


def _begin(connection: sa.Connection) -> None:
    """A transaction takes the write lock when it begins: two that read first and write later would deadlock."""
    options = connection.get_execution_options()
    if "busy_seconds" in options:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(options['busy_seconds'] * 1000)}")
    connection.exec_driver_sql("BEGIN" if options.get("only_reads", False) else "BEGIN IMMEDIATE")


def _bring_up_to_date(
    engine: sa.Engine, file: Path, name: str, tables: sa.MetaData, migrations: Sequence[Migration]
) -> None:
    newest = 1 + len(migrations)
    with engine.begin() as connection:
        _versions.create_all(connection)
        found = connection.scalar(sa.select(_schema_versions.c.version).where(_schema_versions.c.name == name))
        if found is None:
            tables.create_all(connection)
            connection.execute(_schema_versions.insert().values(name=name, version=newest))
        elif type(found) is not int:
            raise _unusable(file, f"the version of its {name} is no number")
        elif found > newest:
            raise MachaError(
                f"{file}: made by a newer Macha ({name} version {found}, this one knows {newest}); upgrade Macha"
            )
        elif found < newest:
            # in the transaction that read the version: a second process would migrate once more
            _copy(file, file.with_name(f"{file.name}.before-{name}-{newest}"))
            for migrate in migrations[found - 1 :]:
                migrate(connection)
            connection.execute(_schema_versions.update().where(_schema_versions.c.name == name).values(version=newest))


def _copy(file: Path, copy: Path) -> None:
    """A consistent copy while others may be writing: a plain file copy would miss the write-ahead log."""
    source, target = sqlite3.connect(file, timeout=BUSY_SECONDS), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
