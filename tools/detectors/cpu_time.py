"""Where the processors' time goes: waiting for disks, taken by the hypervisor, or simply used."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.growth import percent
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, Percent, Positive
from tools.probes import Skipped
from tools.probes.counters import Counters
from tools.probes.system import System


class CpuTimeLimits(Limits):
    """Percent of all processors' time over `window_seconds`, which is the hold time as well.

    Anchors: iowait 40 %, cleared at 20, over 10 min (netdata), 10 % (awesome-prometheus-alerts, which is any backup);
    steal 10 %, cleared at 5, over 20 min (netdata), 10 % (awesome-prometheus-alerts); usage 90 % for 15 min, info only
    (node-exporter mixin), 85 and 95 % (netdata), 80 %, 95 % (monit): a busy processor alone is no trouble.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("iowait_clear_percent", "iowait_percent"),
        ("steal_clear_percent", "steal_percent"),
        ("usage_clear_percent", "usage_percent"),
    )

    iowait_percent: Percent = 40
    """percent of time waiting for disks from which it is a warning"""
    iowait_clear_percent: Percent = 20
    """percent at which that is over"""
    steal_percent: Percent = 10
    """percent of time that the hypervisor gave to others from which it is a warning"""
    steal_clear_percent: Percent = 5
    """percent at which that is over"""
    usage_percent: Percent = 90
    """percent of time in use from which it is told, as information"""
    usage_clear_percent: Percent = 80
    """percent at which that is over"""
    window_seconds: Positive = 900
    """seconds over which time is counted (10 to 20 min)"""


class _Rule(NamedTuple):
    kind: str
    figure: str
    words: str
    severity: Severity
    enter: float
    clear: float


def detect(counters: Counters, system: System | Skipped, limits: CpuTimeLimits, memory: Memory) -> Iterator[Finding]:
    """`cpu.iowait`, `cpu.steal` and, as information, `cpu.usage`, with the object `host`.

    Not in containers, which are shown the processors of the whole machine.
    """
    if isinstance(system, System) and system.is_container:
        return
    cores = {name: count for name, count in counters.cpu.items() if count}
    for rule in _rules(limits):
        share = percent(memory.history, rule.figure, "counters.cpu_total", "", limits.window_seconds)
        is_open = memory.is_open(rule.kind, "host")
        if share is None or not rising(share, is_open=is_open, clear=rule.clear, warning=rule.enter):
            continue
        said = f"{share:.0f} % of the processors' time {rule.words}"
        yield Finding(
            kind=rule.kind,
            object="host",
            severity=rule.severity,
            summary=said,
            evidence=(Evidence("counters", f"{said}; since boot, in ticks: {cores}"),),
            details={"percent": f"{share:.1f}"},
            hold_seconds=0.0 if _is_watched(memory, limits.window_seconds) else limits.window_seconds,
        )


def _rules(limits: CpuTimeLimits) -> tuple[_Rule, ...]:
    return (
        _Rule(
            "cpu.iowait",
            "counters.cpu_iowait",
            "passed waiting for disks",
            Severity.WARNING,
            limits.iowait_percent,
            limits.iowait_clear_percent,
        ),
        _Rule(
            "cpu.steal",
            "counters.cpu_steal",
            "was given to others by the hypervisor",
            Severity.WARNING,
            limits.steal_percent,
            limits.steal_clear_percent,
        ),
        _Rule(
            "cpu.usage",
            "counters.cpu_busy",
            "was in use",
            Severity.INFO,
            limits.usage_percent,
            limits.usage_clear_percent,
        ),
    )


def _is_watched(memory: Memory, seconds: float) -> bool:
    """Whether the counters were watched for as long as the window: then the share itself is the hold."""
    points = memory.history.series("counters.cpu_total")
    return points[-1].seconds - points[0].seconds >= seconds
