"""Network links that lose packets."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.growth import per_second, percent
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, NotNegative, Percent, Positive
from tools.probes.counters import Counters
from tools.probes.device_counters import LinkCounters


class LinkLossLimits(Limits):
    """Percent of a link's packets over `window_seconds`.

    Anchors: errors above 1 % for 1 h (node-exporter mixin), 2 min (awesome-prometheus-alerts), any FIFO error
    (netdata); drops from 2 %, on wireless links 10 % (netdata). Single FIFO errors come with every burst: they count
    as drops.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("errors_clear_percent", "errors_percent"),
        ("drops_clear_percent", "drops_percent", "wireless_drops_percent"),
    )

    errors_percent: Percent = 1
    """percent of packets with errors from which it is a warning"""
    errors_clear_percent: Percent = 0.5
    """percent at which that is over"""
    drops_percent: Percent = 2
    """percent of packets dropped from which it is a warning"""
    wireless_drops_percent: Percent = 10
    """the same on a wireless link"""
    drops_clear_percent: Percent = 1
    """percent at which that is over"""
    least_packets_per_second: NotNegative = 10
    """with fewer packets than this a share says nothing"""
    window_seconds: Positive = 600
    """seconds over which is counted"""
    hold_seconds: NotNegative = 300
    """seconds that it must last"""


def detect(counters: Counters, limits: LinkLossLimits, memory: Memory) -> Iterator[Finding]:
    """`net.errors` and `net.drops` with the link as object."""
    for link in counters.links:
        drops = limits.wireless_drops_percent if link.name.startswith(("wl", "wwan")) else limits.drops_percent
        yield from _lost(
            link, "net.errors", "errors", limits.errors_percent, limits.errors_clear_percent, limits, memory
        )
        yield from _lost(link, "net.drops", "drops", drops, limits.drops_clear_percent, limits, memory)


def _lost(
    link: LinkCounters, kind: str, what: str, enter: float, clear: float, limits: LinkLossLimits, memory: Memory
) -> Iterator[Finding]:
    worst: tuple[float, str] | None = None
    for way, packets in (("receive", "received"), ("send", "sent")):
        whole = f"counters.link_{packets}"
        flow = per_second(memory.history, whole, link.name, limits.window_seconds)
        lost = percent(memory.history, f"counters.link_{way}_{what}", whole, link.name, limits.window_seconds)
        if flow is not None and lost is not None and flow >= limits.least_packets_per_second:
            worst = max(worst or (lost, packets), (lost, packets))
    if worst and rising(worst[0], is_open=memory.is_open(kind, link.name), clear=clear, warning=enter):
        share, packets = worst
        fate = "bad" if what == "errors" else "dropped"
        said = f"{min(share, 100):.1f} % of the packets {packets} by {link.name} are {fate}"
        yield Finding(
            kind=kind,
            object=link.name,
            severity=Severity.WARNING,
            summary=said,
            evidence=(Evidence("counters", f"{said}; since boot: {link}"),),
            details={"percent": f"{share:.2f}", "direction": packets},
            hold_seconds=limits.hold_seconds,
        )
