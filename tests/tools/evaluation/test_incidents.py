"""Labelled incidents: the judge sees only what it may see, silence can be right, and daring is counted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.runbooks.books import book
from tools.errors import MachaError
from tools.evaluation.folds import fitted, unknown
from tools.evaluation.incidents import Score, score, total
from tools.evaluation.labelled import Labelled, read_incidents
from tools.runbooks.runbook import Runbook

RESTART = book(
    "restart_it",
    ('restart = "no"', 'restart = "yes"'),
    ('{ kind = "config.propose", on = "the level of oil" }', '{ kind = "unit.restart" }'),
    ("out of oil", "asleep"),
)
BOOKS: list[Runbook] = [book(), RESTART]


def incident(*log: str, family: str = "dry_frobnicator", **more: Any) -> Labelled:
    values = {"id": "I-1", "evidence_log": list(log), "cause_family": family, "safe_class": "propose", **more}
    return Labelled.model_validate(values)


def scored(one: Labelled, inputs: Any = "log") -> Score:
    return score(one, BOOKS, inputs)


def test_a_right_cause_is_right_and_dares_what_its_label_does() -> None:
    one = scored(incident("out of oil", restart_helps="no", must_not=["restart it"]))
    assert (one.top1, one.top3, one.abstained, one.more_aggressive, one.restart_futile) == (True, True, False) + (
        False,
    ) * 2
    assert one.must_not == ()


def test_title_cause_and_fix_are_never_shown() -> None:
    one = incident("?", title="out of oil", root_cause="out of oil", fix="out of oil", service="frobnicator")
    assert one.seen("facts") == ["?"]


def test_observations_are_seen_only_with_facts() -> None:
    one = incident("?", observations=["out of oil"])
    assert scored(one).abstained
    assert scored(one, "facts").top1


def test_silence_is_right_where_nothing_is_known_and_where_nothing_was_shown() -> None:
    assert scored(incident("??", family="of_tomorrow")).abstain_right
    assert scored(incident("??", family="insufficient_evidence")).abstain_right
    assert scored(incident()).abstain_right
    assert scored(incident("??")).abstain_wrong


def test_a_wrong_name_is_counted_even_if_the_right_one_is_shown() -> None:
    one = scored(incident("out of oil", family="restart_it"))
    assert (one.named_wrong, one.top1) == (True, False)


def test_daring_more_than_the_label_is_counted() -> None:
    assert scored(incident("out of oil", safe_class="escalate")).more_aggressive
    assert scored(incident("out of oil", safe_class="observe")).more_aggressive
    assert not scored(incident("??", safe_class="observe")).more_aggressive


def test_a_restart_that_does_not_help_is_counted() -> None:
    assert scored(incident("asleep", restart_helps="no", must_not=["restart the frobnicator"])).restart_futile
    assert scored(incident("asleep", restart_helps="no", must_not=["restart the frobnicator"])).must_not
    assert not scored(incident("asleep", restart_helps="temporary")).restart_futile


def test_totals_are_counts_with_their_intervals() -> None:
    sums = total([scored(incident("out of oil")), scored(incident("??", family="of_tomorrow"))])
    assert (sums["n"], sums["top1"], sums["abstain_right"], sums["abstain_wrong"]) == (2, 1, 1, 0)
    assert (sums["shares"]["top1"].of, sums["shares"]["abstain_right"].of) == (2, 1)
    assert total([])["n"] == 0


def test_without_the_runbook_of_its_family_nothing_is_named_rightly() -> None:
    incidents = [incident("out of oil"), incident("asleep", family="restart_it")]
    assert sum(one.top1 for one in fitted(incidents, BOOKS, "log")) == 2
    left = unknown(incidents, BOOKS, "log")
    assert [one.abstain_right for one in left] == [True, True]


def test_every_incident_is_in_one_fold_and_a_family_in_one_alone() -> None:
    incidents = [incident("out of oil", family=f"family_{at % 7}") for at in range(20)]
    assert len(fitted(incidents, BOOKS, "log")) == len(unknown(incidents, BOOKS, "log")) == 20


def test_a_file_is_read_or_the_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "incidents.jsonl"
    file.write_text(json.dumps(incident("x").model_dump()) + "\n\n")
    assert len(read_incidents(file)) == 1
    file.write_text(file.read_text() + '{"id": "I-2"}\n')
    with pytest.raises(MachaError, match=r"incidents\.jsonl:3: not an incident: evidence_log"):
        read_incidents(file)
    file.write_text("")
    with pytest.raises(MachaError, match="no incidents"):
        read_incidents(file)
    with pytest.raises(MachaError, match="cannot be read"):
        read_incidents(tmp_path)
