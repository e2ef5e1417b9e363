import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Finding, Severity
from tools.detectors.disk_filling import DiskFillingLimits, detect
from tools.probes.mounts import Mount, Mounts

GIB = 1 << 30
CYCLES = 48
"""Four hours."""


def found(
    hours: float, used: float, *, is_open: bool = False, what: str = "space", read_only: bool = False
) -> list[tuple[str, str, Severity]]:
    """A file system of 100 GiB or 100,000 inodes that is `used` percent full and will be full in `hours`."""
    unit = GIB if what == "space" else 1000
    by_cycle = (100 - used) * unit / hours / 12
    values = [used * unit - by_cycle * (CYCLES - at) for at in range(CYCLES + 1)]
    figure = "used_bytes" if what == "space" else "inodes_used"
    kind = f"disk.{what}.forecast"
    memory = remembering({(f"mounts.{figure}", "/"): values}, *([(kind, "/")] if is_open else []))
    taken = int(used * unit)
    none = (None, None, None)
    sized = (*(100 * GIB, taken, 100 * GIB - taken), *none)
    mount = Mount("/dev/x", "ext4", "/", *sized, read_only)
    if what == "inodes":
        mount = Mount("/dev/x", "ext4", "/", *none, 100_000, taken, 100_000 - taken, read_only)
    findings: list[Finding] = list(detect(Mounts((mount,)), DiskFillingLimits(), memory))
    assert all(finding.hold_seconds == 0 for finding in findings)
    return [(finding.kind, finding.object, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("hours", "used", "is_open", "severity"),
    [
        (24.2, 61, False, None),
        (23.8, 61, False, Severity.WARNING),
        (23.8, 59, False, None),
        (3.9, 79, False, Severity.WARNING),
        (3.9, 81, False, Severity.HIGH),
        (4.1, 81, False, Severity.WARNING),
        (47.5, 61, True, Severity.WARNING),
        (48.5, 61, True, None),
    ],
)
@pytest.mark.parametrize("what", ["space", "inodes"])
def test_hours_and_fill_decide(what: str, hours: float, used: float, is_open: bool, severity: Severity | None) -> None:
    expected = [(f"disk.{what}.forecast", "/", severity)] if severity else []
    assert found(hours, used, is_open=is_open, what=what) == expected


def test_what_does_not_grow_or_cannot_be_written_is_left_alone() -> None:
    assert found(-10, 90) == [] and found(3, 90, read_only=True) == []


def test_a_first_look_forecasts_nothing() -> None:
    mount = Mount("/dev/x", "ext4", "/", 100, 90, 10, None, None, None, is_read_only=False)
    assert list(detect(Mounts((mount,)), DiskFillingLimits(), FIRST_LOOK)) == []
