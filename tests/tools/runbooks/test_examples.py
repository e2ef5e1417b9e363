"""A runbook is tried beside all the others on its own examples."""

from tests.tools.runbooks.books import book
from tools.runbooks.examples import trials

OIL = book()


def test_an_example_that_it_tells_is_right() -> None:
    assert [trial.why_not for trial in trials(OIL, {})] == [None]


def test_one_that_it_does_not_match_says_what_came_first() -> None:
    blind = book("blind", ("'out of oil'", "'out of water'"), ("'frobnicator', 'smoke'", "'steam'"))
    (trial,) = trials(blind, {"dry_frobnicator": OIL})
    assert trial.why_not == "no pattern fits well enough; dry_frobnicator comes first"


def test_one_that_another_tells_as_well_is_not_told() -> None:
    (trial,) = trials(OIL, {"twin": book("twin")})
    assert "several causes fit as well (twin" in (trial.why_not or "")


def test_one_that_another_tells_better_names_it() -> None:
    better = book("better", ("'out of oil'", "'out of oil', 'of oil'"))
    (trial,) = trials(OIL, {"better": better})
    assert (trial.why_not or "").startswith("better comes first")
