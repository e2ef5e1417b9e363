from dataclasses import replace

import pytest

from tests.tools.probes.recordings import output
from tools.detectors import Severity
from tools.detectors.storage_errors import detect
from tools.probes import Skipped
from tools.probes.kernel_log import KernelLog
from tools.probes.mounts import Mount, Mounts
from tools.probes.unit_logs import UnitLogs

LINE = replace(UnitLogs.parse(output("unit_logs")).of("shop-worker.service")[0], transport="kernel", unit="", about="")


def found(*messages: str, transport: str = "kernel") -> list[tuple[str, str, Severity]]:
    lines = tuple(replace(LINE, message=message, transport=transport) for message in messages)
    return [(f.kind, f.object, f.severity) for f in detect(KernelLog(lines), Skipped("no"))]


@pytest.mark.parametrize(
    ("message", "device", "severity"),
    [
        ("I/O error, dev sda, sector 12345 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2", "sda", Severity.HIGH),
        ("Buffer I/O error on dev dm-0, logical block 7, async page read", "dm-0", Severity.HIGH),
        ("critical medium error, dev sdb, sector 99 op 0x0:(READ)", "sdb", Severity.HIGH),
        ("EXT4-fs error (device sda1): ext4_lookup:1855: inode #2: comm ls: bad", "sda1", Severity.HIGH),
        ("EXT4-fs (sda1): Remounting filesystem read-only", "sda1", Severity.CRITICAL),
        ("XFS (dm-3): Corruption of in-memory data detected.  Shutting down filesystem", "dm-3", Severity.CRITICAL),
        ("BTRFS error (device sdc1: state EA): forced readonly", "sdc1", Severity.CRITICAL),
        ("nvme nvme0: controller is down; will reset: CSTS=0xffffffff", "nvme0", Severity.CRITICAL),
        ("ata3.00: failed command: READ FPDMA QUEUED", "ata3", Severity.HIGH),
        ("md/raid1:md0: Disk failure on sdb1, disabling device.", "sdb1", Severity.HIGH),
    ],
)
def test_what_the_kernel_says_of_a_device(message: str, device: str, severity: Severity) -> None:
    assert found(message, message) == [("disk.errors", device, severity)]
    assert found(message, transport="stdout") == []


def test_removable_media_and_other_words_are_left_alone() -> None:
    assert (
        found("I/O error, dev sr0, sector 0", "Buffer I/O error on dev fd0, logical block 0", "all is well (sda)") == []
    )


def test_a_mount_that_cannot_be_asked() -> None:
    mounts = Mounts((Mount("x", "ext4", "/", 1, 1, 1, None, None, None, False),), (("/srv", "Input/output error"),))
    found_all = [(f.kind, f.object, f.severity) for f in detect(KernelLog(()), mounts)]
    assert found_all == [("mount.unreadable", "/srv", Severity.HIGH)]
