"""A share of few cases says how little it says."""

import pytest

from tools.evaluation.intervals import share


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 0, 0, 1), (0, 63, 0, 0.0575), (63, 63, 0.9425, 1), (5, 10, 0.2366, 0.7634)]
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float) -> None:
    measured = share(count, of)
    assert (measured.low, measured.high) == pytest.approx((low, high), abs=0.0002)


def test_it_is_said_as_people_read_it() -> None:
    assert str(share(5, 10)) == "5/10 (24%–76%)"
