import pytest

from tools.detectors import Severity
from tools.detectors.clock_skew import ClockSkewLimits, detect
from tools.probes.wall_clock import WallClock


@pytest.mark.parametrize(
    ("offset", "error", "severity"),
    [
        (None, None, None),
        (0.2, 0.3, None),
        (5.2, 0.2, None),
        (30, 26, None),
        (5.3, 0.2, Severity.WARNING),
        (-6.0, 0.5, Severity.WARNING),
        (60.2, 0.2, Severity.WARNING),
        (60.3, 0.2, Severity.HIGH),
        (-7200, 0.2, Severity.HIGH),
    ],
)
def test_only_what_lies_beyond_the_error_counts(offset: float, error: float, severity: Severity | None) -> None:
    found = list(detect(WallClock(1.0, None, offset, error), ClockSkewLimits()))
    assert [(one.kind, one.object, one.severity) for one in found] == (
        [("time.skew", "host", severity)] if severity else []
    )
