"""Documents about nothing in particular, and an embedding that counts how often it is asked."""

from dataclasses import dataclass, field

import pytest

from tools.knowledge import Document
from tools.knowledge.lexical import Lexical
from tools.model import Unanswered

THINGS = ("disk", "socket", "kernel", "certificate", "repository", "mount", "resolver", "pool", "journal", "timer")
STATES = ("full", "refused", "missing", "expired", "locked", "stale", "slow", "degraded", "corrupt", "late")


def documents(count: int = 100) -> list[Document]:
    """Up to 100 that differ in their words."""
    made = []
    for number in range(count):
        thing, state = THINGS[number % 10], STATES[number // 10]
        text = f"the {thing} of the backup is {state}"
        made.append(Document(f"note-{number}", "note", f"{thing} {state}", text, "note by lily, today"))
    return made


@dataclass
class Counting(Lexical):
    """The lexical embedding under another name, out of order while `trouble` is set."""

    name: str = "counting"
    trouble: Unanswered | None = None
    asked: list[str] = field(default_factory=list)

    def identity(self) -> str:
        return self.name

    def vectors(self, texts: list[str]) -> list[list[float]] | Unanswered:  # type: ignore[override]
        self.asked += texts
        return self.trouble or super().vectors(texts)


@pytest.fixture
def counting() -> Counting:
    return Counting()
