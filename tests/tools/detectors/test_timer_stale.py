from typing import Any

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import NOW, health, timer, units
from tools.detectors.timer_stale import TimerStaleLimits, detect

ELAPSED = {"sub_state": "elapsed", "next_elapse": None}
STOPPED = {"active_state": "inactive", "sub_state": "dead", "next_elapse": None}


def found(**other: Any) -> list[str]:
    return [one.object for one in detect(health(timer(**other)), units(timers__target="active"), FIRST_LOOK, LIMITS)]


LIMITS = TimerStaleLimits()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({}, id="it waits"),
        pytest.param({"next_elapse": NOW - 3600}, id="due an hour ago"),
        pytest.param({"sub_state": "running", "next_elapse": None}, id="its service runs now"),
        pytest.param(ELAPSED | {"bases": ("OnBoot",)}, id="once after boot, and done"),
        pytest.param(ELAPSED | {"load_state": "masked"}, id="masked"),
        pytest.param(STOPPED | {"unit_file_state": "disabled"}, id="disabled and stopped"),
        pytest.param(STOPPED | {"condition_result": "no"}, id="its condition does not hold here"),
        pytest.param(STOPPED | {"wanted_by": ("other.target",)}, id="nothing that runs wants it"),
    ],
)
def test_is_left_alone(other: dict[str, Any]) -> None:
    assert found(**other) == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ELAPSED, id="a date that lies in the past"),
        pytest.param(ELAPSED | {"bases": ("OnUnitActive",)}, id="after a run that never was"),
        pytest.param(ELAPSED | {"bases": ("OnBoot", "OnCalendar")}, id="one of two bases should come again"),
        pytest.param({"next_elapse": NOW - 3601}, id="overdue for more than an hour"),
        pytest.param(STOPPED, id="enabled and stopped"),
    ],
)
def test_a_timer_that_does_not_fire(other: dict[str, Any]) -> None:
    assert found(**other) == ["a.timer"]


def test_only_a_stopped_one_is_held() -> None:
    given = health(timer("a.timer", **ELAPSED), timer("b.timer", **STOPPED))
    holds = [one.hold_seconds for one in detect(given, units(timers__target="active"), remembering(), LIMITS)]
    assert holds == [0, 300]
