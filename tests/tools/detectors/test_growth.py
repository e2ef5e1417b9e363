from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors.growth import per_second, percent


def test_a_counter_seen_once_or_twice_within_a_minute_says_nothing() -> None:
    assert per_second(FIRST_LOOK.history, "a", "", 600) is None
    hasty = remembering({("a", ""): (1, 900), ("b", ""): (1, 900)}, every=59).history
    assert per_second(hasty, "a", "", 600) is None and percent(hasty, "a", "b", "", 600) is None


def test_rates_and_shares_of_what_grew() -> None:
    history = remembering({("part", "x"): grown(2), ("whole", "x"): grown(8)}).history
    assert per_second(history, "part", "x", 600) == 2 and percent(history, "part", "whole", "x", 600) == 25


def test_of_what_did_not_grow_there_is_no_share() -> None:
    history = remembering({("part", ""): grown(2), ("whole", ""): grown(0)}).history
    assert percent(history, "part", "whole", "", 600) is None and percent(history, "none", "part", "", 600) is None
