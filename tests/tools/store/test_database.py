"""Opening a database: versions go up after a copy, never down, once; a damaged file is a known error."""

import random
import sqlite3
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import ManualClock
from tools.detectors import Evidence, Finding, Severity
from tools.errors import MachaError
from tools.store.database import open_database
from tools.store.memory import Store

tables = sa.MetaData()
notes = sa.Table("notes", tables, sa.Column("text", sa.String))

LATER = sa.MetaData()
sa.Table("notes", LATER, sa.Column("text", sa.String), sa.Column("colour", sa.String))


def add_colour(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE notes ADD COLUMN colour VARCHAR")


def break_down(connection: sa.Connection) -> None:
    connection.exec_driver_sql("DELETE FROM notes")
    raise MachaError("this migration cannot be done")


def first_version(file: Path) -> None:
    engine = open_database(file, "notes", tables)
    with engine.begin() as db:
        db.execute(notes.insert().values(text="kept"))
    engine.dispose()


def asked(file: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_what_is_there_already_is_opened_as_it_is(tmp_path: Path) -> None:
    first_version(tmp_path / "a.db")
    open_database(tmp_path / "a.db", "notes", tables)
    assert asked(tmp_path / "a.db", "SELECT * FROM notes") == [("kept",)]
    assert list(tmp_path.glob("*.before-*")) == []


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "new" / "a.db", "notes", tables)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_new_one_starts_in_the_newest_version(tmp_path: Path) -> None:
    open_database(tmp_path / "a.db", "notes", LATER, [add_colour])
    assert asked(tmp_path / "a.db", "SELECT name, version FROM schema_versions") == [("notes", 2)]
    assert list(tmp_path.glob("*.before-*")) == []


def test_every_write_is_on_the_disk_and_nothing_in_a_row_is_run(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "a.db", "notes", tables)
    with engine.connect() as db:
        pragmas = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert pragmas == ["wal", 2]
        assert db.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0


def test_an_older_one_is_copied_and_then_migrated(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    first_version(file)
    open_database(file, "notes", LATER, [add_colour])
    assert asked(file, "SELECT * FROM notes") == [("kept", None)]
    assert asked(tmp_path / "a.db.before-notes-2", "SELECT * FROM notes") == [("kept",)]
    assert asked(file, "SELECT version FROM schema_versions") == [(2,)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    first_version(tmp_path / "a.db")
    with pytest.raises(MachaError, match="cannot be done"):
        open_database(tmp_path / "a.db", "notes", LATER, [add_colour, break_down])
    assert asked(tmp_path / "a.db", "SELECT * FROM notes") == [("kept",)]
    assert asked(tmp_path / "a.db", "SELECT version FROM schema_versions") == [(1,)]


def test_a_newer_one_is_left_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "a.db", "notes", LATER, [add_colour])
    with pytest.raises(MachaError, match=r"made by a newer Macha \(notes version 2, this one knows 1\); upgrade"):
        open_database(tmp_path / "a.db", "notes", tables)


def test_two_rooms_keep_their_versions_in_one_file(tmp_path: Path) -> None:
    first_version(tmp_path / "a.db")
    other = sa.MetaData()
    sa.Table("others", other, sa.Column("text", sa.String))
    open_database(tmp_path / "a.db", "others", other)
    versions = asked(tmp_path / "a.db", "SELECT name, version FROM schema_versions ORDER BY name")
    assert versions == [("notes", 1), ("others", 1)]


def migrate_and_write(file: Path) -> None:
    engine = open_database(file, "notes", LATER, [add_colour])
    for _ in range(20):
        with engine.begin() as db:
            db.execute(notes.insert().values(text="more"))


def test_processes_that_come_at_once_migrate_once_and_lose_nothing(tmp_path: Path) -> None:
    first_version(tmp_path / "a.db")
    children = [get_context("fork").Process(target=migrate_and_write, args=(tmp_path / "a.db",)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    assert asked(tmp_path / "a.db", "SELECT count(*), count(colour) FROM notes") == [(81, 0)]


# ---- damage


def filled(file: Path, clock: ManualClock) -> bytes:
    """A database as Macha leaves it, whole in its one file."""
    store = Store(file, clock)
    store.start_run("run-1", ["web"], None)
    seen = [
        Finding("unit.failed", f"{n}.service", Severity.HIGH, "down", (Evidence("units", "x" * 400),))
        for n in range(40)
    ]
    store.record_findings("run-1", "web", seen)
    store.host_seen("web", "b" * 32, "s=1")
    store._engine.dispose()
    asked(file, "PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def used(file: Path, clock: ManualClock) -> None:
    """What a cycle does with the store."""
    store = Store(file, clock)
    store.start_run("run-2", ["web"], None)
    store.add_seconds("run-1", "collect", 1)
    store.record_findings("run-2", "web", store.open_findings())
    store.host_seen("web", "", store.known_host("web").journal_cursor)
    store.finish_run("run-2")
    store.unfinished_runs()


def test_an_empty_file_is_a_database_that_is_not_made_yet(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "a.db").touch()
    used(tmp_path / "a.db", clock)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"not a database" * 100, id="another kind of file"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 4096, id="a good beginning"),
    ],
)
def test_what_is_no_database_is_a_known_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.db").write_bytes(content)
    with pytest.raises(MachaError, match=r"a\.db: the database cannot be used: .*; put a copy back"):
        open_database(tmp_path / "a.db", "notes", tables)


def test_a_folder_in_its_place_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match="unable to open database file"):
        open_database(tmp_path, "notes", tables)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_a_known_error(tmp_path: Path, clock: ManualClock, part: float) -> None:
    whole = filled(tmp_path / "a.db", clock)
    (tmp_path / "b.db").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(MachaError, match=r"b\.db: the database cannot be used"):
        used(tmp_path / "b.db", clock)


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bits_do_no_harm_or_are_a_known_error(tmp_path: Path, clock: ManualClock, seed: int) -> None:
    content = bytearray(filled(tmp_path / "a.db", clock))
    chance = random.Random(seed)
    for _ in range(chance.choice([1, 10, 200])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    (tmp_path / "b.db").write_bytes(content)
    try:
        used(tmp_path / "b.db", clock)
    except MachaError as error:
        assert "\n" not in str(error)
