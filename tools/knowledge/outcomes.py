"""What became of advice: a document that misled weighs less from then on, and one that helped regains weight."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tools.knowledge import FOLDER, Document
from tools.store.reading import rows

_SUMS = "SELECT document, sum(has_helped = 1) AS helped, sum(has_helped = 0) AS misled FROM outcomes GROUP BY document"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often a document was followed, and how that ended."""

    helped: int = 0
    misled: int = 0

    @property
    def weight(self) -> float:
        """1 while it never misled; 1/2 after once, 1/3 after twice; what helped since counts against it."""
        return (self.helped + 1) / (self.helped + self.misled + 1)


def outcomes(state: Path) -> dict[str, Outcome]:
    """What is known, by document; raises MachaError when it cannot be read."""
    return {row["document"]: Outcome(row["helped"], row["misled"]) for row in rows(file_in(state), _SUMS)}


def weighed(document: Document, known: Mapping[str, Outcome]) -> Document:
    """The document with the weight that it has earned."""
    return replace(document, weight=document.weight * known.get(document.id, Outcome()).weight)


def file_in(state: Path) -> Path:
    """Where it is kept."""
    return state / FOLDER / "outcomes.db"
