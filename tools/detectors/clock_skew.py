"""Clocks that are wrong."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits
from tools.probes.wall_clock import WallClock


class ClockSkewLimits(Limits):
    """Seconds between the host's clock and the controller's, beyond the error of the measurement.

    The node-exporter mixin alerts at 0.05 s, which needs the host's own NTP; through one command and a network only
    seconds can be told apart. Kerberos refuses at 300 s, TOTP at 30 to 60 s.
    """

    warning_seconds: Annotated[float, Field(gt=0)] = 5
    high_seconds: Annotated[float, Field(gt=0)] = 60

    @model_validator(mode="after")
    def _in_order(self) -> "ClockSkewLimits":
        if self.warning_seconds > self.high_seconds:
            raise ValueError("warningSeconds must not be above highSeconds")
        return self


def detect(wall_clock: WallClock, limits: ClockSkewLimits) -> Iterator[Finding]:
    """`time.skew` with the object `host`; which of the two clocks is wrong is not known."""
    offset, error = wall_clock.offset_seconds, wall_clock.offset_error_seconds
    if offset is None or error is None or abs(offset) - error <= limits.warning_seconds:
        return
    side = "ahead of" if offset > 0 else "behind"
    synchronized = {True: "yes", False: "no", None: "unknown"}[wall_clock.is_synchronized]
    yield Finding(
        kind="time.skew",
        object="host",
        severity=Severity.HIGH if abs(offset) - error > limits.high_seconds else Severity.WARNING,
        summary=f"the host's clock is {abs(offset):.1f} s {side} the controller's",
        evidence=(Evidence("wall_clock", f"offset {offset:+.3f} s ± {error:.3f} s, synchronized: {synchronized}"),),
        details={"offset_seconds": f"{offset:.3f}", "synchronized": synchronized},
    )
