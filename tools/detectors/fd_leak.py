"""Processes that run out of file descriptors."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Percent
from tools.history import Measure
from tools.probes.processes import Process, Processes

_KIND = "proc.fd_leak"


class FdLeakLimits(Limits):
    """Percent of a process's own limit of open files.

    Anchors: awesome-prometheus-alerts above 80 % for 5 minutes, critical above 95 % for 2 minutes; netdata above 95 %,
    clear at 85 %. Our clear level is below its own warning. At 95 % we say it at once.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_percent", "warning_percent", "high_percent"),)

    warning_percent: Percent = 80
    """from here on a warning"""
    high_percent: Percent = 95
    """from here on high, at once"""
    clear_percent: Percent = 70
    """once said, it is over at this"""
    hold_seconds: NotNegative = 300
    """how long a warning must be so before it is said"""


def detect(processes: Processes, memory: Memory, limits: FdLeakLimits) -> Iterator[Finding]:
    """`proc.fd_leak` with the service as object, or the program where it is of none; the worst of its processes."""
    worst: dict[str, Process] = {}
    for process in processes.processes.values():
        if process.open_files and process.open_files_limit:
            before = worst.get(process.owner)
            if before is None or _used(process) > _used(before):
                worst[process.owner] = process
    for owner, process in worst.items():
        used = _used(process)
        severity = rising(
            used,
            is_open=memory.is_open(_KIND, owner),
            clear=limits.clear_percent,
            warning=limits.warning_percent,
            high=limits.high_percent,
        )
        if severity:
            said = f"{process.open_files} of {process.open_files_limit} open files ({used:.0f} %)"
            yield Finding(
                kind=_KIND,
                object=owner,
                severity=severity,
                summary=f"{owner} runs out of file descriptors: {said}",
                evidence=(Evidence("processes", f"pid {process.pid} {process.program}: {said}"),),
                details={"pid": str(process.pid), "limit": str(process.open_files_limit)},
                hold_seconds=0 if severity is Severity.HIGH else hold(limits.hold_seconds, memory),
                figure=Measure("processes.open_files", owner, process.open_files or 0),
            )


def _used(process: Process) -> float:
    return 100 * (process.open_files or 0) / (process.open_files_limit or 1)
