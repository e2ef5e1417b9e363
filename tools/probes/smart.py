"""What disks themselves know of their health (SMART), where smartctl is installed."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from tools.probes import Probe
from tools.safe_text import decode, safe_line

_ATTRIBUTES = {5: "reallocated_sectors", 197: "pending_sectors", 198: "unreadable_sectors"}
_NVME = {
    "critical_warning": "critical_warning",
    "media_errors": "media_errors",
    "percentage_used": "worn_percent",
    "available_spare": "spare_percent",
    "available_spare_threshold": "least_spare_percent",
}
_LINE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class SmartDisk:
    """A disk. `is_passed` is its own verdict, None where it gives none; `figures` by name what it counts."""

    device: str
    model: str
    is_passed: bool | None
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Smart(Probe):
    """The disks that answered; one that sleeps is not woken. Only root may ask.

    About 15 ms of CPU on the host for a disk, and a command to the disk itself, so it is asked on a first look and in
    the first ten minutes of every sixth hour; between them the findings stay as they are.
    """

    sign: ClassVar[str] = (
        'command -v smartctl >/dev/null && [ -O / ] && case "$JOURNAL_CURSOR:$hour_minute" in'
        " :*|*:000?|*:060?|*:120?|*:180?) true;; *) false;; esac"
    )
    no_sign: ClassVar[str] = "asked four times a day, where smartctl is installed and by root"
    command: ClassVar[str] = """\
for disk in /dev/sd[a-z] /dev/sd[a-z][a-z] /dev/nvme[0-9] /dev/nvme[0-9][0-9]; do
    if [ -e "$disk" ]; then timeout -k 1 4 smartctl -n standby --json=c -i -H -A "$disk"; echo; fi
done
exit 0"""
    timeout_seconds: ClassVar[int] = 15

    disks: tuple[SmartDisk, ...]

    @classmethod
    def parse(cls, output: bytes) -> "Smart":
        found = (_disk(line) for line in output.split(b"\n") if line.startswith(b"{") and len(line) <= _LINE_BYTES)
        return cls(tuple(disk for disk in found if disk))


def _disk(line: bytes) -> SmartDisk | None:
    try:
        said = json.loads(decode(line))
    except (ValueError, RecursionError):
        return None
    device = _at(said, "device", "name")
    if not isinstance(device, str) or not device:
        return None
    passed, model = _at(said, "smart_status", "passed"), _at(said, "model_name")
    return SmartDisk(
        device=safe_line(device, 60),
        model=safe_line(model, 80) if isinstance(model, str) else "",
        is_passed=passed if isinstance(passed, bool) else None,
        figures=_ata(said) | _nvme(said),
    )


def _ata(said: dict[str, Any]) -> dict[str, int]:
    rows = _at(said, "ata_smart_attributes", "table")
    figures = {}
    for row in rows if isinstance(rows, list) else ():
        number, value = _at(row, "id"), _at(row, "raw", "value")
        if isinstance(number, int) and number in _ATTRIBUTES and _is_count(value):
            figures[_ATTRIBUTES[number]] = int(value)
    return figures


def _nvme(said: dict[str, Any]) -> dict[str, int]:
    read = {name: _at(said, "nvme_smart_health_information_log", key) for key, name in _NVME.items()}
    return {name: int(value) for name, value in read.items() if _is_count(value)}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63


def _at(value: Any, *keys: str) -> Any:
    """What lies at a path of keys; None where it does not go on."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
