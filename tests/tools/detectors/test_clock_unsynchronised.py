import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors.clock_unsynchronised import ClockUnsynchronisedLimits, detect
from tools.probes.boots import Boots
from tools.probes.wall_clock import WallClock


@pytest.mark.parametrize(
    ("known", "uptime", "is_found"),
    [(True, 5000, False), (None, 5000, False), (False, 1020, False), (False, 1021, True)],
)
def test_a_time_service_without_a_server_after_17_minutes(known: bool | None, uptime: int, is_found: bool) -> None:
    clock, boots = WallClock(1.0, known, None, None), Boots("0" * 32, uptime, None, ())
    for memory, hold in ((FIRST_LOOK, 0), (remembering(), 600)):
        found = list(detect(clock, boots, memory, ClockUnsynchronisedLimits()))
        assert [one.hold_seconds for one in found] == ([hold] if is_found else [])
