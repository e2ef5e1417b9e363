"""Runbooks as documents: a search finds what is known of a cause beside what happened here before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.knowledge import Document
from tools.knowledge.ranking import RUNBOOK
from tools.runbooks.runbook import Runbook
from tools.safe_text import safe_line, safe_text

MOST = 1 << 14
"""Characters of one; a page is too long to be about one cause."""


@dataclass(frozen=True, slots=True)
class RunbookSource:
    """The runbooks given, Macha's or a user's; whoever asks reads them (`tools.runbooks.library.usable`)."""

    runbooks: Iterable[Runbook]

    def documents(self) -> Iterator[Document]:
        """One for each, in their order, with the words that a search meets it by before the advice."""
        for runbook in self.runbooks:
            yield runbook_document(runbook)


def runbook_document(runbook: Runbook) -> Document:
    lines = [
        *runbook.examples,
        f"advice: {runbook.advice.strip()}",
        *(f"look at: {look}" for look in runbook.look_at),
        *(f"must not: {deed}" for deed in runbook.must_not),
        f"proof: {runbook.verify}",
    ]
    return Document(
        id=f"runbook-{runbook.name}",
        kind=RUNBOOK,
        title=safe_line(runbook.cause),
        text=safe_text("\n".join(lines), limit=MOST),
        provenance=f"runbook {runbook.name}, after {safe_line(', '.join(runbook.sources), 300)}",
    )
