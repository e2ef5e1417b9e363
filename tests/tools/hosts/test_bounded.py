import threading
import time

import pytest

from tools.clock import Deadline
from tools.hosts.bounded import OverdueError, bounded


def no_need() -> None:
    raise AssertionError("it was in time")


def test_what_is_in_time_comes_back() -> None:
    assert bounded(lambda: 7, Deadline(5), no_need) == 7


def test_what_is_raised_in_time_is_raised_here() -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        bounded(fail, Deadline(5), no_need)


def test_at_the_deadline_the_work_is_given_up() -> None:
    stop = threading.Event()
    started = time.monotonic()
    with pytest.raises(OverdueError, match=r"within 0\.2 s"):
        bounded(stop.wait, Deadline(0.2), stop.set)
    assert time.monotonic() - started < 1
    assert stop.is_set()
