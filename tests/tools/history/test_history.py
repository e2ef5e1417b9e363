"""Series of figures: how much they grew, over restarts and gaps."""

from tools.history import History, Point
from tools.history.baseline import Baseline

COUNTER = History({("net.errors", "eth0"): tuple(Point(at * 300.0, value) for at, value in enumerate([5, 5, 8, 2, 4]))})


def test_of_what_was_never_measured_there_is_nothing() -> None:
    assert History().series("net.errors", "eth0") == ()
    assert History().increase("net.errors", "eth0", 60) is None
    assert History().rate("net.errors", "eth0", 60) is None
    assert not History().baseline("net.errors", "eth0").is_unusual(1e9)


def test_one_point_has_not_grown() -> None:
    history = History({("a.b", ""): (Point(0, 7),)})
    assert (history.increase("a.b", "", 60), history.rate("a.b", "", 60)) == (None, None)


def test_a_counter_that_began_anew_has_grown_by_what_it_shows() -> None:
    assert COUNTER.increase("net.errors", "eth0", 1e9) == 3 + 2 + 2


def test_only_the_window_counts_from_the_point_before_it() -> None:
    assert COUNTER.increase("net.errors", "eth0", 300) == 2
    assert COUNTER.increase("net.errors", "eth0", 400) == 4
    assert COUNTER.rate("net.errors", "eth0", 300) == 2 / 300


def test_what_is_usual_is_found_by_the_same_name() -> None:
    assert History(baselines={("a.b", ""): Baseline(9, 1.0, 0.5)}).baseline("a.b").mean == 1.0


def test_days_reached_counts_earlier_days_of_the_same_hour_only() -> None:
    hour, day = 3600, 86400
    points = [Point(at, 9.0) for at in (10 * hour, 10.9 * hour, day + 9 * hour, day + 10.5 * hour, 2 * day + 10 * hour)]
    history = History({("a.b", ""): (*points, Point(2 * day + 10.8 * hour, 9.0))})
    assert history.days_reached("a.b", "", 9.0) == 2
    assert history.days_reached("a.b", "", 9.1) == 0
    assert History().days_reached("a.b", "", 0) == 0
