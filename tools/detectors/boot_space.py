"""Boot partitions without room for the next kernel."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.disk_space import is_judged
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, Percent, Positive
from tools.probes import Skipped
from tools.probes.boot_files import BootFile, BootFiles
from tools.probes.mounts import BOOT_PLACES, Mount, Mounts
from tools.probes.system import System

_MIB = 1 << 20
_SHOWN = 8


class BootSpaceLimits(Limits):
    """Room for further kernels (with their initial RAM disks, of the size of the largest there), and used percent.

    None of the anchors treats /boot apart, though a full one breaks updates half way (README of alerts.csv). One
    kernel's room is what the next update needs; package managers write the new file beside the old one, hence the
    second.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("high_kernels", "warning_kernels", "clear_kernels"),
        ("clear_percent", "warning_percent", "high_percent", "critical_percent"),
    )

    warning_kernels: Positive = 2.0
    """room for fewer kernels than this is a warning, from warningPercent on"""
    high_kernels: Positive = 1.0
    """room for fewer kernels than this is high, from warningPercent on"""
    clear_kernels: Positive = 2.2
    """room for so many kernels ends it"""
    warning_percent: Percent = 70
    """percent used from which the room for kernels is judged"""
    clear_percent: Percent = 65
    """percent used at which it is over"""
    high_percent: Percent = 85
    """percent used from which it is a warning whatever lies there"""
    critical_percent: Percent = 98
    """percent used from which it is critical whatever lies there"""


def detect(
    mounts: Mounts,
    boot_files: BootFiles | Skipped,
    system: System | Skipped,
    limits: BootSpaceLimits,
    memory: Memory,
) -> Iterator[Finding]:
    """`disk.space.boot` with the mount point as object; names which kernels fill it."""
    for mount in mounts.mounts:
        if mount.mounted_on not in BOOT_PLACES or not is_judged(mount) or mount.used_percent is None:
            continue
        files = boot_files.below(mount.mounted_on) if isinstance(boot_files, BootFiles) else ()
        is_open = memory.is_open("disk.space.boot", mount.mounted_on)
        if severity := _severity(mount, _kernel_bytes(files), limits, is_open=is_open):
            running = system.kernel if isinstance(system, System) else ""
            entries = len(boot_files.entries) if isinstance(boot_files, BootFiles) else 0
            yield _finding(mount, files, entries, running, severity)


def _kernel_bytes(files: tuple[BootFile, ...]) -> int:
    """What the next kernel will take: the largest kernel and the largest initial RAM disk; 0 where none lies there."""
    kernels = [file.size_bytes for file in files if file.is_kernel]
    disks = [file.size_bytes for file in files if file.is_initrd]
    return max(kernels, default=0) + max(disks, default=0)


def _severity(mount: Mount, kernel_bytes: int, limits: BootSpaceLimits, *, is_open: bool) -> Severity | None:
    used, free = mount.used_percent or 0.0, mount.available_bytes or 0
    by_percent = rising(
        used,
        is_open=is_open and not kernel_bytes,
        clear=limits.clear_percent,
        warning=limits.high_percent,
        critical=limits.critical_percent,
    )
    if not kernel_bytes or by_percent is Severity.CRITICAL:
        return by_percent
    is_filled = rising(used, is_open=is_open, clear=limits.clear_percent, warning=limits.warning_percent)
    room = free / kernel_bytes
    if is_filled and room < limits.high_kernels:
        return Severity.HIGH
    least = max(limits.warning_kernels, limits.clear_kernels if is_open else 0.0)
    if is_filled and room < least:
        return Severity.WARNING
    return by_percent


def _finding(mount: Mount, files: tuple[BootFile, ...], entries: int, running: str, severity: Severity) -> Finding:
    by_version: dict[str, int] = {}
    for file in files:
        by_version[file.version or file.path] = by_version.get(file.version or file.path, 0) + file.size_bytes
    largest = sorted(by_version.items(), key=lambda item: -item[1])[:_SHOWN]
    filled = [f"{name}: {size // _MIB} MiB" + (" (running)" if name == running else "") for name, size in largest]
    free = (mount.available_bytes or 0) // _MIB
    return Finding(
        kind="disk.space.boot",
        object=mount.mounted_on,
        severity=severity,
        summary=f"{mount.mounted_on} is {mount.used_percent or 0:.0f} % used with {free} MiB free:"
        f" the next kernel may not fit",
        evidence=(
            Evidence("mounts", f"{mount.source} {mount.fs_type} {mount.used_percent or 0:.0f}% {mount.mounted_on}"),
            *(Evidence("boot_files", line) for line in filled),
        ),
        details={
            "available_bytes": str(mount.available_bytes),
            "kernels": " ".join(name for name, _ in largest),
            "running": running,
            "menu_entries": str(entries),
        },
    )
