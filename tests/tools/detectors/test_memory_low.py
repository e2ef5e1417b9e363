import pytest

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
    found = list(detect(Memory(1000 << 20, available << 20, 0, 0), MemoryLowLimits()))
    assert [(one.kind, one.object, one.severity) for one in found] == (
        [("mem.pressure", "host", severity)] if severity else []
    )
