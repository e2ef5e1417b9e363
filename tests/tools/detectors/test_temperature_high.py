import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Memory, Severity
from tools.detectors.temperature_high import TemperatureHighLimits, detect
from tools.probes.hardware import Hardware
from tools.probes.temperatures import Temperature


def found(
    degrees: float,
    most: float | None = 84,
    critical: float | None = 100,
    *,
    alarm: bool = False,
    memory: Memory = FIRST_LOOK,
) -> list[tuple[Severity, float]]:
    hardware = Hardware(temperatures=(Temperature("core", degrees, most, critical, alarm),))
    return [(f.severity, f.hold_seconds) for f in detect(hardware, TemperatureHighLimits(), memory)]


def test_the_sensors_own_limits_decide() -> None:
    assert found(83.9) == [] and found(84) == [(Severity.WARNING, 0)]
    assert found(99.9) == [(Severity.WARNING, 0)] and found(100) == [(Severity.CRITICAL, 0)]
    assert found(99.9, most=None) == [] and found(100, most=None) == [(Severity.CRITICAL, 0)]


def test_a_sensor_without_limits_says_nothing_unless_it_alarms() -> None:
    assert found(150, None, None) == [] and found(20, None, None, alarm=True) == [(Severity.CRITICAL, 0)]


@pytest.mark.parametrize(("degrees", "count"), [(79.1, 1), (79, 0)])
def test_an_open_finding_ends_five_degrees_lower(degrees: float, count: int) -> None:
    opened = remembering(None, ("hardware.temperature", "core"))
    assert len(found(degrees, memory=opened)) == count


def test_a_warning_must_last_five_minutes() -> None:
    assert found(90, memory=remembering()) == [(Severity.WARNING, 300)]
    assert found(101, memory=remembering()) == [(Severity.CRITICAL, 0)]
