"""How people say when: `2h`, `3d`, `2026-04-01`, `2026-04-01 18:00`."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tools.errors import MachaError

_DURATION = re.compile(r"([0-9]{1,4})\s*(m|min|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = timedelta(days=366)


def duration(text: str, option: str) -> timedelta:
    """Raises MachaError naming the option where the text is none, or too long to be meant."""
    found = _DURATION.fullmatch(text.strip().lower())
    length = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < length <= LONGEST:
        raise MachaError(f"{option} {text}: not a length of time up to a year, as in 90m, 2h, 3d or 2w")
    return length


def moment(text: str, option: str, now: datetime, zone: str) -> datetime:
    """A duration from now, a day (its begin) or a time of a day, in the time zone of the configuration."""
    if _DURATION.fullmatch(text.strip().lower()):
        return now + duration(text, option)
    try:
        found = datetime.fromisoformat(text.strip())
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OverflowError):
        raise MachaError(f"{option} {text}: not a time, as in 3d, 2026-04-01 or 2026-04-01T18:00") from None
