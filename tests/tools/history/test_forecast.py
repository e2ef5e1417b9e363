"""When a figure reaches a limit: quiet on flat, falling, noisy and sawing ones, right on those that fill up."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.history import Point
from tools.history.forecast import LEAST_POINTS, MOST_POINTS, hours_until

CYCLE = 300.0


def line(count: int, start: float, per_hour: float, noise: float = 0.0, seed: int = 1) -> list[Point]:
    chance = random.Random(seed)
    return [
        Point(at * CYCLE, start + per_hour * at * CYCLE / 3600 + chance.gauss(0, noise) * (noise > 0))
        for at in range(count)
    ]


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([], id="never measured"),
        pytest.param(line(1, 50, 0), id="measured once"),
        pytest.param(line(288, 50, 0), id="flat"),
        pytest.param(line(288, 90, -1), id="it falls"),
        pytest.param([Point(0, 1), Point(0, 2)], id="two at one moment"),
        pytest.param([Point(0, float("nan")), Point(300, float("inf"))], id="no numbers"),
    ],
)
def test_what_does_not_lead_there_has_no_forecast(points: list[Point]) -> None:
    assert hours_until(points, 100) is None


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(line(LEAST_POINTS - 1, 50, 10), id="too few points"),
        pytest.param([Point(at * 60.0, 50 + at) for at in range(20)], id="too short a time"),
        pytest.param(line(7, 50, 1), id="too far beyond what was seen"),
        pytest.param(line(288, 50, 0.05, noise=4), id="mostly noise"),
        pytest.param([Point(at * CYCLE, 10 + (at % 12) * 5) for at in range(288)], id="a saw"),
    ],
)
def test_a_forecast_that_could_be_chance_is_not_trusted(points: list[Point]) -> None:
    forecast = hours_until(points, 100)
    assert forecast is None or not forecast.is_trusted


def test_one_that_stopped_growing_leads_nowhere() -> None:
    grew = line(40, 50, 6)
    flat = [Point((40 + at) * CYCLE, grew[-1].value) for at in range(120)]
    assert hours_until([*grew, *flat], 100) is None


@pytest.mark.parametrize(("count", "per_hour", "noise"), [(7, 20, 0), (48, 5, 0.3), (288, 0.9, 0.5)])
def test_a_steady_growth_is_seen_through_noise(count: int, per_hour: float, noise: float) -> None:
    points = line(count, 50, per_hour, noise)
    forecast = hours_until(points, 100)
    assert forecast is not None and forecast.is_trusted
    assert forecast.slope_per_hour == pytest.approx(per_hour, rel=0.15)
    assert forecast.hours == pytest.approx((100 - points[-1].value) / per_hour, rel=0.2)
    assert forecast.points == count


def test_falling_to_a_limit_below_is_the_same() -> None:
    forecast = hours_until(line(48, 20, -2), 0)
    assert forecast is not None and forecast.is_trusted
    assert forecast.hours == pytest.approx((20 - 2 * 47 / 12) / 2)


def test_a_few_wild_points_turn_nothing() -> None:
    points = line(100, 50, 2)
    for at in (20, 50, 80):
        points[at] = Point(points[at].seconds, 95)
    forecast = hours_until(points, 100)
    assert forecast is not None
    assert forecast.slope_per_hour == pytest.approx(2, rel=0.1)


def test_after_a_clean_up_only_what_came_since_counts() -> None:
    points = [*line(144, 50, 3), *(Point((144 + at) * CYCLE, 20 + at * 3 / 12) for at in range(60))]
    forecast = hours_until(points, 100)
    assert forecast is not None and forecast.is_trusted
    assert (forecast.points, round(forecast.slope_per_hour, 6)) == (60, 3)


def test_what_is_older_than_the_window_does_not_count() -> None:
    old = [Point(at * 3600.0, 60.0) for at in range(30 * 24)]
    new = [Point(30 * 86400 + at * CYCLE, 60 + at * 0.2) for at in range(100)]
    forecast = hours_until([*old, *new], 100, within_hours=8)
    assert forecast is not None
    assert forecast.slope_per_hour == pytest.approx(2.4)


def test_at_the_limit_no_time_is_left() -> None:
    forecast = hours_until(line(13, 88, 12), 100)
    assert forecast is not None
    assert forecast.hours == 0


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.builds(Point, st.floats(0, 1e10), numbers), max_size=3 * MOST_POINTS), numbers)
def test_any_series_has_an_answer_in_the_future(points: list[Point], limit: float) -> None:
    forecast = hours_until(points, limit)
    assert forecast is None or forecast.hours >= 0 or forecast.hours != forecast.hours
