"""Clocks that are wrong."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.probes.wall_clock import WallClock


class ClockSkewLimits(Limits):
    """Seconds between the host's clock and the controller's, beyond the error of the measurement.

    The node-exporter mixin and awesome-prometheus-alerts alert at 0.05 s that does not shrink, for 10 minutes, which
    needs the host's own NTP; through one command and a network only seconds can be told apart. Kerberos refuses at
    300 s, TOTP at 30 to 60 s.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_seconds", "warning_seconds", "high_seconds"),)

    clear_seconds: Positive = 2
    """once said, it is over at this"""
    warning_seconds: Positive = 5
    """from here on a warning"""
    high_seconds: Positive = 60
    """from here on high, at once"""
    hold_seconds: NotNegative = 600
    """how long a warning must be so before it is said"""


def detect(wall_clock: WallClock, memory: Memory, limits: ClockSkewLimits) -> Iterator[Finding]:
    """`time.skew` with the object `host`; which of the two clocks is wrong is not known."""
    offset, error = wall_clock.offset_seconds, wall_clock.offset_error_seconds
    if offset is None or error is None:
        return
    severity = rising(
        abs(offset) - error,
        is_open=memory.is_open("time.skew", "host"),
        clear=limits.clear_seconds,
        warning=limits.warning_seconds,
        high=limits.high_seconds,
    )
    if severity is None:
        return
    side = "ahead of" if offset > 0 else "behind"
    synchronized = {True: "yes", False: "no", None: "unknown"}[wall_clock.is_synchronized]
    yield Finding(
        kind="time.skew",
        object="host",
        severity=severity,
        summary=f"the host's clock is {abs(offset):.1f} s {side} the controller's",
        evidence=(Evidence("wall_clock", f"offset {offset:+.3f} s ± {error:.3f} s, synchronized: {synchronized}"),),
        details={"offset_seconds": f"{offset:.3f}", "synchronized": synchronized},
        hold_seconds=0 if severity is Severity.HIGH else hold(limits.hold_seconds, memory),
    )
