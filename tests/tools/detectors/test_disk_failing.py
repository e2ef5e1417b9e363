import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.probes.recordings import output
from tools.detectors import Severity
from tools.detectors.disk_failing import DiskFailingLimits, detect
from tools.probes.smart import Smart, SmartDisk


def severity(figures: dict[str, int], passed: bool | None = True, *, is_open: bool = False) -> Severity | None:
    memory = remembering(None, ("disk.failing", "/dev/sda")) if is_open else FIRST_LOOK
    found = list(detect(Smart((SmartDisk("/dev/sda", "X", passed, figures),)), DiskFailingLimits(), memory))
    assert all((one.kind, one.object) == ("disk.failing", "/dev/sda") for one in found)
    return found[0].severity if found else None


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, None),
        ({"reallocated_sectors": 9}, None),
        ({"reallocated_sectors": 10}, Severity.WARNING),
        ({"pending_sectors": 1}, Severity.HIGH),
        ({"unreadable_sectors": 1}, Severity.HIGH),
        ({"media_errors": 1}, Severity.WARNING),
        ({"critical_warning": 4}, Severity.CRITICAL),
        ({"worn_percent": 94}, None),
        ({"worn_percent": 95}, Severity.WARNING),
        ({"spare_percent": 10, "least_spare_percent": 10}, None),
        ({"spare_percent": 9, "least_spare_percent": 10}, Severity.CRITICAL),
    ],
)
def test_what_a_disk_counts(figures: dict[str, int], expected: Severity | None) -> None:
    assert severity(figures) is expected and severity(figures, None) is expected


def test_its_own_verdict() -> None:
    assert severity({}, False) is Severity.CRITICAL


@pytest.mark.parametrize(("worn", "expected"), [(91, Severity.WARNING), (90, None)])
def test_wear_ends_lower(worn: int, expected: Severity | None) -> None:
    assert severity({"worn_percent": worn}, is_open=True) is expected


def test_passed_is_not_healthy() -> None:
    found = list(detect(Smart.parse(output("smart")), DiskFailingLimits(), FIRST_LOOK))
    assert [(one.object, one.evidence[0].text) for one in found] == [("/dev/sda", "/dev/sda: 8 pending sectors")]
