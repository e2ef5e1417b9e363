"""What is usual: nothing is unusual too soon, one wild day teaches little, a new habit is learned."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tools.history.baseline import LEAST_DAYS, Baseline


def days(count: int, mean: float, spread: float = 0.0, begin: Baseline | None = None) -> Baseline:
    chance = random.Random(7)
    usual = begin or Baseline()
    for _ in range(count):
        usual = usual.with_hour([chance.gauss(mean, spread) for _ in range(12)])
    return usual


def test_before_it_knows_enough_it_calls_nothing_unusual() -> None:
    assert not days(LEAST_DAYS - 1, 50, 2).is_unusual(1e9)
    assert days(LEAST_DAYS, 50, 2).is_unusual(1e9)


def test_an_hour_without_values_teaches_nothing() -> None:
    assert Baseline().with_hour([]) == Baseline()
    assert Baseline().with_hour([float("nan")]) == Baseline()


def test_what_varies_as_ever_is_usual() -> None:
    chance, usual = random.Random(3), days(20, 50, 2)
    assert sum(usual.is_unusual(chance.gauss(50, 2)) for _ in range(5000)) == 0


def test_what_never_goes_there_is_unusual_on_both_sides() -> None:
    usual = days(20, 50, 2)
    assert usual.is_unusual(75)
    assert usual.is_unusual(25)


def test_a_figure_that_never_moves_may_move_a_little() -> None:
    usual = days(20, 100)
    assert not usual.is_unusual(110)
    assert usual.is_unusual(115)


def test_one_wild_day_moves_it_little() -> None:
    usual = days(20, 50, 2)
    wild = usual.with_hour([100_000] * 12)
    assert abs(wild.mean - usual.mean) < usual.spread
    assert wild.is_unusual(80)


def test_a_new_habit_is_learned_in_weeks() -> None:
    assert not days(40, 80, 2, days(20, 50, 2)).is_unusual(80)


@given(st.lists(st.lists(st.floats(-1e15, 1e15), max_size=12), max_size=30), st.floats(-1e15, 1e15))
def test_any_values_make_a_band_around_their_mean(hours: list[list[float]], value: float) -> None:
    usual = Baseline()
    for values in hours:
        usual = usual.with_hour(values)
    low, high = usual.band()
    assert low <= usual.mean <= high
    assert usual.spread >= 0
    assert not usual.is_unusual(usual.mean)
    assert usual.is_unusual(value) in (True, False)


def test_what_is_usual_for_people_is_narrower_than_what_is_not_unusual() -> None:
    chance, baseline = random.Random(5), days(20, 50, 2)
    low, high = baseline.usual()
    assert baseline.band()[0] < low < 50 < high < baseline.band()[1]
    assert 0.02 < sum(chance.gauss(50, 2) > high for _ in range(5000)) / 5000 < 0.10


def test_no_figure_is_usually_below_zero() -> None:
    assert days(9, 0.1, 3).usual()[0] == 0
