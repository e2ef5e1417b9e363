"""More work than the cores can do; by itself only information."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits
from tools.probes.load import Load


class LoadHighLimits(Limits):
    """Load per core. Anchors: load1 above 2 for 10 to 15 minutes (node-exporter mixin, awesome-prometheus-alerts).

    Without a history the five-minute average stands for the hold time.
    """

    per_core: Annotated[float, Field(gt=0)] = 2.0


def detect(load: Load, limits: LoadHighLimits) -> Iterator[Finding]:
    """`cpu.load` with the object `host`, never above info: a busy processor alone is no trouble."""
    per_core = load.load5 / load.cores
    if per_core <= limits.per_core:
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
    )
