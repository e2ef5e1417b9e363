"""Btrfs without room for a new block group: writes fail though df shows free space."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, Percent
from tools.probes.btrfs_volumes import BtrfsVolume
from tools.probes.hardware import Hardware

_GIB = 1 << 30


class BtrfsFullLimits(Limits):
    """Percent of raw space given to block groups, and of a kind of block group used.

    Anchor: netdata warns where more than 98 % is allocated, cleared at 95, and of a kind (data, metadata, system) above
    95 % used, critical above 98, cleared at 90, only while allocation is above 98. Ours: allocation alone is
    information, for it is harmless while its groups have room; metadata without room is critical, for not even
    deleting works then.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("allocated_clear_percent", "allocated_percent"),
        ("used_clear_percent", "used_warning_percent", "used_critical_percent"),
    )

    allocated_percent: Percent = 98
    """percent of raw space allocated from which it is told, as information"""
    allocated_clear_percent: Percent = 95
    """percent allocated at which it is over"""
    used_warning_percent: Percent = 95
    """percent of a kind of block group used, with nothing left to allocate, from which it is a warning"""
    used_critical_percent: Percent = 98
    """the same, from which it is critical"""
    used_clear_percent: Percent = 90
    """the same, at which it is over"""


def detect(hardware: Hardware, limits: BtrfsFullLimits, memory: Memory) -> Iterator[Finding]:
    """`disk.space.allocated` with the volume's label or UUID as object."""
    for volume in hardware.volumes:
        is_open = memory.is_open("disk.space.allocated", volume.name)
        allocated = volume.allocated_percent
        if not rising(
            allocated, is_open=is_open, clear=limits.allocated_clear_percent, warning=limits.allocated_percent
        ):
            continue
        fullest = max(volume.used_percent.values(), default=0.0)
        severity = rising(
            fullest,
            is_open=is_open,
            clear=limits.used_clear_percent,
            warning=limits.used_warning_percent,
            critical=limits.used_critical_percent,
        )
        yield _finding(volume, severity or Severity.INFO)


def _finding(volume: BtrfsVolume, severity: Severity) -> Finding:
    used = ", ".join(f"{kind} {percent:.0f} % used" for kind, percent in sorted(volume.used_percent.items()))
    left = max(0, volume.size_bytes - volume.allocated_bytes) / _GIB
    said = f"{volume.allocated_percent:.1f} % allocated, {left:.1f} GiB left to allocate; {used}"
    return Finding(
        kind="disk.space.allocated",
        object=volume.name,
        severity=severity,
        summary=f"btrfs {volume.name} has no room for new block groups: {said}",
        evidence=(Evidence("hardware", said),),
        details={"allocated_percent": f"{volume.allocated_percent:.1f}", "advice": "btrfs balance"},
    )
