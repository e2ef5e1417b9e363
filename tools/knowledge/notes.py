"""What people wrote down: one file a note, readable without Macha."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tools.clock import stamp
from tools.errors import MachaError
from tools.knowledge import FOLDER, Document
from tools.safe_text import decode, safe_line, safe_text
from tools.store.trouble import known_trouble

MOST_BYTES = 1 << 16
"""Of one note. What is longer is a document to link to, and would be found by everything."""
MOST_SHOWN = 8 * MOST_BYTES
"""Characters: one byte may become eight that show it."""
_NAME = re.compile(r"note-[0-9a-f]{10}")
_FRONT = re.compile(r"---\n((?:[a-z]+: [^\n]*\n)*)---\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one state folder."""

    state: Path

    @property
    def folder(self) -> Path:
        return self.state / FOLDER / "notes"

    def documents(self) -> Iterator[Document]:
        """All notes, oldest first; a file that is none is left out, see `strangers`."""
        notes = [note for file in self._files() if (note := _read(file)) is not None]
        yield from (note.document() for note in sorted(notes, key=lambda note: (note.at, note.id)))

    def strangers(self) -> list[str]:
        """Names in the folder that are no notes of Macha's form, for people to look at."""
        return [safe_line(file.name, 80) for file in self._files() if _read(file) is None]

    def add(self, text: str, title: str, author: str, now: datetime) -> Document:
        """Keep a note, without secrets and harmless to show; the same text again is the same note.

        Raises MachaError when it is empty, too long, or cannot be written.
        """
        from tools.redaction import redact  # its rules take 50 ms to load, and a list has no use for them

        if len(text.encode(errors="surrogatepass")) > MOST_BYTES:
            raise MachaError(f"a note has at most {MOST_BYTES >> 10} KiB; write a shorter one that names the document")
        body = safe_text(redact(text), limit=MOST_SHOWN).strip()
        if not body:
            raise MachaError("there is nothing in this note")
        heading = safe_line(redact(title.strip()) or body.lstrip("# ").splitlines()[0], 120)
        id_ = "note-" + sha256(f"{heading}\n{body}".encode()).hexdigest()[:10]
        note = _Note(id_, heading, safe_line(author, 120), stamp(now), body)
        file = self.folder / f"{id_}.md"
        known = _read(file)
        if known is None:
            _write(file, f"---\nid: {id_}\ntitle: {heading}\nauthor: {note.author}\nat: {note.at}\n---\n{body}\n")
        return (known or note).document()

    def remove(self, id_: str) -> None:
        """Forget a note; raises MachaError where there is none of this id."""
        if not _NAME.fullmatch(id_):
            raise MachaError(f"{id_} is no note; only notes can be removed")
        try:
            (self.folder / f"{id_}.md").unlink()
        except FileNotFoundError:
            raise MachaError(f"there is no note {id_}; `macha knowledge list` shows those there are") from None
        except OSError as error:
            raise MachaError(f"{id_}: cannot be removed: {error.strerror}") from None

    def _files(self) -> list[Path]:
        try:
            return sorted(file for file in self.folder.glob("*.md") if not file.name.startswith("."))
        except OSError as error:
            raise MachaError(f"{self.folder}: cannot be read: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class _Note:
    id: str
    title: str
    author: str
    at: str
    text: str

    def document(self) -> Document:
        return Document(self.id, "note", self.title, self.text, f"note by {self.author}, {self.at}")


def _read(file: Path) -> _Note | None:
    """A note as it is in its file, made harmless once more: anybody may have edited it."""
    if not _NAME.fullmatch(file.stem) or file.is_symlink() or not file.is_file():
        return None
    try:
        with file.open("rb") as opened:
            text = decode(opened.read(MOST_SHOWN))
    except OSError as error:
        raise MachaError(f"{safe_line(str(file))}: cannot be read: {error.strerror}") from None
    found = _FRONT.fullmatch(text.replace("\r\n", "\n"))
    front = dict(line.split(": ", 1) for line in found[1].split("\n") if ": " in line) if found else {}
    if not found or front.keys() != {"id", "title", "author", "at"} or front["id"] != file.stem:
        return None
    title, author, at = (safe_line(front[key], 120) for key in ("title", "author", "at"))
    return _Note(file.stem, title, author, at, safe_text(found[2], limit=MOST_SHOWN).strip())


def _write(file: Path, text: str) -> None:
    """All of it or nothing, on the disk when this returns."""
    with known_trouble(file.parent):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            with unfinished.open("x", encoding="utf-8") as opened:
                opened.write(text)
                opened.flush()
                os.fsync(opened.fileno())
            unfinished.rename(file)
        finally:
            unfinished.unlink(missing_ok=True)
