"""What a host was like before: series of figures, how fast they change, when they reach a limit, what is usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from tools.history.baseline import Baseline

_HOUR, _DAY = 3600, 86400


class Measure(NamedTuple):
    """A figure that is kept from cycle to cycle: `mounts.used_bytes` of `/`."""

    metric: str
    object: str
    value: float


class Point(NamedTuple):
    """A figure at a moment, in Unix seconds of the controller's clock."""

    seconds: float
    value: float


@dataclass(frozen=True, slots=True)
class History:
    """The series of one host, oldest point first; the last one is of the observation that is being judged."""

    points: Mapping[tuple[str, str], tuple[Point, ...]] = field(default_factory=dict)
    baselines: Mapping[tuple[str, str], Baseline] = field(default_factory=dict)
    """What is usual at this hour of the day (UTC)."""

    def series(self, metric: str, object_: str = "") -> tuple[Point, ...]:
        """Every point that is kept of a figure; empty when it was never measured."""
        return self.points.get((metric, object_), ())

    def baseline(self, metric: str, object_: str = "") -> Baseline:
        """What is usual for a figure at this hour; one that calls nothing unusual where that is not known yet."""
        return self.baselines.get((metric, object_), Baseline())

    def days_reached(self, metric: str, object_: str, value: float) -> int:
        """On how many earlier days a figure was at `value` or above at this hour (UTC)."""
        points = self.series(metric, object_)
        if not points:
            return 0
        day, hour = divmod(points[-1].seconds // _HOUR, 24)
        return len(
            {
                point.seconds // _DAY
                for point in points
                if point.seconds // _HOUR % 24 == hour and point.seconds // _DAY < day and point.value >= value
            }
        )

    def increase(self, metric: str, object_: str, within_seconds: float) -> float | None:
        """How much a counter has grown since `within_seconds` before its last point; None with less than two points.

        A counter that got smaller began anew (a reboot, a wrap): then what it shows is what was added.
        """
        points = self._within(metric, object_, within_seconds)
        if len(points) < 2:
            return None
        pairs = pairwise(points)
        return sum(now.value - before.value if now.value >= before.value else now.value for before, now in pairs)

    def rate(self, metric: str, object_: str, within_seconds: float) -> float | None:
        """`increase` by second; None where that is, or where no time has passed."""
        points = self._within(metric, object_, within_seconds)
        grown = self.increase(metric, object_, within_seconds)
        if grown is None or points[-1].seconds <= points[0].seconds:
            return None
        return grown / (points[-1].seconds - points[0].seconds)

    def _within(self, metric: str, object_: str, seconds: float) -> tuple[Point, ...]:
        """The points of the last `seconds`, and the one before them, from where they grew."""
        points = self.series(metric, object_)
        if not points:
            return ()
        begin = points[-1].seconds - seconds
        first = max((at for at, point in enumerate(points) if point.seconds <= begin), default=0)
        return points[first:]
