"""Swap that is nearly used up."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Severity
from tools.detectors import Memory as Remembered
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Percent
from tools.history import Measure
from tools.probes.memory import Memory

_MIB = 1 << 20


class SwapFullLimits(Limits):
    """Used percent of swap.

    Anchors: awesome-prometheus-alerts above 80 % for 2 min, monit above 25 %. Pages that nobody has touched for weeks
    fill swap on many healthy hosts, so it is a warning only where memory is short too.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_percent", "warning_percent"),)

    warning_percent: Percent = 80
    """percent of swap used from which it is told"""
    clear_percent: Percent = 70
    """percent of swap used at which it is over"""
    available_percent: Percent = 25
    """with more memory available than this it is information only"""
    hold_seconds: NotNegative = 120
    """seconds that it must last"""


def detect(memory: Memory, limits: SwapFullLimits, remembered: Remembered) -> Iterator[Finding]:
    """`mem.swap` with the object `host`."""
    used = memory.swap_used_percent
    is_open = remembered.is_open("mem.swap", "host")
    if not rising(used, is_open=is_open, clear=limits.clear_percent, warning=limits.warning_percent):
        return
    said = f"{memory.swap_free_bytes // _MIB} of {memory.swap_total_bytes // _MIB} MiB of swap are free"
    is_short = memory.available_percent <= limits.available_percent
    yield Finding(
        kind="mem.swap",
        object="host",
        severity=Severity.WARNING if is_short else Severity.INFO,
        summary=f"swap is {used:.0f} % used, and {memory.available_percent:.0f} % of memory are available",
        evidence=(Evidence("memory", said),),
        details={"swap_used_percent": f"{used:.1f}", "available_percent": f"{memory.available_percent:.1f}"},
        hold_seconds=hold(limits.hold_seconds, remembered),
        figure=Measure("memory.swap_used_bytes", "", memory.swap_used_bytes),
    )
