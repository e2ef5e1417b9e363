"""More work than the cores can do; by itself only information."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.history import Measure
from tools.probes.load import Load


class LoadHighLimits(Limits):
    """Load per core, over five minutes.

    Anchors: load1 above 2 for 10 to 15 minutes (node-exporter mixin, awesome-prometheus-alerts), load1 2 and load5 1.5
    (monit), load15 2, load5 4 and load1 8, cleared at 7/8 of it (netdata). The average over five minutes and a hold
    stand for the long hold of load1.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_per_core", "per_core"),)

    per_core: Positive = 2.0
    """load per core from which it is told"""
    clear_per_core: Positive = 1.75
    """load per core at which it is over"""
    hold_seconds: NotNegative = 300
    """seconds that it must last"""


def detect(load: Load, limits: LoadHighLimits, memory: Memory) -> Iterator[Finding]:
    """`cpu.load` with the object `host`, never above info: a busy processor alone is no trouble."""
    per_core = load.load5 / load.cores
    is_open = memory.is_open("cpu.load", "host")
    if not rising(per_core, is_open=is_open, clear=limits.clear_per_core, warning=limits.per_core):
        return
    said = f"load {load.load1:.2f} {load.load5:.2f} {load.load15:.2f} on {load.cores} cores"
    stall = load.stalls.get("cpu some")
    yield Finding(
        kind="cpu.load",
        object="host",
        severity=Severity.INFO,
        summary=f"the processors have been busy for five minutes: {said}",
        evidence=(Evidence("load", said + (f", cpu pressure {stall.avg300:.0f} % over 5 min" if stall else "")),),
        details={"load5_per_core": f"{per_core:.2f}"},
        hold_seconds=hold(limits.hold_seconds, memory),
        figure=Measure("load.over_5_minutes", "", load.load5),
    )
