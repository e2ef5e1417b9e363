"""Rows for those who only look: nothing where nothing is yet, a known error where something is wrong."""

import os
import sqlite3
from multiprocessing import get_context
from pathlib import Path

import pytest

from tools.errors import MachaError
from tools.store.reading import json_of, rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE notes (number INTEGER, text TEXT)")
    connection.executemany("INSERT INTO notes VALUES (?, ?)", [(1, "one"), (2, "two")])
    connection.commit()
    connection.close()
    return tmp_path / "a.db"


def test_without_a_database_there_are_no_rows_and_none_is_made(tmp_path: Path) -> None:
    assert rows(tmp_path / "none.db", "SELECT * FROM notes") == []
    assert list(tmp_path.iterdir()) == []


def test_without_the_table_there_are_no_rows(file: Path) -> None:
    assert rows(file, "SELECT * FROM actions") == []


def test_rows_are_plain_dicts(file: Path) -> None:
    assert rows(file, "SELECT * FROM notes WHERE number > ?", 1) == [{"number": 2, "text": "two"}]


def test_odd_letters_in_the_path_are_no_options(file: Path, tmp_path: Path) -> None:
    odd = file.rename(tmp_path / "a?mode=rwc#%20 ä.db")
    assert len(rows(odd, "SELECT * FROM notes")) == 2


def test_nothing_can_be_written(file: Path) -> None:
    with pytest.raises(MachaError, match="readonly"):
        rows(file, "DELETE FROM notes")


def test_a_damaged_file_is_a_known_error(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(MachaError, match=r"a\.db: the database is damaged: "):
        rows(file, "SELECT * FROM notes")
    file.write_bytes(b"something else")
    with pytest.raises(MachaError, match="is damaged"):
        rows(file, "SELECT * FROM notes")


def test_a_file_that_is_cut_off_is_a_known_error(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(MachaError, match="is damaged"):
        rows(file, "SELECT * FROM notes")


def test_a_text_that_is_not_utf8_is_a_known_error(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"two", b"t\xff\xff"))
    with pytest.raises(MachaError, match="cannot be read"):
        rows(file, "SELECT * FROM notes")


def look_as_nobody(file: Path) -> None:
    os.setuid(65534)
    try:
        rows(file, "SELECT * FROM notes")
    except MachaError as error:
        assert str(error) == f"{file}: cannot be read: Permission denied"
        os._exit(7)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_one_may_not_enter_is_a_known_error(file: Path) -> None:
    file.parent.chmod(0o700)
    child = get_context("fork").Process(target=look_as_nobody, args=(file,))
    child.start()
    child.join(60)
    assert child.exitcode == 7


def test_a_json_text_that_is_damaged_is_a_known_error() -> None:
    assert json_of('{"a": [1]}') == {"a": [1]}
    with pytest.raises(MachaError, match="the database is damaged"):
        json_of('{"a": [1')
