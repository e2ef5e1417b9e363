from typing import Any

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import process, processes
from tools.detectors import Memory, Severity
from tools.detectors.cpu_runaway import CpuRunawayLimits, detect
from tools.probes.load import Load, Stall

OPEN = remembering(None, ("cpu.runaway", "spin"))
SPINNING = {"state": "R", "cpu_seconds": 80.0, "age_seconds": 100.0, "voluntary_switches": 3}


def found(*others: dict[str, Any], waiting: float = 50.0, memory: Memory = FIRST_LOOK) -> list[Severity]:
    running = processes(*(process(at, "spin", **(SPINNING | other)) for at, other in enumerate(others)))
    load = Load(1, 1, 1, 2, {"cpu some": Stall(waiting, waiting, waiting)})
    return [one.severity for one in detect(running, load, memory, CpuRunawayLimits())]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"cpu_seconds": 79.0}, id="just below"),
        pytest.param({"state": "S"}, id="it waits now"),
        pytest.param({"voluntary_switches": 161}, id="it works: it waits now and then"),
        pytest.param({"nice": 10}, id="it is nice to others"),
        pytest.param({"age_seconds": 9.0, "cpu_seconds": 9.0}, id="too young"),
    ],
)
def test_work_is_left_alone(other: dict[str, Any]) -> None:
    assert found(other) == []


@pytest.mark.parametrize(("waiting", "severity"), [(10.0, Severity.WARNING), (9.9, Severity.INFO)])
def test_a_spinning_program_matters_when_others_wait(waiting: float, severity: Severity) -> None:
    assert found({}, waiting=waiting) == [severity]


@pytest.mark.parametrize(("kernel", "severity"), [(3.9, Severity.WARNING), (4.0, Severity.INFO)])
def test_what_asks_much_of_the_kernel_may_be_work(kernel: float, severity: Severity) -> None:
    assert found({"system_seconds": kernel}) == [severity]


def test_what_a_starved_program_waits_for_counts() -> None:
    assert found({"cpu_seconds": 20.0, "waited_seconds": 60.0}) == [Severity.WARNING]
    assert found({"cpu_seconds": 20.0, "waited_seconds": 59.0}) == []


def test_two_of_one_name_count_together_and_unknown_switches_do_not_excuse() -> None:
    assert found({"cpu_seconds": 40.0}, {"cpu_seconds": 40.0, "voluntary_switches": None}) == [Severity.WARNING]


@pytest.mark.parametrize(("seconds", "expected"), [(50.0, [Severity.WARNING]), (49.0, [])])
def test_once_said_it_is_over_below_half_a_processor(seconds: float, expected: list[Severity]) -> None:
    assert found({"cpu_seconds": seconds}, memory=OPEN) == expected


@pytest.mark.parametrize(("by_second", "expected"), [(0.8, [Severity.WARNING]), (0.79, [])])
def test_what_was_used_since_the_last_look_counts_more_than_the_whole_life(
    by_second: float, expected: list[Severity]
) -> None:
    memory = remembering({("processes.wanted_seconds", "spin"): (100.0, 100.0 + 300 * by_second)})
    assert found({"cpu_seconds": 900.0, "age_seconds": 90000.0}, memory=memory) == expected


def test_it_is_held_for_ten_minutes_once_a_host_is_known() -> None:
    running = processes(process(1, "spin", **SPINNING))
    (one,) = detect(running, Load(1, 1, 1, 2, {}), remembering(), CpuRunawayLimits())
    assert one.hold_seconds == 600
