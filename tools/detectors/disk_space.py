"""File systems that run out of space or of inodes."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits
from tools.probes.mounts import Mount, Mounts

_GIB = 1 << 30
_Percent = Annotated[float, Field(gt=0, le=100)]

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

    Anchors: netdata warns above 90 % and is critical above 98 % *and* under 5 GiB; awesome-prometheus-alerts below
    10 % free; node-exporter mixin below 5 % and 3 % free. 95 % is the mixin's 5 % free.
    """

    warning_percent: _Percent = 90
    high_percent: _Percent = 95
    critical_percent: _Percent = 98
    small_warning_percent: _Percent = 85
    """Warns earlier where less than `small_free_bytes` is left: on a small disk one upgrade or one log burst needs that
    much. monit's examples warn at 80 to 85 %."""
    small_free_bytes: Annotated[int, Field(ge=0)] = 1 * _GIB
    plenty_free_bytes: Annotated[int, Field(ge=0)] = 50 * _GIB
    """With more than this free a percentage says little: at most a note (netdata's size clause, wider)."""
    inodes_warning_percent: _Percent = 90
    inodes_high_percent: _Percent = 95
    inodes_critical_percent: _Percent = 98

    @model_validator(mode="after")
    def _in_order(self) -> "DiskSpaceLimits":
        space = (self.small_warning_percent, self.warning_percent, self.high_percent, self.critical_percent)
        inodes = (self.inodes_warning_percent, self.inodes_high_percent, self.inodes_critical_percent)
        if list(space) != sorted(space) or list(inodes) != sorted(inodes):
            raise ValueError("the percentages must rise from warning to critical")
        return self


def detect(mounts: Mounts, limits: DiskSpaceLimits) -> Iterator[Finding]:
    """`disk.space` and `disk.inodes` with the mount point as object."""
    for mount in mounts.mounts:
        if not _is_judged(mount):
            continue
        if severity := _space_severity(mount, limits):
            yield _finding("disk.space", mount, severity, mount.used_percent, _space(mount))
        if severity := _inodes_severity(mount, limits):
            yield _finding(
                "disk.inodes", mount, severity, mount.inodes_used_percent, f"{mount.inodes_free} inodes free"
            )


def _is_judged(mount: Mount) -> bool:
    if mount.is_read_only or mount.fs_type in _FULL_BY_NATURE:
        return False
    return mount.fs_type not in _NOT_STORAGE or mount.mounted_on == "/"


def _space_severity(mount: Mount, limits: DiskSpaceLimits) -> Severity | None:
    used, free = mount.used_percent, mount.available_bytes
    if used is None or free is None:
        return None
    is_small_storage = free < limits.small_free_bytes and mount.fs_type != "tmpfs"
    severity = _severity(used, limits.warning_percent, limits.high_percent, limits.critical_percent)
    if severity is None and is_small_storage and used >= limits.small_warning_percent:
        severity = Severity.WARNING
    return Severity.INFO if severity and free > limits.plenty_free_bytes else severity


def _inodes_severity(mount: Mount, limits: DiskSpaceLimits) -> Severity | None:
    used = mount.inodes_used_percent
    if used is None:
        return None
    return _severity(used, limits.inodes_warning_percent, limits.inodes_high_percent, limits.inodes_critical_percent)


def _severity(used: float, warning: float, high: float, critical: float) -> Severity | None:
    if used >= critical:
        return Severity.CRITICAL
    if used >= high:
        return Severity.HIGH
    return Severity.WARNING if used >= warning else None


def _space(mount: Mount) -> str:
    return f"{(mount.available_bytes or 0) / _GIB:.1f} GiB free of {(mount.size_bytes or 0) / _GIB:.1f} GiB"


def _finding(kind: str, mount: Mount, severity: Severity, used: float | None, left: str) -> Finding:
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
    )
