import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.btrfs_full import BtrfsFullLimits, detect
from tools.probes.btrfs_volumes import BtrfsVolume
from tools.probes.hardware import Hardware


def severity(allocated: int, data: float, metadata: float = 10, *, is_open: bool = False) -> Severity | None:
    volume = BtrfsVolume("backup", 1000, allocated, {"data": data, "metadata": metadata}, {})
    memory = remembering(None, ("disk.space.allocated", "backup")) if is_open else FIRST_LOOK
    found = list(detect(Hardware(volumes=(volume,)), BtrfsFullLimits(), memory))
    assert all((one.kind, one.object) == ("disk.space.allocated", "backup") for one in found)
    return found[0].severity if found else None


@pytest.mark.parametrize(
    ("allocated", "data", "expected"),
    [
        (979, 99, None),
        (980, 94.9, Severity.INFO),
        (980, 95, Severity.WARNING),
        (980, 97.9, Severity.WARNING),
        (980, 98, Severity.CRITICAL),
    ],
)
def test_what_is_allocated_and_how_full_that_is(allocated: int, data: float, expected: Severity | None) -> None:
    assert severity(allocated, data) is expected
    assert severity(allocated, 10, data) is expected


def test_an_open_finding_ends_lower() -> None:
    assert severity(951, 90.1, is_open=True) is Severity.WARNING
    assert severity(951, 90, is_open=True) is Severity.INFO
    assert severity(950, 99, is_open=True) is None
