"""Memory that is nearly used up."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits
from tools.probes.memory import Memory

_MIB = 1 << 20
_Percent = Annotated[float, Field(gt=0, le=100)]


class MemoryLowLimits(Limits):
    """Percent of memory that is still available (MemAvailable, so cache counts as free).

    Anchors: netdata and awesome-prometheus-alerts below 10 %, node-exporter mixin used above 90 %. 5 and 2 % are ours:
    the kernel begins to reclaim hard and to kill there.
    """

    warning_percent: _Percent = 10
    high_percent: _Percent = 5
    critical_percent: _Percent = 2

    @model_validator(mode="after")
    def _in_order(self) -> "MemoryLowLimits":
        if not self.critical_percent <= self.high_percent <= self.warning_percent:
            raise ValueError("the percentages must fall from warning to critical")
        return self


def detect(memory: Memory, limits: MemoryLowLimits) -> Iterator[Finding]:
    """`mem.pressure` with the object `host`."""
    left = memory.available_percent
    if left >= limits.warning_percent:
        return
    severity = Severity.WARNING
    if left < limits.critical_percent:
        severity = Severity.CRITICAL
    elif left < limits.high_percent:
        severity = Severity.HIGH
    said = f"{memory.available_bytes // _MIB} of {memory.total_bytes // _MIB} MiB available ({left:.1f} %)"
    swap = f"swap {memory.swap_free_bytes // _MIB} of {memory.swap_total_bytes // _MIB} MiB free"
    yield Finding(
        kind="mem.pressure",
        object="host",
        severity=severity,
        summary=f"memory is nearly used up: {said}",
        evidence=(Evidence("memory", f"{said}, {swap}"),),
        details={"available_percent": f"{left:.1f}", "available_bytes": str(memory.available_bytes)},
    )
