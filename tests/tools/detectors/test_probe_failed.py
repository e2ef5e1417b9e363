from tests.tools.detectors.observing import NOW
from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors.probe_failed import ProbeFailedLimits, detect
from tools.probes import Skipped
from tools.probes.load import Load
from tools.probes.observation import Observation

SLOW = Skipped("took longer than 5 s", is_trouble=True)


def test_what_was_read_or_is_not_there_is_left_alone() -> None:
    seen = Observation(
        "h1", NOW, {"load": Load(1, 1, 1, 2, {}), "smart": Skipped("its command is not installed there")}
    )
    assert list(detect(seen, FIRST_LOOK, ProbeFailedLimits())) == []


def test_an_eye_that_broke_is_found_and_held() -> None:
    seen = Observation("h1", NOW, {"load": SLOW})
    assert [(one.object, one.hold_seconds) for one in detect(seen, FIRST_LOOK, ProbeFailedLimits())] == [("load", 0)]
    assert [one.hold_seconds for one in detect(seen, remembering(), ProbeFailedLimits())] == [600]
