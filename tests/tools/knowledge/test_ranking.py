"""What fits a question, and that nothing does."""

from dataclasses import replace

import pytest

from tests.tools.knowledge.conftest import documents
from tools.knowledge.ranking import Ranking

QUESTION = "the mount of the backup is missing"


def test_nothing_known_fits_nothing() -> None:
    assert Ranking([]).hits(QUESTION, None, 5) == []


def test_a_question_without_a_known_word_fits_nothing() -> None:
    assert Ranking(documents()).hits("zfs 42", None, 5) == []
    assert not any(hit.fits for hit in Ranking(documents()).hits("what shall I cook", ["note-1"], 5))


def test_the_best_is_first_and_fits() -> None:
    best, *others = Ranking(documents()).hits(QUESTION, None, 5)
    assert best.document.id == "note-25"
    assert best.fits
    assert all(best.fit > other.fit for other in others)


def test_an_index_has_a_say_and_cannot_name_what_is_not_known() -> None:
    found = Ranking(documents()).hits("kernel", ["note-99", "gone", "note-2"], 100)
    assert {hit.document.id for hit in found} >= {"note-99", "note-2"}
    assert "gone" not in {hit.document.id for hit in found}


def test_what_misled_comes_later_and_fits_no_longer() -> None:
    twins = [replace(documents(26)[25], id=id_) for id_ in ("a", "b")]
    hits = Ranking([replace(twins[0], weight=0.25), twins[1], *documents(20)]).hits(QUESTION, None, 9)
    first, *others = hits
    second = next(hit for hit in others if hit.document.id == "a")
    assert first.document.id == "b"
    assert second.fit == pytest.approx(first.fit / 4, abs=0.001)
