"""Btrfs devices that counted errors."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.hardware import Hardware

_LOST = ("write", "flush")


def detect(hardware: Hardware) -> Iterator[Finding]:
    """`disk.errors` with `volume device N` as object, as long as the counters are not reset.

    Anchor: netdata warns of any read, corruption or generation error and is critical for any write or flush error.
    Ours is high for the latter: the copy on another device may be sound.
    """
    for volume in hardware.volumes:
        by_device: dict[str, dict[str, int]] = {}
        for device_and_kind, count in volume.errors.items():
            device, _, kind = device_and_kind.partition(" ")
            if count > 0:
                by_device.setdefault(device, {})[kind] = count
        for device, counts in by_device.items():
            said = ", ".join(f"{count} {kind} errors" for kind, count in sorted(counts.items()))
            yield Finding(
                kind="disk.errors",
                object=f"{volume.name} device {device}",
                severity=Severity.HIGH if any(kind in counts for kind in _LOST) else Severity.WARNING,
                summary=f"device {device} of btrfs {volume.name} counted {said}",
                evidence=(Evidence("hardware", said),),
                details={kind: str(count) for kind, count in counts.items()},
            )
