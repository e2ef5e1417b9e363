"""Clocks that no time server keeps right."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.boots import Boots
from tools.probes.wall_clock import WallClock


class ClockUnsynchronisedLimits(Limits):
    """Anchors: netdata, not synchronised after 17 minutes of uptime (one poll of NTP at its slowest); node-exporter
    mixin and awesome-prometheus-alerts, for 5 to 10 minutes and an estimated error of 16 s, which no command tells
    without starting a service.
    """

    grace_seconds: NotNegative = 1020
    """uptime before which nothing is said"""
    hold_seconds: NotNegative = 600
    """how long it must be so before it is said"""


def detect(wall_clock: WallClock, boots: Boots, memory: Memory, limits: ClockUnsynchronisedLimits) -> Iterator[Finding]:
    """`time.unsynchronised` with the object `host`, where a time service runs and has found no server to follow."""
    if wall_clock.is_synchronized is not False or boots.uptime_seconds <= limits.grace_seconds:
        return
    yield Finding(
        kind="time.unsynchronised",
        object="host",
        severity=Severity.WARNING,
        summary="the clock is not synchronised with any time server",
        evidence=(Evidence("wall_clock", f"synchronized: no, after {boots.uptime_seconds // 60} min of uptime"),),
        hold_seconds=hold(limits.hold_seconds, memory),
    )
