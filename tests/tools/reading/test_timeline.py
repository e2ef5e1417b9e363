"""Lines in slots of time: none is lost when the time grows, in whatever order they come."""

from hypothesis import given
from hypothesis import strategies as st

from tools.reading.timeline import SLOTS, Timeline


def test_at_first_there_is_room_for_nothing() -> None:
    timeline = Timeline()
    assert not timeline.begin <= 17.0 < timeline.end


@given(st.lists(st.floats(1, 99_999_999_999), min_size=1))
def test_every_time_has_a_slot_and_what_was_counted_stays_counted(times: list[float]) -> None:
    timeline = Timeline()
    slots = [0] * SLOTS
    for time in times:
        timeline.reach(time, [slots])
        assert timeline.begin <= time < timeline.end
        slots[int((time - timeline.begin) / timeline.width)] += 1
    assert sum(slots) == len(times)
    assert len(slots) == SLOTS
