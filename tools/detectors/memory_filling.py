"""Memory that will be used up: something leaks."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Severity
from tools.detectors import Memory as Remembered
from tools.detectors.limits import Limits, Percent, Positive
from tools.history import Measure
from tools.history.forecast import hours_until
from tools.probes.memory import Memory


class MemoryFillingLimits(Limits):
    """Hours until no memory is available, and the percent available below which it matters.

    None of the anchors forecasts memory; the hours are netdata's for disks (8, cleared at 48). Many programs grow after
    their start and then stay, so it counts only where half of the memory is gone already.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("warning_hours", "clear_hours"),)

    warning_hours: Positive = 8
    """hours until no memory is available within which it is a warning"""
    clear_hours: Positive = 48
    """hours beyond which it is over"""
    available_percent: Percent = 50
    """with more than this available a forecast does not count"""


def detect(memory: Memory, limits: MemoryFillingLimits, remembered: Remembered) -> Iterator[Finding]:
    """`mem.pressure.forecast` with the object `host`."""
    forecast = hours_until(remembered.history.series("memory.used_bytes"), memory.total_bytes)
    if forecast is None or not forecast.is_trusted or memory.available_percent > limits.available_percent:
        return
    is_open = remembered.is_open("mem.pressure.forecast", "host")
    if forecast.hours > max(limits.warning_hours, limits.clear_hours if is_open else 0.0):
        return
    pace = f"{forecast.slope_per_hour / (1 << 20):.0f} MiB an hour over {forecast.points} looks"
    said = f"{memory.available_percent:.0f} % available, falling by {pace}"
    yield Finding(
        kind="mem.pressure.forecast",
        object="host",
        severity=Severity.WARNING,
        summary=f"memory will be used up in {forecast.hours:.1f} hours: {said}",
        evidence=(Evidence("memory", said),),
        details={"hours": f"{forecast.hours:.1f}", "slope_per_hour": f"{forecast.slope_per_hour:.0f}"},
        figure=Measure("memory.used_bytes", "", memory.used_bytes),
    )
