"""Time: it enters in one place, deadlines only get shorter, stamps sort as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ManualClock
from tools.clock import Deadline, SystemClock, parse_stamp, stamp

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_the_clock_of_this_machine_knows_its_zone_and_goes_on() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.001)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() > before


def test_a_deadline_runs_out_and_never_below_nothing(clock: ManualClock) -> None:
    deadline = Deadline(10, clock)
    clock.sleep(4)
    assert (deadline.left(), deadline.is_over()) == (6, False)
    clock.sleep(7)
    assert (deadline.left(), deadline.is_over()) == (0, True)


def test_a_step_of_the_wall_clock_moves_no_deadline(clock: ManualClock) -> None:
    deadline = Deadline(10, clock)
    clock.time += timedelta(days=400)
    assert deadline.left() == 10


def test_a_part_never_lasts_longer_than_the_whole(clock: ManualClock) -> None:
    whole = Deadline(10, clock)
    clock.sleep(4)
    assert whole.within(60).left() == 6
    assert whole.within(2).left() == 2


def test_a_stamp_is_utc_with_milliseconds() -> None:
    berlin = timezone(timedelta(hours=2))
    assert stamp(datetime(2026, 7, 1, 2, 0, 0, 1500, tzinfo=berlin)) == "2026-07-01T00:00:00.001Z"


@given(MOMENTS, MOMENTS)
def test_stamps_sort_as_text_and_can_be_read_back(one: datetime, other: datetime) -> None:
    one, other = (moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in (one, other))
    assert (stamp(one) < stamp(other)) == (one < other)
    assert parse_stamp(stamp(one)) == one


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z"])
def test_what_is_no_stamp_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month"):
        parse_stamp(text)
