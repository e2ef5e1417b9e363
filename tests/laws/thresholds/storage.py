"""Disks: how full, how soon full, how busy, how worn, how warm."""

from tests.laws.thresholds.case import Case, Hold, Level, World, world
from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors import Memory, Severity
from tools.history import History, Point
from tools.probes.boot_files import BootFile, BootFiles
from tools.probes.btrfs_volumes import BtrfsVolume
from tools.probes.counters import Counters
from tools.probes.deleted_files import DeletedFile, DeletedFiles
from tools.probes.device_counters import DiskCounters
from tools.probes.hardware import Hardware
from tools.probes.mounts import Mount, Mounts
from tools.probes.smart import Smart, SmartDisk
from tools.probes.temperatures import Temperature

INFO, HIGH, CRITICAL = Severity.INFO, Severity.HIGH, Severity.CRITICAL
MIB, GIB = 1 << 20, 1 << 30


def opened(kind: str, thing: str) -> Memory:
    return remembering(None, (kind, thing))


def disk(size: float, free: float, memory: Memory = FIRST_LOOK, *, inodes_used: float | None = None) -> World:
    """Bytes, and percent of 100,000 inodes."""
    taken = None if inodes_used is None else round(1000 * inodes_used)
    inodes, left = (None, None) if taken is None else (100_000, 100_000 - taken)
    mount = Mount("/dev/x", "ext4", "/", int(size), int(size) - int(free), int(free), inodes, taken, left, False)
    return world(Mounts((mount,)), memory=memory)


def used(percent: float, memory: Memory = FIRST_LOOK, *, gib: int = 100) -> World:
    return disk(gib * GIB, gib * GIB * (100 - percent) / 100, memory)


def inodes(percent: float, memory: Memory = FIRST_LOOK) -> World:
    return disk(100 * GIB, 90 * GIB, memory, inodes_used=percent)


def boot(free: float, size: float, *, is_open: bool = False, kernel: bool = True) -> World:
    """MiB; the next kernel takes 50."""
    files = (BootFile(10 * MIB, "/boot/vmlinuz-6.1"), BootFile(40 * MIB, "/boot/initrd.img-6.1")) if kernel else ()
    taken, whole = int((size - free) * MIB), int(size * MIB)
    mount = Mount("/dev/sda2", "ext4", "/boot", whole, taken, whole - taken, None, None, None, is_read_only=False)
    memory = opened("disk.space.boot", "/boot") if is_open else FIRST_LOOK
    return world(Mounts((mount,)), BootFiles(files, ()), memory=memory)


def btrfs(allocated: float, data: float, *, is_open: bool = False) -> World:
    volume = BtrfsVolume("v", 10_000, int(allocated * 100), {"data": data, "metadata": 10}, {})
    memory = opened("disk.space.allocated", "v") if is_open else FIRST_LOOK
    return world(Hardware(volumes=(volume,)), memory=memory)


def deleted(held: float, full: float = 90, *, is_open: bool = False) -> World:
    """Percent of a disk."""
    taken = int(full * 1000)
    mount = Mount("/dev/x", "ext4", "/", 100_000, taken, 100_000 - taken, None, None, None, is_read_only=False)
    file = DeletedFile(int(held * 1000), "1:1", 42, "app", "app.service", "/var/log/x")
    memory = opened("disk.deleted_open", "app.service") if is_open else FIRST_LOOK
    return world(DeletedFiles((file,)), Mounts((mount,)), memory=memory)


def filling(hours: float, full: float, *, is_open: bool = False) -> World:
    """100 GiB, so many percent used, full in so many hours, watched for four."""
    by_cycle = (100 - full) * GIB / hours / 12
    values = [full * GIB - by_cycle * (48 - at) for at in range(49)]
    forecasts = [("disk.space.forecast", "/")] if is_open else []
    return used(full, remembering({("mounts.used_bytes", "/"): values}, *forecasts))


def busy(*kinds: str, queue: float = 0, share: float = 0, latency: float = 0, requests: float = 10) -> World:
    figures = {
        "disk_busy_ms": share * 10,
        "disk_queue_ms": queue * 1000,
        "disk_operations": requests,
        "disk_wait_ms": latency * requests,
    }
    series = {(f"counters.{name}", "sda"): grown(value) for name, value in figures.items()}
    return world(DISK, memory=remembering(series, *((kind, "sda") for kind in kinds)))


DISK = Counters({"user": 1}, {}, {}, disks=(DiskCounters("sda", 1, 1, 1, 1, 1, 1),))


def burst(seconds_ago: float) -> World:
    """A queue like no other, that long ago, and none since."""
    points = {
        (f"counters.{name}", "sda"): tuple(Point(at, value) for at, value in ((0, 0), (1, 1e9), (1 + seconds_ago, 1e9)))
        for name in ("disk_busy_ms", "disk_queue_ms", "disk_operations", "disk_wait_ms")
    }
    return world(DISK, memory=Memory(history=History(points)))


def smart(memory: Memory = FIRST_LOOK, **figures: float) -> World:
    counted = {name: int(value) for name, value in figures.items()}
    return world(Smart((SmartDisk("/dev/sda", "X", True, counted),)), memory=memory)


def warm(degrees: float, memory: Memory = FIRST_LOOK) -> World:
    return world(Hardware(temperatures=(Temperature("core", degrees, 84, 100, False),)), memory=memory)


OPEN_SPACE, OPEN_INODES = opened("disk.space", "/"), opened("disk.inodes", "/")
WORN, WARM = opened("disk.failing", "/dev/sda"), opened("hardware.temperature", "core")
SPACE, INODES, BOOT, ALLOCATED = "disk.space", "disk.inodes", "disk.space.boot", "disk.space.allocated"
DELETED, FORECAST, FAILING = "disk.deleted_open", "disk.space.forecast", "disk.failing"

CASES: list[Case] = [
    Level("disk_space.warning_percent", SPACE, used, 88),
    Level("disk_space.high_percent", SPACE, used, 93, severity=HIGH),
    Level("disk_space.critical_percent", SPACE, used, 97, severity=CRITICAL),
    Level("disk_space.clear_percent", SPACE, lambda x: used(x, OPEN_SPACE), 83),
    Level(
        "disk_space.critical_free_bytes",
        SPACE,
        lambda x: disk(1000 * GIB, x),
        4 * GIB,
        1,
        CRITICAL,
        is_bad_when_small=True,
    ),
    Level("disk_space.small_warning_percent", SPACE, lambda x: used(x, gib=1), 83),
    Level("disk_space.small_clear_percent", SPACE, lambda x: used(x, OPEN_SPACE, gib=1), 78),
    Level("disk_space.small_free_bytes", SPACE, lambda x: disk(x / 0.13, x), 2 * GIB, 1, is_bad_when_small=True),
    Level("disk_space.plenty_free_bytes", SPACE, lambda x: disk(x * 20, x), 40 * GIB, 1, is_bad_when_small=True),
    Level("disk_space.inodes_warning_percent", INODES, inodes, 88),
    Level("disk_space.inodes_high_percent", INODES, inodes, 93, severity=HIGH),
    Level("disk_space.inodes_critical_percent", INODES, inodes, 97, severity=CRITICAL),
    Level("disk_space.inodes_clear_percent", INODES, lambda x: inodes(x, OPEN_INODES), 83),
    Hold("disk_space.hold_seconds", SPACE, used(91, remembering()), 60),
    Level("boot_space.warning_kernels", BOOT, lambda x: boot(50 * x, 500), 1.9, 0.02, is_bad_when_small=True),
    Level("boot_space.high_kernels", BOOT, lambda x: boot(50 * x, 500), 0.9, 0.02, HIGH, is_bad_when_small=True),
    Level(
        "boot_space.clear_kernels",
        BOOT,
        lambda x: boot(50 * x, 500, is_open=True),
        2.1,
        0.02,
        is_bad_when_small=True,
    ),
    Level("boot_space.warning_percent", BOOT, lambda x: boot(100 - x, 100), 68),
    Level("boot_space.clear_percent", BOOT, lambda x: boot(100 - x, 100, is_open=True, kernel=False), 60),
    Level("boot_space.high_percent", BOOT, lambda x: boot(100 - x, 100, kernel=False), 83),
    Level("boot_space.critical_percent", BOOT, lambda x: boot(100 - x, 100, kernel=False), 97, severity=CRITICAL),
    Level("btrfs_full.allocated_percent", ALLOCATED, lambda x: btrfs(x, 10), 97, severity=INFO),
    Level("btrfs_full.allocated_clear_percent", ALLOCATED, lambda x: btrfs(x, 10, is_open=True), 93, severity=INFO),
    Level("btrfs_full.used_warning_percent", ALLOCATED, lambda x: btrfs(99, x), 93),
    Level("btrfs_full.used_critical_percent", ALLOCATED, lambda x: btrfs(99, x), 97, severity=CRITICAL),
    Level("btrfs_full.used_clear_percent", ALLOCATED, lambda x: btrfs(99, x, is_open=True), 88),
    Level("deleted_open_files.warning_percent", DELETED, deleted, 9),
    Level("deleted_open_files.high_percent", DELETED, deleted, 45, severity=HIGH),
    Level("deleted_open_files.clear_percent", DELETED, lambda x: deleted(x, is_open=True), 4),
    Level("deleted_open_files.used_percent", DELETED, lambda x: deleted(50, x), 78),
    Level("deleted_open_files.clear_used_percent", DELETED, lambda x: deleted(50, x, is_open=True), 70),
    Level("disk_filling.warning_hours", FORECAST, lambda x: filling(x, 61), 20, 0.3, is_bad_when_small=True),
    Level("disk_filling.high_hours", FORECAST, lambda x: filling(x, 81), 5, 0.1, HIGH, is_bad_when_small=True),
    Level(
        "disk_filling.clear_hours", FORECAST, lambda x: filling(x, 61, is_open=True), 40, 0.6, is_bad_when_small=True
    ),
    Level("disk_filling.used_percent", FORECAST, lambda x: filling(20, x), 55),
    Level("disk_filling.high_used_percent", FORECAST, lambda x: filling(3, x), 75, severity=HIGH),
    Hold("disk_filling.hold_seconds", FORECAST, filling(20, 61), 300),
    Level("disk_io.queue", "disk.queue", lambda x: busy(queue=x), 8),
    Level("disk_io.queue_clear", "disk.queue", lambda x: busy("disk.queue", queue=x), 6),
    Level("disk_io.busy_percent", "disk.busy", lambda x: busy(share=x), 90, severity=INFO),
    Level("disk_io.busy_clear_percent", "disk.busy", lambda x: busy("disk.busy", share=x), 60, severity=INFO),
    Level("disk_io.latency_ms", "disk.latency", lambda x: busy(latency=x), 90),
    Level("disk_io.latency_clear_ms", "disk.latency", lambda x: busy("disk.latency", latency=x), 60),
    Level("disk_io.least_requests_per_second", "disk.latency", lambda x: busy(latency=5000, requests=x), 2),
    Level("disk_io.window_seconds", "disk.queue", burst, 600, 1, is_bad_when_small=True),
    Hold("disk_io.hold_seconds", "disk.queue", busy(queue=11), 300),
    Level("disk_failing.reallocated_sectors", FAILING, lambda x: smart(reallocated_sectors=x), 20, 0.5),
    Level("disk_failing.unreadable_sectors", FAILING, lambda x: smart(unreadable_sectors=x), 3, 0.5),
    Level("disk_failing.media_errors", FAILING, lambda x: smart(media_errors=x), 3, 0.5),
    Level("disk_failing.worn_percent", FAILING, lambda x: smart(worn_percent=x), 93, 0.5),
    Level("disk_failing.worn_clear_percent", FAILING, lambda x: smart(WORN, worn_percent=x), 80, 1),
    Level(
        "temperature_high.clear_degrees",
        "hardware.temperature",
        lambda x: warm(84 - x, WARM),
        10,
        is_bad_when_small=True,
    ),
    Hold("temperature_high.hold_seconds", "hardware.temperature", warm(90, remembering()), 60),
]
