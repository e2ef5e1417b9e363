"""The knowledge base of one state folder: what is known, and what of it fits a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import MachaError
from tools.knowledge import FOLDER, Document, Embedding, Source
from tools.knowledge.cases import Cases
from tools.knowledge.lexical import Lexical
from tools.knowledge.notes import Notes
from tools.knowledge.outcomes import outcomes, weighed
from tools.knowledge.ranking import RUNBOOK, Hit, hits_of
from tools.model import Unanswered
from tools.store.locks import exclusive
from tools.store.trouble import why_unusable

if TYPE_CHECKING:
    from tools.knowledge.index import Index

LOCK = "knowledge"
LOCK_SECONDS = 30.0
"""How long a question waits for another process; the index of a thousand notes is made in five."""
_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Found:
    """An answer. Where no hit `fits`, no past case fits, whatever is in `hits`.

    `less` says why the vectors had no part in it, and is empty where they had; `anew` why the index was made anew.
    """

    hits: tuple[Hit, ...]
    less: str = ""
    anew: str = ""

    @property
    def fitting(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if hit.fits)


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Documents of `sources` under `state`; without an `embedding` of a model, the lexical one."""

    state: Path
    sources: Sequence[Source]
    embedding: Embedding

    @classmethod
    def of(cls, state: Path, *more: Source, embedding: Embedding | None = None) -> "KnowledgeBase":
        """Notes and proven cases of a state folder, and whatever other sources there are."""
        return cls(state, (Notes(state), Cases(state), *more), embedding or Lexical())

    def documents(self) -> list[Document]:
        """Everything known, with the weight it has earned; raises MachaError when a source cannot be read."""
        known = outcomes(self.state)
        return [weighed(document, known) for source in self.sources for document in source.documents()]

    def document(self, id_: str) -> Document:
        """The one whose id begins so; raises MachaError where there is none, or more than one."""
        found = [document for document in self.documents() if document.id.startswith(id_)] if id_ else []
        exact = [document for document in found if document.id == id_]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise MachaError(f"nothing known has the id {id_}; `macha knowledge list` shows what there is")
        raise MachaError(f"{id_} begins several ids: {', '.join(sorted(document.id for document in found)[:6])}")

    def search(self, question: str, most: int = 5) -> Found:
        """What is most like a question. Never raises for the index or the model: then words alone decide."""
        documents = self.documents()
        nearest, less, anew = self._nearest(documents, question)
        return Found(tuple(hits_of(documents, question, nearest, most)), less, anew)

    def rebuild(self) -> Found:
        """Make the index anew from the sources."""
        with exclusive(self.state, LOCK, LOCK_SECONDS) as is_ours:
            if not is_ours:
                raise MachaError("another process uses the index; try again when it has finished")
            self._index().forget()
        documents = self.documents()
        _, less, _ = self._nearest(documents, "index")
        return Found((), less, "it was asked for")

    def _nearest(self, documents: list[Document], question: str) -> tuple[list[str] | None, str, str]:
        """Ids by the index, or None; why not; and why it was made anew."""
        from tools.knowledge.collection import DoubtError
        from tools.redaction import redact

        index = self._index()
        most = _CANDIDATES + sum(document.kind == RUNBOOK for document in documents)  # runbooks push nothing out
        try:
            with exclusive(self.state, LOCK, LOCK_SECONDS) as is_ours:
                if not is_ours:
                    return None, "another process uses the index", ""
                found = index.nearest(documents, redact(question), most)
        except (DoubtError, MachaError) as error:
            return None, str(error), ""
        except OSError as error:
            return None, f"the index: {why_unusable(error)}", ""
        if isinstance(found, Unanswered):
            return None, found.why, ""
        return found, "", "; ".join(dict.fromkeys(index.told))

    def _index(self) -> "Index":
        from tools.knowledge.index import Index  # Chroma takes a second and a half

        return Index(self.state / FOLDER / "index", self.embedding)
