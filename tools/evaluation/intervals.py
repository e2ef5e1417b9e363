"""How sure a share of few cases is: the interval of Wilson."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.96
"""Of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, with the bounds between which the true share lies in 95 of 100 samples; 0 to 1 without cases."""

    count: int
    of: int
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.count}/{self.of} ({self.low:.0%}–{self.high:.0%})"


def share(count: int, of: int) -> Share:
    if not of:
        return Share(count, of, 0.0, 1.0)
    observed, square = count / of, _Z * _Z
    centre = (observed + square / (2 * of)) / (1 + square / of)
    reach = _Z / (1 + square / of) * sqrt(observed * (1 - observed) / of + square / (4 * of * of))
    return Share(count, of, round(max(0.0, centre - reach), 4), round(min(1.0, centre + reach), 4))
