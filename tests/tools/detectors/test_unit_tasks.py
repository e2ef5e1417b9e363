import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import processes
from tools.detectors.unit_tasks import UnitTasksLimits, detect

OPEN = remembering(None, ("unit.tasks_limit", "a.service"))


@pytest.mark.parametrize(("count", "is_found"), [(0, False), (89, False), (90, True), (100, True)])
def test_from_nine_tenths_of_the_limit_on(count: int, is_found: bool) -> None:
    assert bool(list(detect(processes(a__service=(count, 100)), FIRST_LOOK, UnitTasksLimits()))) == is_found


@pytest.mark.parametrize(("count", "is_found"), [(81, True), (80, False)])
def test_it_is_over_at_eight_tenths(count: int, is_found: bool) -> None:
    assert bool(list(detect(processes(a__service=(count, 100)), OPEN, UnitTasksLimits()))) == is_found


def test_it_is_held_for_five_minutes_once_a_host_is_known() -> None:
    (one,) = detect(processes(a__service=(95, 100)), remembering(), UnitTasksLimits())
    assert one.hold_seconds == 300
