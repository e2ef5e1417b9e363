"""Deleted files that still take the space of a file system that needs it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, Percent
from tools.probes.deleted_files import DeletedFile, DeletedFiles
from tools.probes.mounts import Mount, Mounts

_MIB = 1 << 20
_SHOWN = 5


class DeletedOpenFilesLimits(Limits):
    """Percent of a file system that one unit's deleted files hold, on one that is itself rather full.

    None of the anchors sees it. Ours: a tenth of the disk is what turns a full disk into one with room again.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("clear_percent", "warning_percent", "high_percent"),
        ("clear_used_percent", "used_percent"),
    )

    warning_percent: Percent = 10
    """percent of the file system held by deleted files from which it is a warning"""
    high_percent: Percent = 50
    """percent of the file system held by deleted files from which it is high"""
    clear_percent: Percent = 5
    """percent at which it is over"""
    used_percent: Percent = 80
    """percent used of the file system from which it matters; below, it is not told"""
    clear_used_percent: Percent = 75
    """percent used at which it is over"""


def detect(
    deleted_files: DeletedFiles, mounts: Mounts, limits: DeletedOpenFilesLimits, memory: Memory
) -> Iterator[Finding]:
    """`disk.deleted_open` with the service as object, or the program's name outside of services."""
    held: dict[tuple[str, str], dict[str, DeletedFile]] = defaultdict(dict)
    for file in deleted_files.files:
        if mount := mounts.holding(file.path):
            held[(_holder(file), mount.mounted_on)][file.inode] = file
    for (holder, place), files in held.items():
        mount = mounts.at(place)
        if mount and (severity := _severity(mount, _sum(files), limits, memory.is_open("disk.deleted_open", holder))):
            yield _finding(holder, mount, list(files.values()), severity)


def _holder(file: DeletedFile) -> str:
    return file.unit if file.unit.endswith(".service") else file.command or file.unit


def _sum(files: dict[str, DeletedFile]) -> int:
    return sum(file.bytes_held for file in files.values())


def _severity(mount: Mount, held: int, limits: DeletedOpenFilesLimits, is_open: bool) -> Severity | None:
    used, size = mount.used_percent, mount.size_bytes
    if used is None or not size or mount.fs_type == "tmpfs":
        return None
    is_full = rising(used, is_open=is_open, clear=limits.clear_used_percent, warning=limits.used_percent)
    return is_full and rising(
        100 * held / size,
        is_open=is_open,
        clear=limits.clear_percent,
        warning=limits.warning_percent,
        high=limits.high_percent,
    )


def _finding(holder: str, mount: Mount, files: list[DeletedFile], severity: Severity) -> Finding:
    largest = sorted(files, key=lambda file: -file.bytes_held)
    held = sum(file.bytes_held for file in files)
    return Finding(
        kind="disk.deleted_open",
        object=holder,
        severity=severity,
        summary=f"{holder} keeps {held // _MIB} MiB of deleted files open on {mount.mounted_on},"
        f" which is {mount.used_percent or 0:.0f} % used",
        evidence=tuple(
            Evidence("deleted_files", f"{file.command}[{file.pid}] holds {file.bytes_held // _MIB} MiB of {file.path}")
            for file in largest[:_SHOWN]
        ),
        details={
            "unit": files[0].unit,
            "mount": mount.mounted_on,
            "bytes": str(held),
            "pids": " ".join(dict.fromkeys(str(file.pid) for file in largest)),
            "path": largest[0].path,
        },
    )
