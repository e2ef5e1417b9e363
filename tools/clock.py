"""Time enters Macha only here, so that a test can move it without touching the machine's clock."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, in the two senses that matter."""

    def now(self) -> datetime:
        """The wall clock as an aware UTC datetime: for records and for people. It may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds since this machine booted, suspend included: they never go backwards and are the same for all its
        processes. For deadlines and durations."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The clock of the machine Macha runs on."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Deadline:
    """One monotonic end for everything done under it; a library's own timeout is per read and can be stretched."""

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self.seconds = seconds
        self._end = self._clock.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain, never below 0."""
        return max(0.0, self._end - self._clock.monotonic())

    def is_over(self) -> bool:
        return self.left() == 0.0

    def within(self, seconds: float) -> "Deadline":
        """A deadline of `seconds` from now that never ends later than this one."""
        return Deadline(min(seconds, self.left()), self._clock)


def stamp(moment: datetime) -> str:
    """`moment` as UTC ISO 8601 with milliseconds, the one form in which times are stored; it sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_stamp(text: str) -> datetime:
    """The inverse of `stamp`; raises ValueError on anything else."""
    return datetime.fromisoformat(text)
