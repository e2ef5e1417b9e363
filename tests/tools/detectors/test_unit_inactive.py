from typing import Any

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import health, stopped, units
from tools.detectors.unit_inactive import UnitInactiveLimits, detect

TARGET = ("multi_user.target",)


def found(**other: Any) -> list[str]:
    given = stopped(**({"wanted_by": TARGET} | other))
    states = units(multi_user__target="active", off__target="inactive", srv__mount="failed", ok__mount="active")
    return [one.summary for one in detect(health(given), states, FIRST_LOOK, UnitInactiveLimits())]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"main_exit": 2999.9}, id="it ended by itself"),
        pytest.param({"active_exit": None, "main_exit": None}, id="it never ran in this boot"),
        pytest.param({"wanted_by": ("off.target",)}, id="nothing that runs wants it"),
        pytest.param({"unit_file_state": "disabled"}, id="it is disabled"),
        pytest.param({"type": "oneshot"}, id="it is a oneshot"),
        pytest.param({"triggered_by": ("a.socket",)}, id="a socket starts it"),
        pytest.param({"condition_result": "no"}, id="its condition does not hold here"),
        pytest.param({"load_state": "masked"}, id="it is masked"),
        pytest.param({"active_exit": None, "requires": ("ok.mount",)}, id="what it requires is fine"),
    ],
)
def test_is_left_alone(other: dict[str, Any]) -> None:
    assert found(**other) == []


def test_a_service_that_was_stopped_and_is_wanted_is_found() -> None:
    assert found() == ["a.service does not run: it was stopped 10 min ago"]


def test_one_that_waits_for_a_failed_mount_is_found_though_it_never_ran() -> None:
    waits = found(active_exit=None, main_exit=None, requires=("srv.mount",))
    assert waits == ["a.service does not run: it requires srv.mount, which is failed"]


@pytest.mark.parametrize(("type_", "said"), [("simple", ["a.service"]), ("oneshot", [])])
def test_one_that_requires_what_is_masked_never_started_and_is_found(type_: str, said: list[str]) -> None:
    given = stopped(wanted_by=TARGET, type=type_, active_exit=None, main_exit=None, requires=("db.service",))
    states = units(multi_user__target="active", db__service="masked")
    found = list(detect(health(given), states, FIRST_LOOK, UnitInactiveLimits()))
    assert [one.object for one in found] == said
    assert all(one.summary.endswith("it requires db.service, which is masked") for one in found)


def test_a_stopped_one_is_held_for_five_minutes_and_a_consequence_is_not() -> None:
    states = units(multi_user__target="active", srv__mount="failed")
    given = health(
        stopped("a.service", wanted_by=TARGET), stopped("b.service", wanted_by=TARGET, requires=("srv.mount",))
    )
    holds = {one.object: one.hold_seconds for one in detect(given, states, remembering(), UnitInactiveLimits())}
    assert holds == {"a.service": 300, "b.service": 0}
