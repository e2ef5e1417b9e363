import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.probes.recordings import output
from tools.detectors import Finding, Severity
from tools.detectors.boot_space import BootSpaceLimits, detect
from tools.probes import Skipped
from tools.probes.boot_files import BootFile, BootFiles
from tools.probes.mounts import Mount, Mounts
from tools.probes.system import System

MIB = 1 << 20
KERNEL = (BootFile(10 * MIB, "/boot/vmlinuz-6.1.0-21-amd64"), BootFile(40 * MIB, "/boot/initrd.img-6.1.0-21-amd64"))
"""50 MiB for the next one."""
SYSTEM = System("Debian", "6.1.0-21-amd64", True, "none")


def found(
    free: float,
    *,
    size: float = 500,
    files: tuple[BootFile, ...] = KERNEL,
    is_open: bool = False,
    on: str = "/boot",
) -> list[Finding]:
    taken = int((size - free) * MIB)
    mount = Mount(
        "/dev/sda2", "ext4", on, int(size * MIB), taken, int(free * MIB), None, None, None, is_read_only=False
    )
    memory = remembering(None, ("disk.space.boot", on)) if is_open else FIRST_LOOK
    return list(detect(Mounts((mount,)), BootFiles(files, ()), SYSTEM, BootSpaceLimits(), memory))


@pytest.mark.parametrize(
    ("free", "is_open", "severity"),
    [
        (100, False, None),
        (99, False, Severity.WARNING),
        (50, False, Severity.WARNING),
        (49, False, Severity.HIGH),
        (10, False, Severity.CRITICAL),
        (109, True, Severity.WARNING),
        (110, True, None),
    ],
)
def test_room_for_kernels_decides(free: float, is_open: bool, severity: Severity | None) -> None:
    found_all = [(f.kind, f.object, f.severity) for f in found(free, is_open=is_open)]
    assert found_all == ([("disk.space.boot", "/boot", severity)] if severity else [])


@pytest.mark.parametrize(
    ("used", "is_open", "severity"),
    [
        (84, False, None),
        (85, False, Severity.WARNING),
        (97, False, Severity.WARNING),
        (98, False, Severity.CRITICAL),
        (66, True, Severity.WARNING),
        (65, True, None),
    ],
)
def test_without_kernels_there_only_percent_counts(used: float, is_open: bool, severity: Severity | None) -> None:
    findings = found(100 - used, size=100, files=(), is_open=is_open, on="/boot/efi")
    assert [f.severity for f in findings] == ([severity] if severity else [])


def test_a_half_empty_partition_is_left_alone_however_large_a_kernel_is() -> None:
    assert found(31, size=100) == [] and [f.severity for f in found(29, size=100)] == [Severity.HIGH]


def test_other_file_systems_are_not_its_business() -> None:
    assert found(1, on="/") == [] and found(1, on="/boot2") == []


def test_it_says_which_kernels_fill_it() -> None:
    recorded = BootFiles.parse(output("boot_files"))
    (one,) = found(60, size=300, files=recorded.files)
    assert one.evidence[1].text == "6.1.0-21-amd64: 49 MiB (running)"
    assert one.details["kernels"].split()[:3] == ["6.1.0-21-amd64", "6.1.0-18-amd64", "6.6.30"]


def test_an_efi_partition_that_only_root_may_read_is_judged_by_percent() -> None:
    mount = Mount("/dev/sda1", "vfat", "/boot", 100, 90, 10, None, None, None, is_read_only=False)
    found_all = detect(Mounts((mount,)), Skipped("no"), Skipped("no"), BootSpaceLimits(), FIRST_LOOK)
    assert [f.severity for f in found_all] == [Severity.WARNING]
