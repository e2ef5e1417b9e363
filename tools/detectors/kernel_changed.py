"""Hosts that run another kernel than before."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.probes.system import System

_HOUR_SECONDS = 3600


def detect(system: System, memory: Memory) -> Iterator[Finding]:
    """`boot.kernel_changed`, an info, with the object `host`, for an hour (awesome-prometheus-alerts: `changes` in 1
    h)."""
    points = memory.history.series("system.kernel")
    if not points:
        return
    now = points[-1]
    before = [point for point in points if point.value != now.value]
    first = next((point for point in points if before and point.seconds > before[-1].seconds), now)
    if before and now.seconds - first.seconds <= _HOUR_SECONDS:
        yield Finding(
            kind="boot.kernel_changed",
            object="host",
            severity=Severity.INFO,
            summary=f"the host runs another kernel than before: {system.kernel}",
            evidence=(Evidence("system", f"kernel {system.kernel}"),),
            details={"kernel": system.kernel},
        )
