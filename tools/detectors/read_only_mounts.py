"""File systems that became read-only."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.probes.mounts import Mount, Mounts


def detect(mounts: Mounts, memory: Memory) -> Iterator[Finding]:
    """`mount.readonly` with the mount point as object.

    Critical where the kernel made it so after an error (the mount is `rw`, its super block `ro`); high where /etc/fstab
    wants it writable, or where it was in the cycle before. Anchors: none; they only leave read-only file systems out.
    """
    for mount in mounts.mounts:
        if not mount.is_read_only:
            continue
        if mount.mounted_on in mounts.forced_read_only:
            why = "the kernel made it read-only after an error"
            yield _finding(mount, Severity.CRITICAL, why, "error")
        elif mount.mounted_on in mounts.meant_writable:
            yield _finding(mount, Severity.HIGH, "/etc/fstab wants it writable", "fstab")
        elif _was_writable(mount, memory):
            yield _finding(mount, Severity.HIGH, "it was writable before", "changed")


def _was_writable(mount: Mount, memory: Memory) -> bool:
    """Whether it changed from one cycle to the next, or has been open since it did."""
    points = memory.history.series("mounts.is_writable", mount.mounted_on)
    is_news = len(points) > 1 and points[-2].value > 0
    was_ever = any(point.value > 0 for point in points)
    return is_news or (was_ever and memory.is_open("mount.readonly", mount.mounted_on))


def _finding(mount: Mount, severity: Severity, why: str, reason: str) -> Finding:
    return Finding(
        kind="mount.readonly",
        object=mount.mounted_on,
        severity=severity,
        summary=f"{mount.mounted_on} is read-only: {why}",
        evidence=(Evidence("mounts", f"{mount.source} on {mount.mounted_on} type {mount.fs_type} (ro); {why}"),),
        details={"source": mount.source, "fs_type": mount.fs_type, "reason": reason},
    )
