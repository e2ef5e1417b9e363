"""Two-level thresholds: a finding begins at one value and ends at a milder one, so that it does not flap."""

from tools.detectors import Memory, Severity
from tools.probes import Skipped
from tools.probes.wall_clock import WallClock

_OVER_SECONDS = 60


def rising(
    value: float,
    *,
    is_open: bool,
    clear: float,
    warning: float | None = None,
    high: float | None = None,
    critical: float | None = None,
) -> Severity | None:
    """The severity of a figure that is bad when it is large: at or above a level; once open, until it is at `clear`."""
    for severity, level in ((Severity.CRITICAL, critical), (Severity.HIGH, high), (Severity.WARNING, warning)):
        if level is not None and value >= level:
            return severity
    return Severity.WARNING if is_open and value > clear else None


def falling(
    value: float,
    *,
    is_open: bool,
    clear: float,
    warning: float,
    high: float | None = None,
    critical: float | None = None,
) -> Severity | None:
    """The severity of a figure that is bad when it is small: below a level; once open, until it is at `clear`."""
    for severity, level in ((Severity.CRITICAL, critical), (Severity.HIGH, high), (Severity.WARNING, warning)):
        if level is not None and value < level:
            return severity
    return Severity.WARNING if is_open and value < clear else None


def hold(seconds: float, memory: Memory) -> float:
    """`seconds`; 0 on a first look at a host, where nothing was seen to change and whoever looks wants to know now."""
    is_first_look = all(len(points) < 2 for points in memory.history.points.values())
    return 0.0 if is_first_look else seconds


def goes_on(microseconds: int, wall_clock: WallClock | Skipped) -> bool:
    """Whether what was last logged at that time by the host's clock may still go on: a minute of silence ends it."""
    now = wall_clock.seconds if isinstance(wall_clock, WallClock) else None
    return now is None or now - microseconds / 1e6 <= _OVER_SECONDS
