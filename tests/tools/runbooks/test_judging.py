"""A cause is named only where it stands out, and no more is dared than the gravest likely cause allows."""

from tests.tools.runbooks.books import book
from tools.runbooks.judging import Bar, judge, judged, suspects

OIL = book()
WATER = book("wet_frobnicator", ("out of oil", "full of water"), ("ran dry", "is wet"))
GRAVE = book(
    "hot_frobnicator", ("'out of oil'", "'on fire'"), ("'frobnicator', 'smoke'", "'ash'"), ('"propose"', '"escalate"')
)
GENERAL = book("ill_frobnicator", ("safe_class", "is_general = true\nsafe_class"))


def test_without_a_line_nothing_is_known() -> None:
    judgement = judge([], [OIL])
    assert (judgement.named, judgement.why_not, judgement.look_at) == (None, "no known cause fits", ())
    assert judgement.safe_class == "collect_more"


def test_a_telling_line_names_the_cause_and_is_shown() -> None:
    judgement = judge(["started", "it is OUT OF OIL"], [OIL, WATER])
    assert judgement.named is not None
    assert judgement.named.runbook is OIL
    assert judgement.named.speaks_for == ("it is OUT OF OIL",)
    assert (judgement.safe_class, [one.kind for one in judgement.candidates]) == ("propose", ["config.propose"])
    assert judgement.why_no_restart == "it is as dry afterwards"


def test_a_line_that_fits_several_names_none_and_says_where_to_look() -> None:
    judgement = judge(["frobnicator: smoke"], [OIL, WATER])
    assert (judgement.named, judgement.why_not) == (None, "not enough evidence")
    assert judgement.look_at == ("the level of oil",)
    assert judgement.candidates == ()
    assert judgement.why_no_restart is None


def test_two_that_fit_as_well_are_both_shown_and_none_is_named() -> None:
    judgement = judge(["out of oil", "full of water"], [OIL, WATER])
    assert (judgement.named, judgement.why_not) == (None, "several causes fit as well")
    assert len(judgement.suspects) == 2


def test_a_general_cause_steps_back_behind_a_special_one() -> None:
    judgement = judge(["out of oil"], [GENERAL, OIL])
    assert judgement.named is not None
    assert judgement.named.runbook is OIL
    assert judge(["out of oil"], [GENERAL]).named is not None


def test_a_graver_cause_that_is_likely_as_well_allows_no_more_than_it_would() -> None:
    judgement = judge(["out of oil", "frobnicator smoke", "on fire"], [OIL, GRAVE])
    assert judgement.named is not None
    assert judgement.named.runbook is OIL
    assert (judgement.safe_class, judgement.candidates) == ("escalate", ())


def test_what_speaks_against_it_is_weighed_and_shown() -> None:
    against = book("d_frobnicator", ("supporting =", "against = ['freshly oiled']\nsupporting ="))
    (suspect,) = suspects(["out of oil", "freshly oiled today"], [against])
    assert suspect.points == 1.0
    assert suspect.speaks_against == ("freshly oiled today",)


def test_what_is_required_must_be_there_and_what_excludes_must_not() -> None:
    required = book("r_frobnicator", ("supporting =", "required = ['frob']\nsupporting ="))
    excluded = book("e_frobnicator", ("supporting =", "excluded_by = ['no oil needed']\nsupporting ="))
    assert suspects(["out of oil"], [required]) == ()
    assert suspects(["out of oil", "no oil needed"], [excluded]) == ()
    assert len(suspects(["out of oil, frob"], [required, excluded])) == 2


def test_one_family_is_one_suspect() -> None:
    twin = book("twin", ("cause =", 'family = "dry_frobnicator"\ncause ='))
    assert len(suspects(["out of oil"], [OIL, twin])) == 1


def test_a_finding_of_its_kind_fits_it() -> None:
    finding = book("f_frobnicator", ("supporting =", 'findings = ["unit.failed"]\nsupporting ='))
    plain, found = suspects(["out of oil"], [finding]), suspects(["out of oil"], [finding], {"unit.failed"})
    assert found[0].points > plain[0].points
    assert suspects(["well"], [finding], {"unit.failed"}) == ()


def test_a_finding_that_is_the_cause_needs_no_line_beside_it() -> None:
    more = "required = ['frob']\ntelling_findings = [\"unit.masked\"]\nsupporting ="
    masked = book("m_frobnicator", ("supporting =", more))
    assert suspects(["it"], [masked], {"unit.failed"}) == ()
    judgement = judge(["it"], [masked], {"unit.masked"})
    assert judgement.named is not None
    assert judgement.named.speaks_for == ("unit.masked was found",)


def test_a_runbook_for_another_system_is_left_out() -> None:
    nixos = book("n_frobnicator", ('"any"', '"nixos"'))
    assert suspects(["out of oil"], [nixos], system="debian") == ()
    assert len(suspects(["out of oil"], [nixos], system="nixos")) == 1
    assert len(suspects(["out of oil"], [nixos])) == 1


def test_the_bar_decides_what_is_named() -> None:
    weighed = suspects(["out of oil"], [OIL])
    assert judged(weighed, Bar(points=3.0)).named is not None
    assert judged(weighed, Bar(points=3.5)).named is None


def test_the_same_line_a_thousand_times_counts_once() -> None:
    (suspect,) = suspects(["frobnicator: smoke"] * 1000, [OIL])
    assert suspect.points < 2
