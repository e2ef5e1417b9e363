"""Memory modules that make errors."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Severity
from tools.detectors import Memory as Remembered
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.probes import Skipped
from tools.probes.hardware import Hardware
from tools.probes.memory import Memory

_DAY_SECONDS = 24 * 3600


class MemoryErrorsLimits(Limits):
    """Corrected errors of a controller in a day.

    Anchors: any corrected error is info (awesome-prometheus-alerts) or a warning (netdata); any uncorrected one is
    critical (netdata) or a warning. One corrected bit now and then is what ECC is for (several a year and module are
    usual), so it is information; many in a day are a module that dies.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_per_day", "warning_per_day"),)

    warning_per_day: Positive = 24
    """corrected errors in a day from which it is a warning; fewer are information"""
    clear_per_day: NotNegative = 12
    """corrected errors in a day at which the warning is over"""


def detect(
    hardware: Hardware, memory: Memory | Skipped, limits: MemoryErrorsLimits, remembered: Remembered
) -> Iterator[Finding]:
    """`mem.errors.corrected` and `mem.errors` with the memory controller as object, or `host` for pages taken away."""
    for controller in hardware.corrected:
        grown = remembered.history.increase("hardware.corrected", controller, _DAY_SECONDS) or 0.0
        is_open = remembered.is_open("mem.errors.corrected", controller)
        severity = rising(grown, is_open=is_open, clear=limits.clear_per_day, warning=limits.warning_per_day)
        if grown > 0:
            said = f"{controller} corrected {grown:.0f} memory errors in a day"
            yield _finding("mem.errors.corrected", controller, severity or Severity.INFO, said, "hardware")
    for controller, count in hardware.uncorrected.items():
        if count > 0:
            said = f"{controller} met {count} memory errors that could not be corrected"
            yield _finding("mem.errors", controller, Severity.CRITICAL, said, "hardware")
    if isinstance(memory, Memory) and memory.corrupted_bytes > 0:
        said = f"{memory.corrupted_bytes >> 10} KiB of memory are broken and no longer used"
        yield _finding("mem.errors", "host", Severity.HIGH, said, "memory")


def _finding(kind: str, thing: str, severity: Severity, said: str, source: str) -> Finding:
    return Finding(kind=kind, object=thing, severity=severity, summary=said, evidence=(Evidence(source, said),))
