import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.levels import falling, hold, rising

WARNING, HIGH, CRITICAL = Severity.WARNING, Severity.HIGH, Severity.CRITICAL


@pytest.mark.parametrize(
    ("value", "is_open", "severity"),
    [
        (89.9, False, None),
        (90, False, WARNING),
        (95, False, HIGH),
        (98, False, CRITICAL),
        (89.9, True, WARNING),
        (85.1, True, WARNING),
        (85, True, None),
        (94.9, True, WARNING),
    ],
)
def test_a_rising_figure(value: float, is_open: bool, severity: Severity | None) -> None:
    assert rising(value, is_open=is_open, clear=85, warning=90, high=95, critical=98) is severity


@pytest.mark.parametrize(
    ("value", "is_open", "severity"),
    [(10, False, None), (9.9, False, WARNING), (4.9, False, HIGH), (14.9, True, WARNING), (15, True, None)],
)
def test_a_falling_figure(value: float, is_open: bool, severity: Severity | None) -> None:
    assert falling(value, is_open=is_open, clear=15, warning=10, high=5) is severity


def test_a_level_that_is_not_set_is_never_reached() -> None:
    assert rising(99, is_open=False, clear=1, warning=None, critical=None) is None


def test_nothing_is_waited_for_on_a_first_look() -> None:
    assert hold(120, FIRST_LOOK) == 0 and hold(120, remembering()) == 120
