"""File systems that run out of space or of inodes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Annotated, ClassVar

from pydantic import Field

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Percent
from tools.history import Measure
from tools.probes import Skipped
from tools.probes.disk_use import DiskUse
from tools.probes.mounts import BOOT_PLACES, Mount, Mounts

_GIB = 1 << 30

_STANDS_OUT = 0.25
"""Share of what is used that makes a folder worth naming."""
KEPT_BY = {
    "/var/log/journal": "/var/log/journal",
    "/nix/store": "/nix/store, kept by the generations of /nix/var/nix/profiles/system",
    "/var/cache/apt": "/var/cache/apt",
    "/var/cache/dnf": "/var/cache/dnf",
    "/var/lib/docker": "/var/lib/docker",
    "/var/lib/containers": "/var/lib/containers",
    "/var/lib/systemd/coredump": "/var/lib/systemd/coredump",
}
"""Folders that belong to one program as a whole: they are named instead of one of the many below them."""
_FULL_BY_NATURE = {"squashfs", "iso9660", "erofs", "cramfs", "romfs", "udf"}
_NOT_STORAGE = {
    "devtmpfs",
    "efivarfs",
    "fuse.snapfuse",
    "fuse.lxcfs",
    "fuse.gvfsd-fuse",
    "fuse.portal",
    "overlay",
    "aufs",
}
"""Overlays show the file system below them again; only one that is `/` itself is judged."""


class DiskSpaceLimits(Limits):
    """Used percent, as df counts it.

    Anchors: netdata warns above 90 % and is critical above 98 % *and* under 5 GiB, cleared at 80 and 90 %;
    awesome-prometheus-alerts below 10 % free for 2 min; node-exporter mixin below 5 % and 3 % free for 30 min. 95 % is
    the mixin's 5 % free. Cleared at 85 %: a disk cleaned from 91 to 84 % is well again.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("small_warning_percent", "warning_percent", "high_percent", "critical_percent"),
        ("small_clear_percent", "small_warning_percent"),
        ("clear_percent", "warning_percent"),
        ("inodes_clear_percent", "inodes_warning_percent", "inodes_high_percent", "inodes_critical_percent"),
    )

    clear_percent: Percent = 85
    """percent used at which an open finding is over"""
    warning_percent: Percent = 90
    """percent used from which it is a warning"""
    high_percent: Percent = 95
    """percent used from which it is high"""
    critical_percent: Percent = 98
    """percent used from which it is critical, where less than criticalFreeBytes is free"""
    critical_free_bytes: Annotated[int, Field(ge=0)] = 5 * _GIB
    """with more than this free it is never critical (netdata's size clause)"""
    small_warning_percent: Percent = 85
    """percent used from which it is a warning where less than smallFreeBytes is left (monit: 80 to 85 %)"""
    small_clear_percent: Percent = 80
    """percent used at which a finding on such a small disk is over"""
    small_free_bytes: Annotated[int, Field(ge=0)] = 1 * _GIB
    """free bytes below which a disk is small in this sense"""
    plenty_free_bytes: Annotated[int, Field(ge=0)] = 50 * _GIB
    """with more than this free a percentage says little: at most a note (netdata's size clause, wider)"""
    inodes_clear_percent: Percent = 85
    """percent of inodes used at which an open finding is over"""
    inodes_warning_percent: Percent = 90
    """percent of inodes used from which it is a warning"""
    inodes_high_percent: Percent = 95
    """percent of inodes used from which it is high"""
    inodes_critical_percent: Percent = 98
    """percent of inodes used from which it is critical"""
    hold_seconds: NotNegative = 120
    """seconds that a warning must last; what is high or critical counts at once (anchors: 1, 2 and 30 min)"""


def detect(mounts: Mounts, disk_use: DiskUse | Skipped, limits: DiskSpaceLimits, memory: Memory) -> Iterator[Finding]:
    """`disk.space` and `disk.inodes` with the mount point as object; boot partitions have a detector of their own.

    Where it is known what takes the space, `details["cause"]` names it and a line of evidence says how much.
    """
    for mount in mounts.mounts:
        if not is_judged(mount):
            continue
        is_open = memory.is_open("disk.space", mount.mounted_on)
        severity = _space_severity(mount, limits, is_open=is_open)
        if severity and mount.mounted_on not in BOOT_PLACES:
            held = hold(_hold(severity, limits), memory)
            found = _finding("disk.space", mount, severity, mount.used_percent, _space(mount), held)
            found = replace(found, figure=_kept("used_bytes", mount, mount.used_bytes))
            yield found if isinstance(disk_use, Skipped) else _with_cause(found, mount, disk_use)
        is_open = memory.is_open("disk.inodes", mount.mounted_on)
        if severity := _inodes_severity(mount, limits, is_open=is_open):
            left, held = f"{mount.inodes_free} inodes free", hold(_hold(severity, limits), memory)
            found = _finding("disk.inodes", mount, severity, mount.inodes_used_percent, left, held)
            yield replace(found, figure=_kept("inodes_used", mount, mount.inodes_used))


def _with_cause(finding: Finding, mount: Mount, use: DiskUse) -> Finding:
    folder, size = _largest(mount, use)
    if not folder:
        return finding
    line = Evidence("disk_use", f"{folder} takes {size / _GIB:.1f} GiB of {mount.mounted_on}")
    cause = {"cause": KEPT_BY.get(folder, folder)}
    return replace(finding, evidence=(*finding.evidence, line), details=finding.details | cause)


def _largest(mount: Mount, use: DiskUse) -> tuple[str, int]:
    """The deepest folder that takes a good part of what is used; ("", 0) where nothing stands out."""
    enough = _STANDS_OUT * (mount.used_bytes or 0)
    large = [(folder, size) for folder, size in use.folders if size >= enough and lies_on(folder, mount)]
    below = [
        (folder, size)
        for folder, size in large
        if not any(inner != folder and PurePosixPath(inner).is_relative_to(folder) for inner, _ in large)
    ]
    known = [(folder, size) for folder, size in large if folder in KEPT_BY]
    return max(known or below, key=lambda found: found[1], default=("", 0))


def lies_on(folder: str, mount: Mount) -> bool:
    """Whether a folder other than the mount point itself lies on this file system."""
    return folder != mount.mounted_on and PurePosixPath(folder).is_relative_to(mount.mounted_on)


def is_judged(mount: Mount) -> bool:
    """Whether the file system is storage that can fill."""
    if mount.is_read_only or mount.fs_type in _FULL_BY_NATURE:
        return False
    return mount.fs_type not in _NOT_STORAGE or mount.mounted_on == "/"


def _hold(severity: Severity, limits: DiskSpaceLimits) -> float:
    return limits.hold_seconds if severity.rank <= Severity.WARNING.rank else 0.0


def _space_severity(mount: Mount, limits: DiskSpaceLimits, *, is_open: bool) -> Severity | None:
    used, free = mount.used_percent, mount.available_bytes
    if used is None or free is None:
        return None
    is_small = free < limits.small_free_bytes and mount.fs_type != "tmpfs"
    severity = rising(
        used,
        is_open=is_open,
        clear=limits.small_clear_percent if is_small else limits.clear_percent,
        warning=limits.small_warning_percent if is_small else limits.warning_percent,
        high=limits.high_percent,
        critical=limits.critical_percent if free < limits.critical_free_bytes else None,
    )
    return Severity.INFO if severity and free > limits.plenty_free_bytes else severity


def _inodes_severity(mount: Mount, limits: DiskSpaceLimits, *, is_open: bool) -> Severity | None:
    used = mount.inodes_used_percent
    if used is None:
        return None
    return rising(
        used,
        is_open=is_open,
        clear=limits.inodes_clear_percent,
        warning=limits.inodes_warning_percent,
        high=limits.inodes_high_percent,
        critical=limits.inodes_critical_percent,
    )


def _space(mount: Mount) -> str:
    return f"{(mount.available_bytes or 0) / _GIB:.1f} GiB free of {(mount.size_bytes or 0) / _GIB:.1f} GiB"


def _kept(figure: str, mount: Mount, value: int | None) -> Measure | None:
    return None if value is None else Measure(f"mounts.{figure}", mount.mounted_on, value)


def _finding(kind: str, mount: Mount, severity: Severity, used: float | None, left: str, held: float) -> Finding:
    percent = f"{used or 0:.1f}"
    return Finding(
        kind=kind,
        object=mount.mounted_on,
        severity=severity,
        summary=f"{mount.mounted_on} is {percent} % used, {left}",
        evidence=(Evidence("mounts", f"{mount.source} {mount.fs_type} {percent}% {mount.mounted_on}, {left}"),),
        details={
            "used_percent": percent,
            "available_bytes": str(mount.available_bytes),
            "size_bytes": str(mount.size_bytes),
            "fs_type": mount.fs_type,
            "source": mount.source,
        },
        hold_seconds=held,
    )
