"""What is usual for a figure of a host at an hour of the day, learned from day to day and slow to be misled."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean, median

LEAST_DAYS = 5
"""Before so many days of this hour were seen, nothing is called unusual."""
MEMORY_DAYS = 14
"""What is new weighs at least one in so many: after two weeks a host's new habit is its habit."""
BAND = 6.0
"""Mean absolute deviations to each side: 4.8 standard deviations of what is normally distributed."""
LEAST_SPREAD = 0.02
"""A figure that hardly ever moves is given two percent of itself."""
USUAL = 2.0
"""Mean absolute deviations below and above: of what is normally distributed 1 in 20 lies above."""
_MOST_STEP = 5.0


@dataclass(frozen=True, slots=True)
class Baseline:
    """`count` days of one hour: their robust mean, and how far single values were from it on average (`spread`)."""

    count: int = 0
    mean: float = 0.0
    spread: float = 0.0

    @property
    def is_trusted(self) -> bool:
        return self.count >= LEAST_DAYS

    def band(self) -> tuple[float, float]:
        """Below and above which a value is unusual."""
        width = BAND * max(self.spread, LEAST_SPREAD * abs(self.mean))
        return self.mean - width, self.mean + width

    def usual(self) -> tuple[float, float]:
        """Between which two values it is on most days, for people; no figure that is kept is below 0."""
        width = USUAL * max(self.spread, LEAST_SPREAD * abs(self.mean))
        return max(0.0, self.mean - width), self.mean + width

    def is_unusual(self, value: float) -> bool:
        """Whether a value lies outside of the band; never, before there is enough to compare it with."""
        low, high = self.band()
        return self.is_trusted and not low <= value <= high

    def with_hour(self, values: Sequence[float]) -> "Baseline":
        """The same with one more day: the values of this hour. One wild day moves it by a bounded step."""
        values = [value for value in values if isfinite(value)]
        if not values:
            return self
        middle = median(values)
        if not self.count:
            return Baseline(1, middle, fmean(abs(value - middle) for value in values))
        weight = max(1 / (self.count + 1), 1 / MEMORY_DAYS)
        most = _MOST_STEP * (max(self.spread, LEAST_SPREAD * abs(self.mean)) or LEAST_SPREAD * abs(middle))
        step = min(most, max(-most, middle - self.mean))
        away = min(most, fmean(abs(value - self.mean) for value in values))
        return Baseline(self.count + 1, self.mean + weight * step, self.spread + weight * (away - self.spread))
