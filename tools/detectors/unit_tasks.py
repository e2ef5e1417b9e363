"""Services near their limit of processes and threads."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Percent
from tools.history import Measure
from tools.probes.processes import Processes

_KIND = "unit.tasks_limit"


class UnitTasksLimits(Limits):
    """Percent of TasksMax. Anchor: awesome-prometheus-alerts, above 90 % for 5 minutes; the clear level is ours."""

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_percent", "warning_percent"),)

    warning_percent: Percent = 90
    """from here on a warning: at 100 % it can start nothing more"""
    clear_percent: Percent = 80
    """once said, it is over below this"""
    hold_seconds: NotNegative = 300
    """how long it must be so before it is said"""


def detect(processes: Processes, memory: Memory, limits: UnitTasksLimits) -> Iterator[Finding]:
    """`unit.tasks_limit` with the service as object."""
    for name, (count, most) in processes.tasks.items():
        used = 100 * count / max(most, 1)
        is_open = memory.is_open(_KIND, name)
        severity = rising(used, is_open=is_open, clear=limits.clear_percent, warning=limits.warning_percent)
        if severity:
            said = f"{count} of {most} tasks ({used:.0f} %)"
            yield Finding(
                kind=_KIND,
                object=name,
                severity=severity,
                summary=f"{name} is near its limit of processes and threads: {said}",
                evidence=(Evidence("processes", f"{name} pids.current of pids.max: {said}"),),
                details={"tasks": str(count), "tasks_max": str(most)},
                hold_seconds=hold(limits.hold_seconds, memory),
                figure=Measure("processes.tasks", name, count),
            )
