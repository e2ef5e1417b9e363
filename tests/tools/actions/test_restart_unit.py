"""Restarting a unit: only one that failed, and it has helped when the unit runs anew."""

import pytest

from tests.tools.actions.worlds import DOWN, ELSEWHERE, UNREADABLE, WELL, app, units
from tests.world import failed
from tools.actions.restart_unit import RestartUnit
from tools.probes.observation import Observation

RESTART = RestartUnit(name="app.service")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param(WELL, "app.service is active (running), not failed", id="it runs"),
        pytest.param(app("inactive", "dead"), "app.service is inactive (dead), not failed", id="it was stopped"),
        pytest.param(app("activating", "auto-restart"), "app.service is activating", id="systemd is at it"),
        pytest.param(units(app=failed(load="masked")), "is masked, so it cannot be started", id="it is masked"),
        pytest.param(units(app=failed(load="error")), "is error, so it cannot be started", id="it cannot be loaded"),
        pytest.param(units(app=failed(load="not-found")), "is not among the units", id="its file is gone"),
        pytest.param(ELSEWHERE, "app.service is not among the units of this host", id="it is not there"),
        pytest.param(UNREADABLE, "could not be read: the bus is down", id="nobody knows"),
        pytest.param(
            units(web=failed(aliases=("app.service",))), "is another name of web.service: name it by that", id="alias"
        ),
    ],
)
def test_it_is_not_done(facts: Observation, why: str) -> None:
    assert why in (RESTART.why_not(facts) or "")


def test_a_unit_that_failed_may_be_restarted() -> None:
    assert RESTART.why_not(DOWN) is None
    assert RESTART.argv() == ("systemctl", "restart", "--", "app.service")
    assert RESTART.sentence() == "restart app.service"


@pytest.mark.parametrize(
    ("after", "outcome", "why"),
    [
        (app(), "verified", "app.service is active (running) since after 2"),
        (app("active", "exited"), "verified", "is active (exited)"),
        (app("failed", "failed", result="signal"), "not_helped", "app.service failed again (signal)"),
        (app("activating", "auto-restart"), "not_helped", "waits for systemd's next try"),
        (app(invocation=1), "unproven", "it was not started anew"),
        (app("activating", "start"), "unproven", "is activating (start)"),
        (app("inactive", "dead"), "unproven", "is inactive (dead)"),
        (ELSEWHERE, "unproven", "not among the units"),
        (UNREADABLE, "unproven", "the bus is down"),
    ],
)
def test_the_world_afterwards_says_whether_it_helped(after: Observation, outcome: str, why: str) -> None:
    verdict = RESTART.verify(RESTART.basis(DOWN), after)
    assert verdict.outcome == outcome
    assert why in verdict.why


def test_its_basis_tells_one_failure_from_another() -> None:
    basis = RESTART.basis(DOWN)
    assert (basis["active"], basis["result"], basis["changed"]) == ("failed", "signal", "after 1")
    assert basis == RESTART.basis(units(app=failed(), other=failed()))
    assert basis != RESTART.basis(units(app=failed(invocation=2)))
    assert basis != RESTART.basis(units(app=failed("timeout")))


def test_it_cannot_be_undone() -> None:
    assert RESTART.undo(RESTART.basis(DOWN)) is None
