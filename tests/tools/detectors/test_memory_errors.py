import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Memory as Remembered
from tools.detectors import Severity
from tools.detectors.memory_errors import MemoryErrorsLimits, detect
from tools.probes import Skipped
from tools.probes.hardware import Hardware
from tools.probes.memory import Memory

ABSENT = Skipped("no")


def found(
    hardware: Hardware, remembered: Remembered = FIRST_LOOK, memory: Memory | Skipped = ABSENT
) -> list[tuple[str, str, Severity]]:
    return [(f.kind, f.object, f.severity) for f in detect(hardware, memory, MemoryErrorsLimits(), remembered)]


@pytest.mark.parametrize(
    ("grown", "is_open", "severity"),
    [
        (0, False, None),
        (1, False, Severity.INFO),
        (23, False, Severity.INFO),
        (24, False, Severity.WARNING),
        (13, True, Severity.WARNING),
        (12, True, Severity.INFO),
    ],
)
def test_corrected_errors_of_a_day(grown: int, is_open: bool, severity: Severity | None) -> None:
    opened = [("mem.errors.corrected", "mc0")] if is_open else []
    memory = remembering({("hardware.corrected", "mc0"): (5, 5, 5 + grown)}, *opened)
    expected = [("mem.errors.corrected", "mc0", severity)] if severity else []
    assert found(Hardware(corrected={"mc0": 5 + grown}), memory) == expected


def test_old_errors_on_a_first_look_are_not_todays() -> None:
    assert found(Hardware(corrected={"mc0": 500}, uncorrected={"mc0": 0})) == []


def test_uncorrected_errors_and_pages_taken_away() -> None:
    assert found(Hardware(uncorrected={"mc1": 1})) == [("mem.errors", "mc1", Severity.CRITICAL)]
    assert found(Hardware(), memory=Memory(1, 1, 0, 0, 4096)) == [("mem.errors", "host", Severity.HIGH)]
    assert found(Hardware(), memory=Memory(1, 1, 0, 0, 0)) == []
