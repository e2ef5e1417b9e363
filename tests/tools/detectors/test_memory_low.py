import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.memory_low import MemoryLowLimits, detect
from tools.probes.memory import Memory


@pytest.mark.parametrize(
    ("available", "severity"),
    [
        (1000, None),
        (100, None),
        (99, Severity.WARNING),
        (50, Severity.WARNING),
        (49, Severity.HIGH),
        (20, Severity.HIGH),
        (19, Severity.CRITICAL),
    ],
)
def test_what_is_available_of_a_thousand_decides(available: int, severity: Severity | None) -> None:
    found = list(detect(Memory(1000 << 20, available << 20, 0, 0), MemoryLowLimits(), FIRST_LOOK))
    assert [(one.kind, one.object, one.severity) for one in found] == (
        [("mem.pressure", "host", severity)] if severity else []
    )


@pytest.mark.parametrize(("available", "is_there"), [(149, True), (150, False)])
def test_an_open_finding_ends_at_fifteen_percent(available: int, is_there: bool) -> None:
    opened = remembering(None, ("mem.pressure", "host"))
    assert bool(list(detect(Memory(1000 << 20, available << 20, 0, 0), MemoryLowLimits(), opened))) is is_there


@pytest.mark.parametrize(("available", "seconds"), [(99, 120), (49, 120), (19, 0)])
def test_it_must_last_unless_it_is_critical(available: int, seconds: float) -> None:
    (one,) = detect(Memory(1000 << 20, available << 20, 0, 0), MemoryLowLimits(), remembering())
    assert one.hold_seconds == seconds
