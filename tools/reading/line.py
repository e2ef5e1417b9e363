"""A line of a log as a reader sees it, whatever it was read from."""

from typing import NamedTuple


class Line(NamedTuple):
    """`id` grows from line to line, `time` is Unix time in seconds or 0, `priority` is that of syslog: 3 is error."""

    id: int
    time: float
    unit: str
    priority: int
    message: str
