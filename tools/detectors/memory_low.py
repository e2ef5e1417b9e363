"""Memory that is nearly used up."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Severity
from tools.detectors import Memory as Remembered
from tools.detectors.levels import falling, hold
from tools.detectors.limits import Limits, NotNegative, Percent
from tools.history import Measure
from tools.probes.memory import Memory

_MIB = 1 << 20


class MemoryLowLimits(Limits):
    """Percent of memory that is still available (MemAvailable, so cache counts as free).

    Anchors: netdata below 10 %, cleared at 15; awesome-prometheus-alerts below 10 % for 2 min; node-exporter mixin used
    above 90 % for 15 min. 5 and 2 % are ours: the kernel begins to reclaim hard and to kill there. netdata's and
    monit's rules about *used* memory (90 and 75 %) are the same figure seen from the other side.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("critical_percent", "high_percent", "warning_percent", "clear_percent"),
    )

    warning_percent: Percent = 10
    """percent available below which it is a warning"""
    high_percent: Percent = 5
    """percent available below which it is high"""
    critical_percent: Percent = 2
    """percent available below which it is critical"""
    clear_percent: Percent = 15
    """percent available at which an open finding is over"""
    hold_seconds: NotNegative = 120
    """seconds that it must last; what is critical counts at once (anchors: 2 and 15 min)"""


def detect(memory: Memory, limits: MemoryLowLimits, remembered: Remembered) -> Iterator[Finding]:
    """`mem.pressure` with the object `host`."""
    left = memory.available_percent
    severity = falling(
        left,
        is_open=remembered.is_open("mem.pressure", "host"),
        clear=limits.clear_percent,
        warning=limits.warning_percent,
        high=limits.high_percent,
        critical=limits.critical_percent,
    )
    if severity is None:
        return
    said = f"{memory.available_bytes // _MIB} of {memory.total_bytes // _MIB} MiB available ({left:.1f} %)"
    swap = f"swap {memory.swap_free_bytes // _MIB} of {memory.swap_total_bytes // _MIB} MiB free"
    yield Finding(
        kind="mem.pressure",
        object="host",
        severity=severity,
        summary=f"memory is nearly used up: {said}",
        evidence=(Evidence("memory", f"{said}, {swap}"),),
        details={"available_percent": f"{left:.1f}", "available_bytes": str(memory.available_bytes)},
        hold_seconds=0.0 if severity is Severity.CRITICAL else hold(limits.hold_seconds, remembered),
        figure=Measure("memory.used_bytes", "", memory.used_bytes),
    )
