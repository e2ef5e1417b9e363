"""Software RAIDs that lost a disk."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.hardware import Array, Hardware

_REBUILDING = ("recover", "resync", "reshape")


def detect(hardware: Hardware) -> Iterator[Finding]:
    """`raid.degraded` with the array as object, `raid.disk_failed` with `array disk`.

    Anchors: members missing is critical, at once (awesome-prometheus-alerts) or after 15 min (node-exporter mixin); a
    failed disk is a warning (both, and netdata). Ours: no hold, for a lost disk does not come back; critical with
    nothing being rebuilt, high while it is; a failed disk is high, for it has to be replaced by somebody.
    """
    for array in hardware.arrays:
        said = f"{array.name}: {array.level}, {array.state}, {array.missing} missing, {array.doing}"
        if array.missing > 0:
            is_rebuilding = array.doing in _REBUILDING
            yield Finding(
                kind="raid.degraded",
                object=array.name,
                severity=Severity.HIGH if is_rebuilding else Severity.CRITICAL,
                summary=f"the array {array.name} lacks {array.missing} of its disks"
                + (", and is being rebuilt" if is_rebuilding else ""),
                evidence=(Evidence("hardware", said),),
                details=_details(array),
            )
        for disk in array.failed:
            yield Finding(
                kind="raid.disk_failed",
                object=f"{array.name} {disk}",
                severity=Severity.HIGH,
                summary=f"the disk {disk} of the array {array.name} has failed",
                evidence=(Evidence("hardware", said),),
                details=_details(array) | {"disk": disk},
            )


def _details(array: Array) -> dict[str, str]:
    return {"level": array.level, "missing": str(array.missing), "sync_action": array.doing}
