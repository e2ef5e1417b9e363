"""Disks that say themselves that they are dying."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, Percent
from tools.probes.smart import Smart, SmartDisk


class DiskFailingLimits(Limits):
    """What a disk counts of itself.

    Anchors (awesome-prometheus-alerts): status not passed, any media error, spare below the disk's own threshold, all
    critical. "PASSED" does not mean healthy: sectors that cannot be read are high, and moved ones a warning.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("worn_clear_percent", "worn_percent"),)

    reallocated_sectors: Annotated[int, Field(ge=1)] = 10
    """sectors that the disk replaced from which it is a warning"""
    unreadable_sectors: Annotated[int, Field(ge=1)] = 1
    """sectors that cannot be read, or wait to be replaced, from which it is high"""
    media_errors: Annotated[int, Field(ge=1)] = 1
    """errors of the medium that an NVMe disk counted from which it is a warning"""
    worn_percent: Percent = 95
    """percent of its rated writes that an NVMe disk has used from which it is a warning"""
    worn_clear_percent: Percent = 90
    """percent at which that is over (another disk)"""


def detect(smart: Smart, limits: DiskFailingLimits, memory: Memory) -> Iterator[Finding]:
    """`disk.failing` with the device as object."""
    for disk in smart.disks:
        troubles = list(_troubles(disk, limits, is_open=memory.is_open("disk.failing", disk.device)))
        if troubles:
            severity = max((severity for severity, _ in troubles), key=lambda one: one.rank)
            said = ", ".join(words for _, words in troubles)
            yield Finding(
                kind="disk.failing",
                object=disk.device,
                severity=severity,
                summary=f"the disk {disk.device} {disk.model}: {said}",
                evidence=tuple(Evidence("smart", f"{disk.device}: {words}") for _, words in troubles),
                details={name: str(count) for name, count in disk.figures.items()} | {"model": disk.model},
            )


def _troubles(disk: SmartDisk, limits: DiskFailingLimits, *, is_open: bool) -> Iterator[tuple[Severity, str]]:
    figures = disk.figures
    if disk.is_passed is False:
        yield Severity.CRITICAL, "its own check failed"
    if figures.get("critical_warning", 0) > 0:
        yield Severity.CRITICAL, f"critical warning {figures['critical_warning']:#04x}"
    if figures.get("spare_percent", 100) < figures.get("least_spare_percent", 0):
        yield Severity.CRITICAL, f"{figures['spare_percent']} % spare left"
    for name in ("pending_sectors", "unreadable_sectors"):
        if figures.get(name, 0) >= limits.unreadable_sectors:
            yield Severity.HIGH, f"{figures[name]} {name.replace('_', ' ')}"
    if figures.get("reallocated_sectors", 0) >= limits.reallocated_sectors:
        yield Severity.WARNING, f"{figures['reallocated_sectors']} reallocated sectors"
    if figures.get("media_errors", 0) >= limits.media_errors:
        yield Severity.WARNING, f"{figures['media_errors']} media errors"
    worn = figures.get("worn_percent", 0)
    if rising(worn, is_open=is_open, clear=limits.worn_clear_percent, warning=limits.worn_percent):
        yield Severity.WARNING, f"{worn} % of its rated writes used"
