"""A document that misled weighs less; each action counts once."""

from pathlib import Path

from tests.conftest import ManualClock
from tests.tools.knowledge.conftest import documents
from tools.knowledge.following import record
from tools.knowledge.outcomes import Outcome, outcomes, weighed


def test_what_was_never_followed_weighs_1(tmp_path: Path) -> None:
    assert outcomes(tmp_path) == {}
    assert weighed(documents(1)[0], {}).weight == 1.0
    assert list(tmp_path.iterdir()) == []


def test_misleading_costs_weight_and_helping_regains_it() -> None:
    assert [Outcome(0, misled).weight for misled in (1, 2)] == [1 / 2, 1 / 3]
    assert Outcome(5, 0).weight == 1.0
    assert 1 / 2 < Outcome(3, 1).weight < 1.0


def test_an_action_counts_once_for_a_document_as_it_ended_last(tmp_path: Path, clock: ManualClock) -> None:
    for has_helped in (True, True, False):
        record(tmp_path, "note-0", 7, has_helped, clock)
    record(tmp_path, "note-0", 8, False, clock)
    record(tmp_path, "case-1", 7, True, clock)
    assert outcomes(tmp_path) == {"note-0": Outcome(0, 2), "case-1": Outcome(1, 0)}
    assert weighed(documents(1)[0], outcomes(tmp_path)).weight == 1 / 3
