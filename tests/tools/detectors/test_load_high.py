import pytest

from tools.detectors import Severity
from tools.detectors.load_high import LoadHighLimits, detect
from tools.probes.load import Load


@pytest.mark.parametrize(("load1", "load5"), [(0.1, 0.1), (99.0, 8.0), (8.0, 7.9)])
def test_a_short_burst_or_busy_cores_are_no_finding(load1: float, load5: float) -> None:
    assert list(detect(Load(load1, load5, 1.0, 4, {}), LoadHighLimits())) == []


def test_five_minutes_above_two_per_core_are_information() -> None:
    (found,) = detect(Load(9.0, 8.1, 1.0, 4, {}), LoadHighLimits())
    assert (found.kind, found.object, found.severity) == ("cpu.load", "host", Severity.INFO)
