import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors.link_loss import LinkLossLimits, detect
from tools.probes.counters import Counters
from tools.probes.device_counters import LinkCounters


def found(
    *opened: str, link: str = "eth0", errors: float = 0, drops: float = 0, way: str = "receive", packets: float = 1000
) -> list[tuple[str, str]]:
    counters = Counters({"user": 1}, {}, {}, links=(LinkCounters(link, 1, 1, 1, 1, 1, 1, 1),))
    whole = {"receive": "received", "send": "sent"}[way]
    figures = {
        f"link_{whole}": packets,
        f"link_{way}_errors": packets * errors / 100,
        f"link_{way}_drops": packets * drops / 100,
    }
    series = {(f"counters.{name}", link): grown(value) for name, value in figures.items()}
    findings = list(detect(counters, LinkLossLimits(), remembering(series, *((kind, link) for kind in opened))))
    assert all(finding.hold_seconds == 300 for finding in findings)
    return [(finding.kind, finding.object) for finding in findings]


@pytest.mark.parametrize("way", ["receive", "send"])
def test_errors_and_drops_both_ways(way: str) -> None:
    assert found(errors=0.99, drops=1.99, way=way) == []
    assert found(errors=1, way=way) == [("net.errors", "eth0")]
    assert found(drops=2, way=way) == [("net.drops", "eth0")]


def test_open_findings_end_lower() -> None:
    assert found("net.errors", errors=0.51) and not found("net.errors", errors=0.5)
    assert found("net.drops", drops=1.01) and not found("net.drops", drops=1)


def test_wireless_links_may_lose_more() -> None:
    assert found(drops=9.9, link="wlp2s0") == [] and found(drops=10, link="wlp2s0") == [("net.drops", "wlp2s0")]


def test_a_few_packets_say_nothing() -> None:
    assert found(errors=50, packets=9.9) == [] and found(errors=50, packets=10) != []


def test_a_first_look_says_nothing() -> None:
    counters = Counters({"user": 1}, {}, {}, links=(LinkCounters("eth0", 9, 9, 9, 9, 9, 9, 9),))
    assert list(detect(counters, LinkLossLimits(), FIRST_LOOK)) == []
