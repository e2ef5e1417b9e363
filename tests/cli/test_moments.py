"""How people say when: plain lengths and times, everything else a known error."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.moments import duration, moment
from tools.errors import MachaError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "minutes"), [("90m", 90), ("90 min", 90), ("2h", 120), ("3d", 4320), ("2W", 20160), (" 1h ", 60)]
)
def test_a_length_of_time(text: str, minutes: int) -> None:
    assert duration(text, "--for") == timedelta(minutes=minutes)
    assert moment(text, "--until", NOON, "UTC") == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "2", "h", "-2h", "0h", "2y", "9999w", "2h30m", "1.5h", "٣h"])
def test_what_is_none_is_a_known_error(text: str) -> None:
    with pytest.raises(MachaError, match="--for"):
        duration(text, "--for")


def test_a_day_and_a_time_are_of_the_configured_zone() -> None:
    assert moment("2026-04-01", "--until", NOON, "UTC") == datetime(2026, 4, 1, tzinfo=UTC)
    assert moment("2026-04-01T18:00", "--until", NOON, "Europe/Berlin") == datetime(2026, 4, 1, 16, tzinfo=UTC)
    assert moment("2026-04-01T18:00Z", "--until", NOON, "Europe/Berlin") == datetime(2026, 4, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "04/01/2026", "2026-04-01T25:00"])
def test_what_is_no_time_is_a_known_error(text: str) -> None:
    with pytest.raises(MachaError, match="--until"):
        moment(text, "--until", NOON, "UTC")
