import math

import pytest

from tools.detectors import Severity
from tools.detectors.disk_space import DiskSpaceLimits, detect
from tools.probes.mounts import Mount, Mounts

GIB = 1 << 30


def mount(
    used: float | None,
    *,
    size_gib: float = 100,
    fs_type: str = "ext4",
    on: str = "/",
    inodes_used: float | None = None,
    read_only: bool = False,
) -> Mount:
    size = int(size_gib * GIB)
    taken = None if used is None else math.ceil(size * used / 100)
    free = None if taken is None else size - taken
    inodes = None if inodes_used is None else round(1000 * inodes_used)
    total, left = (None, None) if inodes is None else (100_000, 100_000 - inodes)
    return Mount("/dev/x", fs_type, on, size, taken, free, total, inodes, left, read_only)


def found(given: Mount) -> list[tuple[str, Severity]]:
    return [(one.kind, one.severity) for one in detect(Mounts((given,)), DiskSpaceLimits())]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(mount(58), id="half full"),
        pytest.param(mount(89.9), id="just below"),
        pytest.param(mount(84.9, size_gib=1), id="small, just below"),
        pytest.param(mount(100, read_only=True), id="read-only"),
        pytest.param(mount(100, fs_type="squashfs", on="/snap/core/1"), id="full by nature"),
        pytest.param(mount(100, fs_type="overlay", on="/var/lib/docker/overlay2/x/merged"), id="overlay shown again"),
        pytest.param(mount(87, size_gib=0.005, fs_type="tmpfs", on="/run/lock"), id="tiny tmpfs"),
        pytest.param(mount(None), id="no size"),
        pytest.param(mount(1, inodes_used=89.9), id="inodes just below"),
    ],
)
def test_a_file_system_with_room_is_left_alone(given: Mount) -> None:
    assert found(given) == []


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        pytest.param(mount(90), Severity.WARNING, id="90 %"),
        pytest.param(mount(94.9), Severity.WARNING, id="below high"),
        pytest.param(mount(95), Severity.HIGH, id="95 %"),
        pytest.param(mount(97.9), Severity.HIGH, id="below critical"),
        pytest.param(mount(98), Severity.CRITICAL, id="98 %"),
        pytest.param(mount(85, size_gib=1), Severity.WARNING, id="small disk"),
        pytest.param(mount(100, fs_type="overlay"), Severity.CRITICAL, id="overlay that is the root"),
        pytest.param(mount(96, fs_type="tmpfs", on="/tmp"), Severity.HIGH, id="full tmpfs"),
        pytest.param(mount(98.5, size_gib=10_000), Severity.INFO, id="150 GiB free"),
    ],
)
def test_a_full_file_system(given: Mount, severity: Severity) -> None:
    assert found(given) == [("disk.space", severity)]


@pytest.mark.parametrize(("used", "severity"), [(90, Severity.WARNING), (95, Severity.HIGH), (98, Severity.CRITICAL)])
def test_inodes(used: float, severity: Severity) -> None:
    assert found(mount(10, inodes_used=used)) == [("disk.inodes", severity)]


def test_thresholds_are_the_administrators() -> None:
    (one,) = detect(Mounts((mount(51),)), DiskSpaceLimits(warning_percent=51, small_warning_percent=50))
    assert one.object == "/" and one.summary == "/ is 51.0 % used, 49.0 GiB free of 100.0 GiB"
