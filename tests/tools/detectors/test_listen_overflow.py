import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors import Severity
from tools.detectors.listen_overflow import ListenOverflowLimits, detect
from tools.probes.counters import Counters

COUNTERS = Counters({"user": 1}, {}, {})


@pytest.mark.parametrize("figure", ["listen_overflows", "listen_drops", "syn_drops", "syn_cookies"])
@pytest.mark.parametrize(
    ("by_second", "is_open", "severity"),
    [
        (0.99, False, None),
        (1, False, Severity.WARNING),
        (4.9, False, Severity.WARNING),
        (5, False, Severity.HIGH),
        (0.21, True, Severity.WARNING),
        (0.2, True, None),
    ],
)
def test_connections_a_second(figure: str, by_second: float, is_open: bool, severity: Severity | None) -> None:
    opened = [("net.listen_overflow", "host")] if is_open else []
    memory = remembering({(f"counters.{figure}", ""): grown(by_second)}, *opened)
    found = [(f.object, f.severity) for f in detect(COUNTERS, ListenOverflowLimits(), memory)]
    assert found == ([("host", severity)] if severity else [])


def test_a_first_look_says_nothing() -> None:
    assert list(detect(COUNTERS, ListenOverflowLimits(), FIRST_LOOK)) == []
