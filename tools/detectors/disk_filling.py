"""File systems that will be full before somebody looks."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.disk_space import is_judged
from tools.detectors.limits import Limits, NotNegative, Percent, Positive
from tools.history import Measure
from tools.history.forecast import Forecast, hours_until
from tools.probes.mounts import Mount, Mounts


class DiskFillingLimits(Limits):
    """Hours until full at the slope of the last hours, and the used percent from which it matters.

    Anchors: free below 40 % and full in 24 h, below 20 % and in 4 h, for 1 h (node-exporter mixin); full in 24 h
    (awesome-prometheus-alerts); in 8 and 2 h, cleared at 48 and 24 h (netdata). No hold of ours: only a forecast that
    its history makes trustworthy counts, which takes longer.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("high_hours", "warning_hours", "clear_hours"),
        ("used_percent", "high_used_percent"),
    )

    warning_hours: Positive = 24
    """hours until full within which it is a warning"""
    high_hours: Positive = 4
    """hours until full within which it is high"""
    clear_hours: Positive = 48
    """hours until full beyond which it is over"""
    used_percent: Percent = 60
    """percent used from which a forecast is a warning"""
    high_used_percent: Percent = 80
    """percent used from which a forecast is high"""
    hold_seconds: NotNegative = 0
    """seconds that it must last besides"""


def detect(mounts: Mounts, limits: DiskFillingLimits, memory: Memory) -> Iterator[Finding]:
    """`disk.space.forecast` and `disk.inodes.forecast` with the mount point as object."""
    for mount in mounts.mounts:
        if is_judged(mount):
            if mount.used_bytes is not None and mount.available_bytes is not None:
                most = mount.used_bytes + max(0, mount.available_bytes)
                yield from _filling(mount, "space", "used_bytes", most, mount.used_percent, limits, memory)
            if mount.inodes:
                used = mount.inodes_used_percent
                yield from _filling(mount, "inodes", "inodes_used", mount.inodes, used, limits, memory)


def _filling(
    mount: Mount,
    what: str,
    figure: str,
    most: int,
    used: float | None,
    limits: DiskFillingLimits,
    memory: Memory,
) -> Iterator[Finding]:
    kind = f"disk.{what}.forecast"
    forecast = hours_until(memory.history.series(f"mounts.{figure}", mount.mounted_on), most)
    if forecast is None or not forecast.is_trusted or used is None:
        return
    if severity := _severity(forecast.hours, used, limits, is_open=memory.is_open(kind, mount.mounted_on)):
        found = _finding(kind, mount, what, used, forecast, severity, limits.hold_seconds)
        now = memory.history.series(f"mounts.{figure}", mount.mounted_on)[-1].value
        yield replace(found, figure=Measure(f"mounts.{figure}", mount.mounted_on, now))


def _severity(hours: float, used: float, limits: DiskFillingLimits, *, is_open: bool) -> Severity | None:
    if hours <= limits.high_hours and used >= limits.high_used_percent:
        return Severity.HIGH
    within = max(limits.warning_hours, limits.clear_hours if is_open else 0.0)
    return Severity.WARNING if hours <= within and used >= limits.used_percent else None


def _finding(
    kind: str, mount: Mount, what: str, used: float, forecast: Forecast, severity: Severity, held: float
) -> Finding:
    pace = (
        f"{forecast.slope_per_hour / (1 << 20):.0f} MiB an hour"
        if what == "space"
        else f"{forecast.slope_per_hour:.0f} inodes an hour"
    )
    name = mount.mounted_on if what == "space" else f"the inode table of {mount.mounted_on}"
    said = f"{used:.0f} % used, growing by {pace} over {forecast.points} looks"
    return Finding(
        kind=kind,
        object=mount.mounted_on,
        severity=severity,
        summary=f"{name} will be full in {forecast.hours:.1f} hours: {said}",
        evidence=(Evidence("mounts", said),),
        details={"hours": f"{forecast.hours:.1f}", "slope_per_hour": f"{forecast.slope_per_hour:.0f}"},
        hold_seconds=held,
    )
