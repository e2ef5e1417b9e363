"""A closer look: at any unit that is there, changing nothing."""

import pytest

from tests.tools.actions.worlds import DOWN, ELSEWHERE, UNREADABLE, WELL, app
from tools.actions.diagnose import Diagnose
from tools.probes.observation import Observation

LOOK = Diagnose(name="app.service")


@pytest.mark.parametrize("facts", [WELL, DOWN, app("inactive", "dead")])
def test_a_unit_may_be_read_in_whatever_state(facts: Observation) -> None:
    assert LOOK.why_not(facts) is None
    assert LOOK.basis(facts) == {"unit": "there"}


@pytest.mark.parametrize(("facts", "why"), [(ELSEWHERE, "not among the units"), (UNREADABLE, "the bus is down")])
def test_what_is_not_there_cannot_be_read(facts: Observation, why: str) -> None:
    assert why in (LOOK.why_not(facts) or "")
    assert LOOK.basis(facts) != LOOK.basis(DOWN)


def test_it_only_reads() -> None:
    assert not LOOK.changes
    assert LOOK.argv()[:2] == ("systemctl", "status")
    assert LOOK.argv()[-2:] == ("--", "app.service")


@pytest.mark.parametrize("after", [WELL, DOWN, UNREADABLE])
def test_that_it_was_read_is_all_there_is_to_prove(after: Observation) -> None:
    assert LOOK.verify({}, after).outcome == "verified"
