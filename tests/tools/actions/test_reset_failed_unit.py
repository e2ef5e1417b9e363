"""Clearing a failure: proven by a unit that is no longer failed, never by not knowing."""

import pytest

from tests.tools.actions.worlds import DOWN, ELSEWHERE, UNREADABLE, WELL, app
from tools.actions.reset_failed_unit import ResetFailedUnit
from tools.probes.observation import Observation

RESET = ResetFailedUnit(name="app.service")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param(WELL, "not failed", id="it runs"),
        pytest.param(app("inactive", "dead"), "not failed", id="it was cleared already"),
        pytest.param(ELSEWHERE, "is not among the units of this host", id="it is not there"),
        pytest.param(UNREADABLE, "the bus is down", id="nobody knows"),
    ],
)
def test_it_is_not_done(facts: Observation, why: str) -> None:
    assert why in (RESET.why_not(facts) or "")


def test_a_unit_that_failed_may_be_cleared() -> None:
    assert RESET.why_not(DOWN) is None
    assert RESET.argv() == ("systemctl", "reset-failed", "--", "app.service")


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        pytest.param(app("inactive", "dead"), "verified", id="it is clear"),
        pytest.param(WELL, "verified", id="it runs by now"),
        pytest.param(ELSEWHERE, "verified", id="systemd unloads what nobody refers to"),
        pytest.param(DOWN, "not_helped", id="it is failed still"),
        pytest.param(UNREADABLE, "unproven", id="nobody knows"),
    ],
)
def test_the_world_afterwards_says_whether_it_helped(after: Observation, outcome: str) -> None:
    assert RESET.verify(RESET.basis(DOWN), after).outcome == outcome
