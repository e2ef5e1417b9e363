"""Tables of the kernel that are nearly full: open files, processes, tracked connections."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Percent
from tools.history import Measure
from tools.probes.counters import Counters


class TablesFullLimits(Limits):
    """Percent of the kernel's limit that is in use.

    Anchors: files 70 and 90 % for 15 min (node-exporter mixin; awesome-prometheus-alerts 5 and 2 min), 90 % (netdata);
    connections 75 % (mixin), 80 % for 5 min (awesome-prometheus-alerts), 90 and 95 %, cleared at 85 and 90 (netdata);
    processes 90 and 95 %, cleared at 85 and 90 (netdata).
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("files_clear_percent", "files_warning_percent", "files_critical_percent"),
        ("connections_clear_percent", "connections_warning_percent", "connections_critical_percent"),
        ("processes_clear_percent", "processes_warning_percent", "processes_critical_percent"),
    )

    files_clear_percent: Percent = 60
    """percent of all file handles at which it is over"""
    files_warning_percent: Percent = 70
    """percent of all file handles in use from which it is a warning"""
    files_critical_percent: Percent = 90
    """percent of all file handles in use from which it is critical"""
    connections_clear_percent: Percent = 70
    """percent of tracked connections at which it is over"""
    connections_warning_percent: Percent = 80
    """percent of tracked connections from which it is a warning"""
    connections_critical_percent: Percent = 95
    """percent of tracked connections from which it is critical: new ones are dropped soon"""
    processes_clear_percent: Percent = 85
    """percent of process ids at which it is over"""
    processes_warning_percent: Percent = 90
    """percent of process ids in use from which it is a warning"""
    processes_critical_percent: Percent = 95
    """percent of process ids in use from which it is critical"""
    hold_seconds: NotNegative = 120
    """seconds that a warning must last; what is critical counts at once (anchors: 2 to 15 min)"""


class _Table(NamedTuple):
    kind: str
    metric: str
    words: str
    used: int | None
    most: int | None
    clear: float
    warning: float
    critical: float


def detect(counters: Counters, limits: TablesFullLimits, memory: Memory) -> Iterator[Finding]:
    """`limit.files`, `limit.connections` and `limit.processes` with the object `host`."""
    for table in _tables(counters, limits):
        if table.used is None or not table.most or table.most <= 0:
            continue
        share = 100 * table.used / table.most
        severity = rising(
            share,
            is_open=memory.is_open(table.kind, "host"),
            clear=table.clear,
            warning=table.warning,
            critical=table.critical,
        )
        if severity:
            said = f"{table.used} of {table.most} {table.words} are in use ({share:.0f} %)"
            yield Finding(
                kind=table.kind,
                object="host",
                severity=severity,
                summary=said,
                evidence=(Evidence("counters", said),),
                details={"used": str(table.used), "limit": str(table.most)},
                hold_seconds=0.0 if severity is Severity.CRITICAL else hold(limits.hold_seconds, memory),
                figure=Measure(f"counters.{table.metric}", "", table.used),
            )


def _tables(counters: Counters, limits: TablesFullLimits) -> tuple[_Table, ...]:
    levels = counters.levels
    most_tasks = min((levels[name] for name in ("pid_max", "threads_max") if name in levels), default=None)
    return (
        _Table(
            "limit.files",
            "files",
            "file handles",
            levels.get("files"),
            levels.get("files_max"),
            limits.files_clear_percent,
            limits.files_warning_percent,
            limits.files_critical_percent,
        ),
        _Table(
            "limit.connections",
            "connections",
            "entries of connection tracking",
            levels.get("connections"),
            levels.get("connections_max"),
            limits.connections_clear_percent,
            limits.connections_warning_percent,
            limits.connections_critical_percent,
        ),
        _Table(
            "limit.processes",
            "tasks",
            "processes and threads",
            levels.get("tasks"),
            most_tasks,
            limits.processes_clear_percent,
            limits.processes_warning_percent,
            limits.processes_critical_percent,
        ),
    )
