import math

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Memory, Severity
from tools.detectors.disk_space import DiskSpaceLimits, detect
from tools.probes import Skipped
from tools.probes.disk_use import DiskUse
from tools.probes.mounts import Mount, Mounts

GIB = 1 << 30
UNKNOWN = Skipped("not read")


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


def found(given: Mount, memory: Memory = FIRST_LOOK) -> list[tuple[str, Severity]]:
    return [(one.kind, one.severity) for one in detect(Mounts((given,)), UNKNOWN, DiskSpaceLimits(), memory)]


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
        pytest.param(mount(99, size_gib=0.5, on="/boot"), id="a boot partition has its own detector"),
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
        pytest.param(mount(98.1, size_gib=265), Severity.HIGH, id="98 %, more than 5 GiB free"),
        pytest.param(mount(98.2, size_gib=265), Severity.CRITICAL, id="98 %, less than 5 GiB free"),
    ],
)
def test_a_full_file_system(given: Mount, severity: Severity) -> None:
    assert found(given) == [("disk.space", severity)]


@pytest.mark.parametrize(("used", "severity"), [(90, Severity.WARNING), (95, Severity.HIGH), (98, Severity.CRITICAL)])
def test_inodes(used: float, severity: Severity) -> None:
    assert found(mount(10, inodes_used=used)) == [("disk.inodes", severity)]


def test_thresholds_are_the_administrators() -> None:
    limits = DiskSpaceLimits(warning_percent=51, small_warning_percent=50, small_clear_percent=40, clear_percent=45)
    (one,) = detect(Mounts((mount(51),)), UNKNOWN, limits, FIRST_LOOK)
    assert one.object == "/" and one.summary == "/ is 51.0 % used, 49.0 GiB free of 100.0 GiB"


@pytest.mark.parametrize(
    ("used", "size_gib", "severity"),
    [
        (89.9, 100, Severity.WARNING),
        (85.1, 100, Severity.WARNING),
        (85, 100, None),
        (80.1, 1, Severity.WARNING),
        (79.9, 1, None),
        (95, 100, Severity.HIGH),
    ],
)
def test_an_open_finding_ends_at_a_lower_level(used: float, size_gib: float, severity: Severity | None) -> None:
    opened = remembering(None, ("disk.space", "/"))
    assert found(mount(used, size_gib=size_gib), opened) == ([("disk.space", severity)] if severity else [])


@pytest.mark.parametrize(("used", "severity"), [(89.9, Severity.WARNING), (85.1, Severity.WARNING), (85, None)])
def test_open_inodes_too(used: float, severity: Severity | None) -> None:
    opened = remembering(None, ("disk.inodes", "/"))
    assert found(mount(1, inodes_used=used), opened) == ([("disk.inodes", severity)] if severity else [])


@pytest.mark.parametrize(("used", "seconds"), [(90, 120), (95, 0), (98, 0)])
def test_a_warning_waits_and_what_is_worse_does_not(used: float, seconds: float) -> None:
    (one,) = detect(Mounts((mount(used),)), UNKNOWN, DiskSpaceLimits(), remembering())
    (inodes,) = detect(Mounts((mount(1, inodes_used=used),)), UNKNOWN, DiskSpaceLimits(), remembering())
    assert one.hold_seconds == inodes.hold_seconds == seconds


@pytest.mark.parametrize(
    ("folders", "cause"),
    [
        pytest.param({"/home": 5, "/usr": 6}, None, id="nothing stands out"),
        pytest.param({"/var": 60, "/var/log": 60, "/var/log/shop": 50, "/usr": 6}, "/var/log/shop", id="the deepest"),
        pytest.param(
            {"/var/log/journal": 60, "/var/log/journal/ab": 59}, "/var/log/journal", id="the journal as a whole"
        ),
        pytest.param(
            {"/nix": 70, "/nix/store": 70, "/nix/store/x": 30}, "/nix/store, kept by the generations", id="nix"
        ),
        pytest.param({"/": 95}, None, id="the mount point itself says nothing"),
    ],
)
def test_what_takes_the_space_is_named(folders: dict[str, int], cause: str | None) -> None:
    use = DiskUse(tuple((folder, size * GIB) for folder, size in folders.items()))
    (finding,) = detect(Mounts((mount(96),)), use, DiskSpaceLimits(), FIRST_LOOK)
    assert finding.details.get("cause", "").startswith(cause or "")
    assert ("cause" in finding.details) is (cause is not None)
    assert len(finding.evidence) == (2 if cause else 1)


def test_a_folder_of_another_disk_is_not_named() -> None:
    use = DiskUse((("/var/log", 60 * GIB),))
    (finding,) = detect(Mounts((mount(96, on="/srv"),)), use, DiskSpaceLimits(), FIRST_LOOK)
    assert "cause" not in finding.details
