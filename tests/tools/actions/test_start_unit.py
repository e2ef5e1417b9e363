"""Starting a unit: one that is down, whether it failed or was stopped."""

import pytest

from tests.tools.actions.worlds import DOWN, ELSEWHERE, UNREADABLE, WELL, app, units
from tests.world import failed
from tools.actions.start_unit import StartUnit
from tools.probes.observation import Observation

START = StartUnit(name="app.service")
STOPPED = app("inactive", "dead", invocation=1)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param(WELL, "app.service is active (running) already", id="it runs"),
        pytest.param(app("activating", "start"), "app.service is activating (start) already", id="it starts"),
        pytest.param(app("deactivating", "stop"), "is deactivating (stop) already", id="it stops"),
        pytest.param(units(app=failed(load="masked")), "is masked, so it cannot be started", id="it is masked"),
        pytest.param(ELSEWHERE, "is not among the units of this host", id="it is not there"),
        pytest.param(UNREADABLE, "could not be read: the bus is down", id="nobody knows"),
    ],
)
def test_it_is_not_done(facts: Observation, why: str) -> None:
    assert why in (START.why_not(facts) or "")


@pytest.mark.parametrize("facts", [DOWN, STOPPED])
def test_a_unit_that_is_down_may_be_started(facts: Observation) -> None:
    assert START.why_not(facts) is None
    assert START.argv() == ("systemctl", "start", "--", "app.service")


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (app(), "verified"),
        (app("failed", "failed"), "not_helped"),
        (app("activating", "auto-restart"), "not_helped"),
        (app("activating", "start"), "unproven"),
        (STOPPED, "unproven"),
        (UNREADABLE, "unproven"),
    ],
)
def test_the_world_afterwards_says_whether_it_helped(after: Observation, outcome: str) -> None:
    assert START.verify(START.basis(DOWN), after).outcome == outcome


def test_clearing_the_failure_first_does_not_make_its_approval_stale() -> None:
    assert START.basis(DOWN) == START.basis(STOPPED)
    assert START.basis(DOWN) != START.basis(WELL)
    assert START.basis(DOWN) != START.basis(units(app=failed(load="masked")))
