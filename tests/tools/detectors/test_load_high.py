import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.load_high import LoadHighLimits, detect
from tools.probes.load import Load


@pytest.mark.parametrize(("load1", "load5"), [(0.1, 0.1), (99.0, 7.99), (8.0, 7.9)])
def test_a_short_burst_or_busy_cores_are_no_finding(load1: float, load5: float) -> None:
    assert list(detect(Load(load1, load5, 1.0, 4, {}), LoadHighLimits(), FIRST_LOOK)) == []


def test_five_minutes_above_two_per_core_are_information() -> None:
    (found,) = detect(Load(9.0, 8.1, 1.0, 4, {}), LoadHighLimits(), FIRST_LOOK)
    assert (found.kind, found.object, found.severity) == ("cpu.load", "host", Severity.INFO)


@pytest.mark.parametrize(("load5", "is_there"), [(7.01, True), (7.0, False)])
def test_an_open_finding_ends_below_it(load5: float, is_there: bool) -> None:
    opened = remembering(None, ("cpu.load", "host"))
    assert bool(list(detect(Load(0, load5, 1.0, 4, {}), LoadHighLimits(), opened))) is is_there


def test_it_must_last_five_minutes() -> None:
    (one,) = detect(Load(9.0, 8.1, 1.0, 4, {}), LoadHighLimits(), remembering())
    assert one.hold_seconds == 300
