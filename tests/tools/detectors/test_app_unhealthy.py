import pytest
from pydantic import ValidationError

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.app_unhealthy import AppUnhealthyLimits, detect
from tools.probes.applications import Answer, Applications

URL = "http://127.0.0.1/health"
LIMITS = AppUnhealthyLimits()


@pytest.mark.parametrize(
    ("exit_status", "status", "seconds", "severity"),
    [
        (0, 200, 1.0, None),
        (0, 399, 0.1, None),
        (0, 200, 1.01, Severity.WARNING),
        (0, 400, 0.1, Severity.HIGH),
        (7, 0, 0.0, Severity.HIGH),
    ],
)
def test_an_answer(exit_status: int, status: int, seconds: float, severity: Severity | None) -> None:
    answers = Applications((Answer(URL, exit_status, status, seconds),))
    found = [(one.object, one.severity) for one in detect(answers, FIRST_LOOK, LIMITS)]
    assert found == ([(URL, severity)] if severity else [])


def test_one_bad_answer_is_held_for_a_minute() -> None:
    (one,) = detect(Applications((Answer(URL, 7, 0, 0.0),)), remembering(), LIMITS)
    assert one.hold_seconds == 60


@pytest.mark.parametrize("url", ["ftp://a/", "http://a b", "http://$(id)/", "-o/etc/passwd"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        AppUnhealthyLimits(urls=(url,))
