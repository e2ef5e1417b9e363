import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.clock_skew import ClockSkewLimits, detect
from tools.probes.wall_clock import WallClock

OPEN = remembering(None, ("time.skew", "host"))
LIMITS = ClockSkewLimits()


@pytest.mark.parametrize(
    ("offset", "error", "severity"),
    [
        (0.0, 0.0, None),
        (4.9, 0.0, None),
        (-4.9, 0.0, None),
        (6.0, 1.1, None),
        (5.0, 0.0, Severity.WARNING),
        (-5.1, 0.0, Severity.WARNING),
        (60.9, 1.0, Severity.WARNING),
        (61.0, 1.0, Severity.HIGH),
        (-3600.0, 1.0, Severity.HIGH),
        (None, None, None),
    ],
)
def test_beyond_the_error_of_the_measurement(
    offset: float | None, error: float | None, severity: Severity | None
) -> None:
    found = detect(WallClock(None, None, offset, error), FIRST_LOOK, LIMITS)
    assert [one.severity for one in found] == ([severity] if severity else [])


@pytest.mark.parametrize(("offset", "is_found"), [(2.1, True), (2.0, False)])
def test_once_said_it_is_over_at_two_seconds(offset: float, is_found: bool) -> None:
    assert bool(list(detect(WallClock(None, None, offset, 0.0), OPEN, LIMITS))) == is_found


@pytest.mark.parametrize(("offset", "hold"), [(10.0, 600), (100.0, 0)])
def test_only_a_small_one_is_held(offset: float, hold: float) -> None:
    (one,) = detect(WallClock(None, False, offset, 0.0), remembering(), LIMITS)
    assert one.hold_seconds == hold


def test_says_which_way() -> None:
    (one,) = detect(WallClock(None, False, -10.0, 0.5), FIRST_LOOK, LIMITS)
    assert one.summary == "the host's clock is 10.0 s behind the controller's"
    assert one.details["synchronized"] == "no"
