"""Disks and file systems that answer with errors."""

import re
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.kernel_log import KernelLog
from tools.probes.mounts import Mounts

_TROUBLE = re.compile(
    r"I/O error|critical (?:medium|target) error|EXT4-fs error|EXT4-fs .*Remounting|XFS .*(?:[Cc]orruption|[Ss]hut)"
    r"|BTRFS (?:error|critical)|Remounting filesystem read-only|forced readonly|nvme.*(?:controller is down|timeout)"
    r"|ata[0-9.]+: .*failed command|md/raid.*Disk failure"
)
_GIVEN_UP = re.compile(r"[Rr]emounting filesystem read-only|forced readonly|[Ss]hut(?:ting)? ?down|controller is down")
_DEVICE = re.compile(
    r"\(device ([A-Za-z0-9_!-]{1,32})|\(([a-z][A-Za-z0-9_!-]{1,31})\)|\bdev ([A-Za-z0-9_!-]{1,32})"
    r"|Disk failure on ([A-Za-z0-9_!-]{1,32})|\b(nvme\d{1,4}(?:n\d{1,4})?)\b|^(ata\d{1,3})"
)
_REMOVABLE = re.compile(r"(?:sr|fd)\d{1,3}")
_SHOWN = 3


def detect(kernel_log: KernelLog, mounts: Mounts | Skipped) -> Iterator[Finding]:
    """`disk.errors` with the device as object for what the kernel said; `mount.unreadable` with the mount point.

    Only lines that came from the kernel itself count. Anchor: awesome-prometheus-alerts is critical where a file system
    cannot be asked for its size. Ours is high, and critical where the kernel stopped writing to it.
    """
    by_device: dict[str, list[str]] = {}
    for line in kernel_log.lines:
        if line.transport == "kernel" and _TROUBLE.search(line.message) and (device := _device(line.message)):
            by_device.setdefault(device, []).append(line.message)
    for device, messages in by_device.items():
        is_given_up = any(_GIVEN_UP.search(message) for message in messages)
        yield Finding(
            kind="disk.errors",
            object=device,
            severity=Severity.CRITICAL if is_given_up else Severity.HIGH,
            summary=f"the kernel met {len(messages)} errors of {device} in half an hour"
            + (" and gave it up" if is_given_up else ""),
            evidence=tuple(Evidence("kernel_log", text) for text in list(dict.fromkeys(messages))[:_SHOWN]),
            details={"lines": str(len(messages))},
        )
    for path, why in mounts.unreadable if isinstance(mounts, Mounts) else ():
        yield Finding(
            kind="mount.unreadable",
            object=path,
            severity=Severity.HIGH,
            summary=f"{path} cannot be read: {why}",
            evidence=(Evidence("mounts", f"df: {path}: {why}"),),
            details={"error": why},
        )


def _device(message: str) -> str:
    found = _DEVICE.search(message)
    name = next((group for group in found.groups() if group), "") if found else ""
    return "" if _REMOVABLE.fullmatch(name) else name
