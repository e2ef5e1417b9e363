import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors import Finding, Memory, Severity
from tools.detectors.memory_pressure import MemoryPressureLimits, detect
from tools.probes import Skipped
from tools.probes.counters import Counters
from tools.probes.load import Load, Stall
from tools.probes.system import System

COUNTERS = Counters({"user": 1}, {}, {})
METAL, CONTAINER = System("Debian", "6.1", True, "none"), System("Debian", "6.1", True, "lxc")
OPEN = ("mem.pressure", "host")


def found(
    full60: float = 0, some300: float = 0, *, memory: Memory = FIRST_LOOK, system: System = METAL
) -> list[Finding]:
    stalls = {"memory full": Stall(0, full60, 0), "memory some": Stall(0, 0, some300)}
    return list(detect(Load(0, 0, 0, 1, stalls), COUNTERS, system, MemoryPressureLimits(), memory))


@pytest.mark.parametrize(
    ("full60", "is_open", "severity"),
    [
        (19.9, False, None),
        (20, False, Severity.WARNING),
        (49.9, False, Severity.WARNING),
        (50, False, Severity.HIGH),
        (10.1, True, Severity.WARNING),
        (10, True, None),
    ],
)
def test_stalls(full60: float, is_open: bool, severity: Severity | None) -> None:
    memory = remembering(None, OPEN) if is_open else FIRST_LOOK
    assert [(f.kind, f.object, f.severity) for f in found(full60, memory=memory)] == (
        [(*OPEN, severity)] if severity else []
    )


def faults(by_second: float) -> Memory:
    return remembering({("counters.major_faults", ""): grown(by_second)})


@pytest.mark.parametrize(("by_second", "some300", "count"), [(499, 50, 0), (500, 4.9, 0), (500, 5, 1), (5000, 50, 1)])
def test_major_faults_count_where_programs_wait(by_second: float, some300: float, count: int) -> None:
    assert [f.hold_seconds for f in found(0, some300, memory=faults(by_second))] == [300] * count


def test_faults_of_a_whole_machine_say_nothing_about_a_container() -> None:
    assert found(0, 50, memory=faults(5000), system=CONTAINER) == []


def test_a_kernel_without_stalls_and_counters_is_left_alone() -> None:
    assert list(detect(Load(0, 0, 0, 1, {}), Skipped("no"), METAL, MemoryPressureLimits(), FIRST_LOOK)) == []
