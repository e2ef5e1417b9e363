"""What was learned: notes of people and cases that were proven, found again by likeness.

The sources (files, rows of the ledger) are the truth; the index over them is a cache that anybody may delete. What a
document says is text from outside like any other: it is shown with where it is from, and it allows nothing.

Everything here is light but `collection`, which alone imports Chroma (2 s), and only when something is searched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tools.model import Unanswered

FOLDER = "knowledge"
"""In the state folder: notes, what became of advice, the index."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing known. Its texts are harmless to show, and true only as far as `provenance` is.

    `kind` is the source's word for it (note, case, runbook); `weight` is 1 until it misled (outcomes.py).
    """

    id: str
    kind: str
    title: str
    text: str
    provenance: str
    weight: float = 1.0

    @property
    def words(self) -> str:
        """All that it is found by."""
        return f"{self.title}\n{self.text}"


class Source(Protocol):
    """Where documents come from."""

    def documents(self) -> Iterable[Document]:
        """Everything in it; the same id always means the same thing. Raises MachaError when it cannot be read."""
        ...


class Embedding(Protocol):
    """Text as numbers: what is alike lies close together. Texts of two embeddings cannot be compared."""

    def identity(self) -> str | Unanswered:
        """What made the numbers: it changes whenever they would."""
        ...

    def vectors(self, texts: list[str]) -> list[list[float]] | Unanswered:
        """One vector for each text, all of the same length."""
        ...
