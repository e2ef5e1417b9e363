"""Machines that started again without having been shut down."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.probes.boots import Boots

_DAY_SECONDS = 24 * 3600


def detect(boots: Boots, memory: Memory) -> Iterator[Finding]:
    """`boot.unexpected` where the boot before did not end cleanly; `boot.clean`, an info, for a proper reboot."""
    is_new = bool(memory.boot_id) and memory.boot_id != boots.boot_id
    said = f"boot {boots.boot_id[:8]}, up for {boots.uptime_seconds} s"
    last = tuple(Evidence("boots", f"last line before: {line}") for line in boots.last_lines)
    if boots.ended_cleanly is False and (is_new or boots.uptime_seconds < _DAY_SECONDS):
        yield Finding(
            kind="boot.unexpected",
            object="host",
            severity=Severity.WARNING,
            summary="the host started again without having been shut down (power, crash or reset)",
            evidence=(Evidence("boots", said), *last),
            details={"boot_id": boots.boot_id, "uptime_seconds": str(boots.uptime_seconds)},
        )
    elif is_new:
        how = "was shut down and started again" if boots.ended_cleanly else "started again; how it ended is not known"
        yield Finding(
            kind="boot.clean" if boots.ended_cleanly else "boot.unknown",
            object="host",
            severity=Severity.INFO,
            summary=f"the host {how}",
            evidence=(Evidence("boots", said), *last),
            details={"boot_id": boots.boot_id, "uptime_seconds": str(boots.uptime_seconds)},
        )
