"""Ports on which a service listened for long, and nobody does now."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.limits import Limits, NotNegative, Percent, Positive
from tools.history import Point
from tools.probes.network import Network

_METRIC = "network.listening"


class PortGoneLimits(Limits):
    """Ours: the anchors probe ports that somebody names; this one learns them."""

    learned_seconds: Positive = 3600
    """a port counts once it was open for so long"""
    learned_percent: Percent = 90
    """and at so many of the looks in that time"""
    forgotten_seconds: Positive = 86400
    """after so long without it, its absence is what is usual"""
    hold_seconds: NotNegative = 300
    """how long it must be gone before it is said"""


def detect(network: Network, memory: Memory, limits: PortGoneLimits) -> Iterator[Finding]:
    """`net.port_gone` with `address:port` as object. Forwarded ports of a login (60xx of sshd) are not counted."""
    looks = memory.history.series("network.listeners")
    if not looks:
        return
    now, open_now = looks[-1].seconds, {listener.place for listener in network.listeners}
    for (metric, place), points in memory.history.points.items():
        if metric != _METRIC or place in open_now or not points or _is_forwarded(place):
            continue
        gone = now - points[-1].seconds
        if 0 < gone <= limits.forgotten_seconds and _is_learned(points, looks, limits):
            yield Finding(
                kind="net.port_gone",
                object=place,
                severity=Severity.WARNING,
                summary=f"nobody listens on {place} any more, where somebody did for {_hours(points):.1f} h",
                evidence=(Evidence("network", f"{place} was open at {len(points)} looks, last {gone:.0f} s ago"),),
                details={"gone_seconds": f"{gone:.0f}"},
                hold_seconds=limits.hold_seconds,
            )


def _is_learned(points: tuple[Point, ...], looks: tuple[Point, ...], limits: PortGoneLimits) -> bool:
    first, last = points[0].seconds, points[-1].seconds
    meanwhile = sum(1 for look in looks if first <= look.seconds <= last)
    return last - first >= limits.learned_seconds and 100 * len(points) >= limits.learned_percent * meanwhile


def _is_forwarded(place: str) -> bool:
    address, _, port = place.rpartition(":")
    return address in ("127.0.0.1", "[::1]") and 6010 <= int(port) < 6100


def _hours(points: tuple[Point, ...]) -> float:
    return (points[-1].seconds - points[0].seconds) / 3600
