"""The figures of retrieval, worked out by hand for a few questions."""

from hypothesis import given
from hypothesis import strategies as st

from tools.evaluation.retrieval import (
    Ranked,
    across_folds,
    balanced_accuracy,
    best_level,
    by_all,
    by_bm25,
    cases_of,
    figures,
    folds,
    ranked,
)

INCIDENTS = [
    {
        "id": f"case-{number}",
        "title": f"{thing} trouble",
        "cause_family": thing,
        "evidence_log": [f"{thing} {thing} went wrong", "error"],
        "observations": [],
        "root_cause": "worn out",
        "fix": f"replace the {thing}",
    }
    for number, thing in enumerate(["pump", "valve", "boiler", "pump", "valve", "lamp"])
]
CASES = list(cases_of(INCIDENTS))
FOUND = [Ranked(1, 0.9), Ranked(4, 0.8), Ranked(None, 0.5), Ranked(None, 0.85)]


def test_a_question_holds_only_what_was_seen() -> None:
    known, query = CASES[0]
    assert query.text == "pump pump went wrong\nerror"
    assert "replace the pump" in known.document.text


def test_figures_by_hand() -> None:
    found = figures(FOUND, 0.8)
    assert (found.n, found.without_answer, found.hit1, found.hit3, found.mrr) == (2, 2, 0.5, 0.5, 0.625)
    assert found.balanced_accuracy == (1 + 0.5) / 2


def test_without_questions_every_figure_is_0() -> None:
    assert figures([], 0.5).hit1 == figures([], 0.5).balanced_accuracy == best_level([]) == 0.0


def test_the_best_level_is_where_the_two_kinds_part() -> None:
    found = [Ranked(1, 0.9), Ranked(2, 0.7), Ranked(None, 0.6), Ranked(None, 0.1)]
    assert best_level(found) == 0.7
    assert balanced_accuracy(found, 0.7) == 1.0


def test_a_family_that_is_not_known_has_no_rank() -> None:
    known = [case for case, _ in CASES[:3]]

    def backwards(_: str) -> list[tuple[str, float]]:
        return [(one.document.id, 0.1) for one in reversed(known)]

    assert ranked(known, CASES[3][1], backwards) == Ranked(3, 0.1)
    assert ranked(known, CASES[5][1], backwards) == Ranked(None, 0.1)


def test_both_ways_find_what_was_there_before() -> None:
    for rank in (by_all, by_bm25):
        known = [case for case, _ in CASES[1:]]
        assert ranked(known, CASES[0][1], rank([one.document for one in known])).rank == 1
        assert len(across_folds(CASES, rank)) == len(CASES)


@given(st.integers(0, 200), st.integers(1, 9), st.integers())
def test_folds_divide_everything_once(count: int, parts: int, seed: int) -> None:
    found = folds(count, parts, seed)
    assert sorted(place for fold in found for place in fold) == list(range(count))
    assert max(map(len, found)) - min(map(len, found)) <= 1
    assert found == folds(count, parts, seed)
