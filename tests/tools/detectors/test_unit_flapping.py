import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import NOW, line, units
from tools.detectors import Memory, Severity
from tools.detectors.unit_flapping import UnitFlappingLimits, detect
from tools.probes.kernel_log import RESTART_SCHEDULED, KernelLog
from tools.probes.wall_clock import WallClock


def found(*seconds_ago: float, state: str = "active", memory: Memory = FIRST_LOOK) -> list[Severity]:
    lines = tuple(
        line(
            "Scheduled restart job",
            about="a.service",
            message_id=RESTART_SCHEDULED,
            microseconds=int((NOW - ago) * 1e6),
        )
        for ago in seconds_ago
    )
    clock = WallClock(NOW, None, None, None)
    return [f.severity for f in detect(KernelLog(lines), units(a__service=state), clock, memory, UnitFlappingLimits())]


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        pytest.param((200, 10), "active", id="twice"),
        pytest.param((700, 350, 10), "active", id="three times, but not in five minutes"),
        pytest.param((400, 350, 301), "active", id="it has stayed up since"),
        pytest.param((15, 13, 11, 5), "active", id="it stays up twice as long as before"),
        pytest.param((200, 100, 10), "failed", id="given up: it is failed, not flapping"),
    ],
)
def test_is_left_alone(ago: tuple[float, ...], state: str) -> None:
    assert found(*ago, state=state) == []


def test_once_found_it_must_come_to_rest_for_longer() -> None:
    memory = remembering(None, ("unit.flapping", "a.service"))
    assert found(35, 33, 31, 30, memory=memory) == [Severity.WARNING]
    assert found(36, 34, 32, 31, memory=memory) == []


def test_three_restarts_in_five_minutes_are_a_warning_at_once() -> None:
    assert found(300, 100, 0) == [Severity.WARNING]


def test_five_in_half_an_hour_are_not_high_and_six_are() -> None:
    assert found(1700, 1300, 900, 500, 10) == []
    assert found(1700, 1300, 900, 500, 100, 10) == [Severity.HIGH]


def test_once_found_three_in_half_an_hour_keep_it_open() -> None:
    memory = remembering(None, ("unit.flapping", "a.service"))
    assert found(1700, 900, 10, memory=memory) == [Severity.WARNING]
    assert found(900, 10, memory=memory) == []


def test_a_line_that_is_not_the_managers_counts_nothing() -> None:
    lines = tuple(line("Scheduled restart job", message_id=RESTART_SCHEDULED) for _ in range(9))
    clock = WallClock(NOW, None, None, None)
    assert list(detect(KernelLog(lines), units(), clock, FIRST_LOOK, UnitFlappingLimits())) == []
