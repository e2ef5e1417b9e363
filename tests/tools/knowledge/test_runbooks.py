"""Runbooks as documents, beside what was learned here."""

from pathlib import Path

from tests.tools.runbooks.books import book
from tools.knowledge import Document
from tools.knowledge.base import KnowledgeBase
from tools.knowledge.ranking import RUNBOOK_FITS_FROM, Hit, hits_of
from tools.knowledge.runbooks import RunbookSource
from tools.runbooks.library import built_in

EVERY = list(RunbookSource(built_in().values()).documents())
CASE = Document("case-1", "case", "out of oil", "the frobnicator ran out of oil", "action 1")


def test_a_document_says_which_runbook_it_is_and_what_must_not_be_done() -> None:
    (document,) = RunbookSource([book()]).documents()
    assert (document.id, document.kind) == (f"runbook-{book().name}", "runbook")
    assert "must not: " in document.text
    assert document.provenance.startswith(f"runbook {book().name}, after https://")


def test_every_runbook_is_a_document_of_its_own() -> None:
    assert len({document.id for document in EVERY}) == len(built_in())


def test_it_has_to_fit_better_than_a_case() -> None:
    (document,) = RunbookSource([book()]).documents()
    assert not Hit(document, RUNBOOK_FITS_FROM - 0.01).fits
    assert Hit(CASE, RUNBOOK_FITS_FROM - 0.01).fits


def test_what_a_case_fits_does_not_depend_on_runbooks() -> None:
    alone = hits_of([CASE], "out of oil", None, 5)
    assert hits_of([CASE, *EVERY], "out of oil", None, 5)[0] == alone[0]


def test_nothing_fits_where_no_runbook_does() -> None:
    assert not [hit for hit in hits_of(EVERY, "squeaking walnut needs approval", None, 5) if hit.fits]


def test_the_index_holds_them_as_well(tmp_path: Path) -> None:
    found = KnowledgeBase.of(tmp_path, RunbookSource([book()])).search("the frobnicator is out of oil")
    assert ([hit.document.kind for hit in found.hits], found.less) == (["runbook"], "")
