"""How fast counters grew over the last minutes, where they were watched long enough to say so."""

from tools.history import History

LEAST_SECONDS = 60
"""Two looks closer together than this (a person's command after the timer's) say nothing about minutes."""


def per_second(history: History, metric: str, object_: str, seconds: float) -> float | None:
    """The growth of a counter by second; None where it is not known over a minute at least."""
    return history.rate(metric, object_, seconds) if _is_long_enough(history, metric, object_) else None


def percent(history: History, part: str, whole: str, object_: str, seconds: float) -> float | None:
    """The growth of `part` as a share of the growth of `whole`; None where that did not grow or is not known."""
    if not _is_long_enough(history, whole, object_):
        return None
    all_of_it = history.increase(whole, object_, seconds)
    some_of_it = history.increase(part, object_, seconds)
    return 100 * some_of_it / all_of_it if all_of_it and some_of_it is not None else None


def _is_long_enough(history: History, metric: str, object_: str) -> bool:
    points = history.series(metric, object_)
    return len(points) > 1 and points[-1].seconds - points[0].seconds >= LEAST_SECONDS
