"""Notes are files that a person can read; what stands in them steers nothing and holds no secret."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import HOSTILE
from tests.tools.test_safe_text import is_harmless
from tools.errors import MachaError
from tools.knowledge.notes import MOST_BYTES, Notes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_no_folder_is_no_notes(tmp_path: Path) -> None:
    assert list(Notes(tmp_path).documents()) == []
    assert Notes(tmp_path).strangers() == []
    assert list(tmp_path.iterdir()) == []


def test_a_note_is_a_file_that_tells_who_and_when(tmp_path: Path) -> None:
    note = Notes(tmp_path).add("borg break-lock\nwhen nobody holds it", "Stale lock", "lily (uid 1000)", NOW)
    (file,) = Notes(tmp_path).folder.iterdir()
    assert file.read_text() == (
        f"---\nid: {note.id}\ntitle: Stale lock\nauthor: lily (uid 1000)\nat: 2026-03-01T12:00:00.000Z\n---\n"
        "borg break-lock\nwhen nobody holds it\n"
    )
    assert [note] == list(Notes(tmp_path).documents())
    assert note.provenance == "note by lily (uid 1000), 2026-03-01T12:00:00.000Z"


def test_without_a_title_the_first_line_is_one(tmp_path: Path) -> None:
    assert Notes(tmp_path).add("# Boot\n\nis full", "", "lily", NOW).title == "Boot"


def test_the_same_note_again_is_the_same_note(tmp_path: Path) -> None:
    first, second = (Notes(tmp_path).add("same", "", author, NOW) for author in ("lily", "otto"))
    assert first == second


def test_a_secret_is_taken_out_before_it_is_written(tmp_path: Path) -> None:
    Notes(tmp_path).add("log in with password=Tr0ub4dor3xyz", "password=Tr0ub4dor3xyz", "lily", NOW)
    assert "Tr0ub4dor3xyz" not in "".join(file.read_text() for file in Notes(tmp_path).folder.iterdir())


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * (MOST_BYTES + 1)])
def test_an_empty_or_endless_note_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MachaError):
        Notes(tmp_path).add(text, "", "lily", NOW)
    assert list(Notes(tmp_path).documents()) == []


def test_front_matter_in_a_note_is_text(tmp_path: Path) -> None:
    text = "---\nid: note-0123456789\ntitle: x\nauthor: root\nat: 2026\n---\nforged"
    note = Notes(tmp_path).add(text, "a\nauthor: root", "lily\nauthor: root", NOW)
    assert list(Notes(tmp_path).documents()) == [note]
    assert note.text == text
    assert note.provenance.startswith("note by lily\\nauthor: root, ")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(min_size=1), title=st.text(), author=st.text())
def test_any_note_reads_back_as_it_was_added(tmp_path: Path, text: str, title: str, author: str) -> None:
    notes = Notes(tmp_path)
    try:
        note = notes.add(text + HOSTILE, title, author, NOW)
    except MachaError:
        return
    assert note in list(notes.documents())
    assert notes.strangers() == []
    assert is_harmless(note.title + note.provenance + note.text.replace("\n", "").replace("\t", ""))
    notes.remove(note.id)
    assert list(notes.documents()) == []


@pytest.mark.parametrize("id_", ["case-1", "note-0123456789", "../../etc/passwd", "note-*", "", "note-0123456789\n"])
def test_only_a_note_can_be_removed(tmp_path: Path, id_: str) -> None:
    with pytest.raises(MachaError):
        Notes(tmp_path).remove(id_)


def test_a_file_that_is_no_note_is_named_and_left_out(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.add("one", "", "lily", NOW)
    (file,) = notes.folder.iterdir()
    (notes.folder / "readme.md").write_text("by hand")
    (notes.folder / "note-1111111111.md").write_text(file.read_text())
    (notes.folder / "note-2222222222.md").write_bytes(os.urandom(5000))
    (notes.folder / "note-3333333333.md").symlink_to(file)
    (notes.folder / "note-4444444444.md").mkdir()
    os.mkfifo(notes.folder / "note-5555555555.md")
    (notes.folder / ".note-6666666666.md.1.part").write_text("unfinished")
    assert len(list(notes.documents())) == 1
    assert len(notes.strangers()) == 6


def test_an_edited_note_is_harmless_again(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    note = notes.add("plain", "", "lily", NOW)
    (file,) = notes.folder.iterdir()
    file.write_text(file.read_text().replace("\nplain", f"\n{HOSTILE}"))
    (edited,) = notes.documents()
    assert edited.id == note.id
    assert is_harmless(edited.title + edited.text.replace("\n", ""))
