"""When a figure reaches a limit if it goes on as it did, by a slope that a few odd points cannot turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median

from tools.history import Point

MOST_POINTS = 60
"""Theil–Sen looks at every pair: 60 points are 1770 slopes, about a millisecond."""
LEAST_POINTS = 6
LEAST_HOURS = 0.5
"""Six points over half an hour: what a cycle of five minutes gives soon enough to see a disk fill within two hours."""
MOST_REACH = 12.0
"""Half an hour of points speaks for the next six hours, two hours of them for a day."""
LEAST_MOVEMENT = 4.0
"""How many times its own noise (median absolute deviation from the line) a figure must have moved."""
WINDOW_HOURS = 24.0

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """`hours` until the limit at `slope_per_hour`; only a trusted one is worth a finding."""

    hours: float
    slope_per_hour: float
    points: int
    is_trusted: bool


def hours_until(points: Sequence[Point], limit: float, within_hours: float = WINDOW_HOURS) -> Forecast | None:
    """When the last `within_hours` of a series, oldest point first, lead to `limit`, from below or from above.

    None when they do not lead there, or are fewer than two. After a jump away from the limit (a clean-up, a restart)
    only what came after it counts; one that always jumps back is not trusted before it goes further than it ever did.
    """
    window = _recent(points, within_hours)
    jumps = _jumps_back(window, limit)
    recent = window[jumps[-1] :] if jumps else window
    if len(recent) < 2:
        return None
    thin = _thinned(recent)
    slope = _slope(thin)
    gap = limit - recent[-1].value
    if slope is None or (gap and gap * slope <= 0):
        return None
    hours = gap / slope if gap else 0.0
    is_steady = len(jumps) < 2 or all(abs(limit - point.value) > abs(gap) for point in window[: jumps[-1]])
    return Forecast(hours, slope, len(recent), is_steady and _is_trusted(thin, slope, hours, len(recent)))


def _recent(points: Sequence[Point], within_hours: float) -> list[Point]:
    """Points of the window that are numbers, each later than the one before."""
    kept: list[Point] = []
    begin = points[-1].seconds - within_hours * _HOUR if points else 0.0
    for point in points:
        is_later = not kept or point.seconds > kept[-1].seconds
        if point.seconds >= begin and is_later and isfinite(point.value):
            kept.append(point)
    return kept


def _jumps_back(points: list[Point], limit: float) -> list[int]:
    """Where a step away from the limit took more than half of the whole range at once."""
    values = [point.value for point in points]
    if len(values) < 2:
        return []
    towards = 1 if limit >= values[-1] else -1
    half = (max(values) - min(values)) / 2
    return [at for at in range(1, len(values)) if half and (values[at - 1] - values[at]) * towards > half]


def _thinned(points: list[Point]) -> list[Point]:
    """At most `MOST_POINTS` of them, evenly taken, first and last among them."""
    if len(points) <= MOST_POINTS:
        return points
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return [points[round(at * step)] for at in range(MOST_POINTS)]


def _slope(points: list[Point]) -> float | None:
    """The median of the slopes of all pairs, by hour (Theil–Sen); None where no number can hold it."""
    slopes = [
        (later.value - earlier.value) / (later.seconds - earlier.seconds) * _HOUR
        for at, earlier in enumerate(points)
        for later in points[at + 1 :]
    ]
    found = median(slopes)
    return found if isfinite(found) and found else None


def _is_trusted(points: list[Point], slope: float, hours: float, count: int) -> bool:
    span = (points[-1].seconds - points[0].seconds) / _HOUR
    if count < LEAST_POINTS or span < LEAST_HOURS or hours > MOST_REACH * span:
        return False
    offsets = [point.value - slope * (point.seconds - points[0].seconds) / _HOUR for point in points]
    middle = median(offsets)
    noise = median(abs(offset - middle) for offset in offsets)
    return abs(slope) * span >= LEAST_MOVEMENT * noise
