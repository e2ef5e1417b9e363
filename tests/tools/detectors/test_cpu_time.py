import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors import Severity
from tools.detectors.cpu_time import CpuTimeLimits, detect
from tools.probes.counters import Counters
from tools.probes.system import System

METAL, CONTAINER = (System("Debian", "6.1", True, kind) for kind in ("none", "lxc"))
COUNTERS = Counters({"user": 1}, {}, {})
RULES = {"cpu.iowait": (40, 20), "cpu.steal": (10, 5), "cpu.usage": (90, 80)}


def found(
    figure: str, percent: float, *opened: tuple[str, str], cycles: int = 4
) -> list[tuple[str, str, Severity, float]]:
    series = {("counters.cpu_total", ""): grown(100, cycles), (f"counters.cpu_{figure}", ""): grown(percent, cycles)}
    memory = remembering(series, *opened)
    return [(f.kind, f.object, f.severity, f.hold_seconds) for f in detect(COUNTERS, METAL, CpuTimeLimits(), memory)]


@pytest.mark.parametrize(
    ("figure", "kind", "severity"),
    [
        ("iowait", "cpu.iowait", Severity.WARNING),
        ("steal", "cpu.steal", Severity.WARNING),
        ("busy", "cpu.usage", Severity.INFO),
    ],
)
def test_both_sides_of_each_level_and_of_its_end(figure: str, kind: str, severity: Severity) -> None:
    enter, clear = RULES[kind]
    assert found(figure, enter - 0.1) == []
    assert found(figure, enter) == [(kind, "host", severity, 0)]
    assert found(figure, clear + 0.1, (kind, "host")) == [(kind, "host", severity, 0)]
    assert found(figure, clear, (kind, "host")) == []


def test_with_less_than_the_window_seen_it_is_waited_for() -> None:
    assert [row[3] for row in found("steal", 50, cycles=3)] == [0]
    assert [row[3] for row in found("steal", 50, cycles=2)] == [900]


def test_a_first_look_knows_no_shares() -> None:
    assert list(detect(COUNTERS, METAL, CpuTimeLimits(), FIRST_LOOK)) == []


def test_a_container_is_shown_the_time_of_the_whole_machine() -> None:
    memory = remembering({("counters.cpu_total", ""): grown(100), ("counters.cpu_steal", ""): grown(50)})
    assert list(detect(COUNTERS, METAL, CpuTimeLimits(), memory)) != []
    assert list(detect(COUNTERS, CONTAINER, CpuTimeLimits(), memory)) == []
