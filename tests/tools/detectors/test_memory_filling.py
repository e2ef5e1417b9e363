import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors.memory_filling import MemoryFillingLimits, detect
from tools.probes.memory import Memory

CYCLES = 48
MIB = 1 << 20


def found(hours: float, available: float, *, is_open: bool = False) -> list[tuple[str, str]]:
    """A host of 1000 MiB of which so much is available, and gone in `hours`."""
    by_cycle = available * MIB / hours / 12
    values = [(1000 - available) * MIB - by_cycle * (CYCLES - at) for at in range(CYCLES + 1)]
    opened = [("mem.pressure.forecast", "host")] if is_open else []
    memory = remembering({("memory.used_bytes", ""): values}, *opened)
    facts = Memory(1000 * MIB, int(available * MIB), 0, 0)
    return [(one.kind, one.object) for one in detect(facts, MemoryFillingLimits(), memory)]


@pytest.mark.parametrize(
    ("hours", "available", "is_open", "count"),
    [(8.1, 400, False, 0), (7.9, 400, False, 1), (7.9, 501, False, 0), (47, 400, True, 1), (48.5, 400, True, 0)],
)
def test_hours_and_what_is_left_decide(hours: float, available: float, is_open: bool, count: int) -> None:
    assert found(hours, available, is_open=is_open) == [("mem.pressure.forecast", "host")] * count


def test_memory_that_is_given_back_is_left_alone() -> None:
    assert found(-5, 400) == []
    assert list(detect(Memory(1000, 10, 0, 0), MemoryFillingLimits(), FIRST_LOOK)) == []
