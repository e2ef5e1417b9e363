import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import process, processes
from tools.detectors.zombies import ZombiesLimits, detect
from tools.probes.processes import Processes

OPEN = remembering(None, ("proc.zombies", "a.service"))
LIMITS = ZombiesLimits()


def dead(count: int, age: float = 60) -> Processes:
    parent = process(5, "a", unit="a.service")
    return processes(parent, *(process(10 + at, state="Z", parent=5, age_seconds=age) for at in range(count)))


@pytest.mark.parametrize(("count", "expected"), [(5, []), (6, ["a.service"])])
def test_more_than_five_of_one_parent(count: int, expected: list[str]) -> None:
    assert [one.object for one in detect(dead(count), FIRST_LOOK, LIMITS)] == expected


def test_those_that_just_ended_are_left_alone() -> None:
    assert list(detect(dead(20, age=1), FIRST_LOOK, LIMITS)) == []


@pytest.mark.parametrize(("count", "expected"), [(3, ["a.service"]), (2, [])])
def test_once_said_it_is_over_at_two(count: int, expected: list[str]) -> None:
    assert [one.object for one in detect(dead(count), OPEN, LIMITS)] == expected


def test_it_is_held_for_five_minutes_once_a_host_is_known() -> None:
    assert [one.hold_seconds for one in detect(dead(9), remembering(), LIMITS)] == [300]
