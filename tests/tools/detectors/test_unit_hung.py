from typing import Any

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import NOW, detail, details, process, processes
from tools.detectors.unit_hung import UnitHungLimits, detect
from tools.probes import Skipped
from tools.probes.wall_clock import WallClock

CLOCK = WallClock(NOW, None, None, None)
STARTING = {"active_state": "activating", "sub_state": "start"}


def found(**other: Any) -> list[str]:
    given = details(detail(**other))
    return [one.summary for one in detect(given, CLOCK, Skipped("no"), FIRST_LOOK, UnitHungLimits())]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"active_state": "failed"}, id="failed"),
        pytest.param(STARTING | {"state_changed_at": "Sun 2026-11-22 08:55:00 UTC"}, id="starting for 300 s"),
        pytest.param(STARTING | {"type": "oneshot"}, id="a oneshot at work"),
        pytest.param(STARTING | {"sub_state": "auto-restart"}, id="waits for its restart"),
        pytest.param(STARTING | {"state_changed_at": "?"}, id="unknown since when"),
    ],
)
def test_is_left_alone(other: dict[str, Any]) -> None:
    assert found(**other) == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(STARTING | {"state_changed_at": "Sun 2026-11-22 08:54:59 UTC"}, id="starting for 301 s"),
        pytest.param({"active_state": "deactivating", "type": "oneshot"}, id="stopping"),
        pytest.param({"active_state": "reloading"}, id="reloading"),
        pytest.param(STARTING | {"type": "oneshot", "state_changed_at": "Sat 2026-11-21 08:59:59 UTC"}, id="a day"),
    ],
)
def test_a_unit_that_is_on_its_way_for_too_long(other: dict[str, Any]) -> None:
    assert len(found(**other)) == 1


@pytest.mark.parametrize(("states", "expected"), [("T", ["a.service"]), ("TT", ["a.service"]), ("TS", []), ("S", [])])
def test_a_service_whose_processes_all_stand_still(states: str, expected: list[str]) -> None:
    running = processes(*(process(at, unit="a.service", state=state) for at, state in enumerate(states)))
    hung = list(detect(details(), CLOCK, running, remembering(), UnitHungLimits()))
    assert [one.object for one in hung] == expected
    assert all(one.hold_seconds == 300 for one in hung)


def test_a_stopped_program_of_a_person_is_that_persons() -> None:
    running = processes(process(1, "vim", unit="session-1.scope", state="T"))
    assert list(detect(details(), CLOCK, running, FIRST_LOOK, UnitHungLimits())) == []
