"""Notes and proven cases that fit a text by its words alone: no index, no model, nothing written."""

from pathlib import Path

from tools.knowledge import Document
from tools.knowledge.base import KnowledgeBase
from tools.knowledge.ranking import Ranking


def alike(folder: Path, text: str, most: int, without: frozenset[str] = frozenset()) -> list[Document]:
    """The best that fit, leaving out documents of these ids."""
    documents = [one for one in KnowledgeBase.of(folder).documents() if one.id not in without]
    hits = Ranking(documents).hits(text, None, most) if documents and text.strip() else []
    return [hit.document for hit in hits if hit.fits]
