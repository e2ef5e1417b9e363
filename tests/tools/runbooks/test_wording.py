"""What people read: the cause with the line that tells it, whether a restart helps, or where to look."""

from tests.tools.runbooks.books import book
from tools.runbooks.judging import Judgement, judge
from tools.runbooks.wording import in_words


def test_a_named_cause_is_said_with_its_evidence_and_what_a_restart_would_do() -> None:
    assert in_words(judge(["out of oil"], [book()])) == (
        "likely cause: the frobnicator ran dry (runbook dry_frobnicator; it is said: out of oil); "
        "a restart will not help: it is as dry afterwards"
    )


def test_what_speaks_against_it_is_said_as_well() -> None:
    runbook = book("x_frobnicator", ("supporting =", "against = ['oiled']\nsupporting ="))
    said = in_words(judge(["out of oil", "frobnicator", "smoke", "oiled", "out of oil, frobnicator smoke"], [runbook]))
    assert "against it speaks: oiled" in said


def test_where_none_stands_out_it_says_where_to_look() -> None:
    said = in_words(judge(["frobnicator"], [book()]))
    assert said == "not enough evidence to name a cause: I would look at the level of oil"


def test_of_what_nothing_is_known_nothing_is_said() -> None:
    assert in_words(Judgement(why_not="no known cause fits")) == ""
