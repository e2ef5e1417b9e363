"""Disks that cannot keep up: always busy, with long queues, or slow to answer."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.growth import per_second
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, NotNegative, Percent, Positive
from tools.probes import Skipped
from tools.probes.counters import Counters
from tools.probes.system import System

_MS = 1000


class DiskIoLimits(Limits):
    """Averages over `window_seconds` of one disk.

    Anchors: queue above 10 for 30 min (node-exporter mixin), 10 for 5 min (awesome-prometheus-alerts), a backlog of
    5000 ms over 10 min cleared at 70 % of it (netdata), which is a queue of 5; busy above 98 % over 10 min (netdata),
    80 % (awesome-prometheus-alerts); 100 ms a request (awesome-prometheus-alerts). Busy alone is information: an SSD
    at 100 % may do far more. So is slow alone, unless there are enough requests for an average.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("queue_clear", "queue"),
        ("busy_clear_percent", "busy_percent"),
        ("latency_clear_ms", "latency_ms"),
    )

    queue: Positive = 10
    """requests waiting on average from which it is a warning"""
    queue_clear: Positive = 7
    """requests waiting at which that is over"""
    busy_percent: Percent = 98
    """percent of time busy from which it is told, as information"""
    busy_clear_percent: Percent = 70
    """percent of time busy at which that is over"""
    latency_ms: Positive = 100
    """milliseconds a request from which it is a warning"""
    latency_clear_ms: Positive = 70
    """milliseconds a request at which that is over"""
    least_requests_per_second: NotNegative = 1
    """with fewer requests than this an average says nothing"""
    window_seconds: Positive = 900
    """seconds over which is counted"""
    hold_seconds: NotNegative = 600
    """seconds that it must last"""


def detect(counters: Counters, system: System | Skipped, limits: DiskIoLimits, memory: Memory) -> Iterator[Finding]:
    """`disk.queue`, `disk.latency` and, as information, `disk.busy`, with the device as object.

    Not in containers, which are shown the disks of the whole machine.
    """
    if isinstance(system, System) and system.is_container:
        return
    for disk in counters.disks:
        yield from _of_disk(disk.name, limits, memory)


def _of_disk(name: str, limits: DiskIoLimits, memory: Memory) -> Iterator[Finding]:
    def rate(figure: str) -> float | None:
        return per_second(memory.history, f"counters.{figure}", name, limits.window_seconds)

    busy_ms, queue_ms, requests, wait_ms = map(
        rate, ("disk_busy_ms", "disk_queue_ms", "disk_operations", "disk_wait_ms")
    )
    if busy_ms is None or queue_ms is None or requests is None or wait_ms is None:
        return
    queue, busy = queue_ms / _MS, min(100.0, 100 * busy_ms / _MS)
    latency = wait_ms / requests if requests >= limits.least_requests_per_second and requests else 0.0
    said = f"{name}: {busy:.0f} % busy, {queue:.1f} waiting, {requests:.1f} requests/s of {latency:.0f} ms"
    for kind, severity, value, enter, clear, words in (
        ("disk.queue", Severity.WARNING, queue, limits.queue, limits.queue_clear, "has more requests than it can do"),
        ("disk.latency", Severity.WARNING, latency, limits.latency_ms, limits.latency_clear_ms, "answers slowly"),
        ("disk.busy", Severity.INFO, busy, limits.busy_percent, limits.busy_clear_percent, "is always busy"),
    ):
        if rising(value, is_open=memory.is_open(kind, name), clear=clear, warning=enter):
            yield Finding(
                kind=kind,
                object=name,
                severity=severity,
                summary=f"the disk {name} {words}: {said}",
                evidence=(Evidence("counters", said),),
                details={"queue": f"{queue:.1f}", "busy_percent": f"{busy:.0f}", "latency_ms": f"{latency:.0f}"},
                hold_seconds=limits.hold_seconds,
            )
