"""Processes that ended and that their parent does not bury."""

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.processes import Process, Processes

_KIND = "proc.zombies"


class ZombiesLimits(Limits):
    """Anchor: awesome-prometheus-alerts, more than 5 for 5 minutes; the clear level is ours."""

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_count", "warning_count"),)

    warning_count: int = Field(5, ge=1)
    """more than this of one parent is a warning"""
    clear_count: int = Field(2, ge=0)
    """once said, it is over at this"""
    hold_seconds: NotNegative = 300
    """how long it must be so before it is said"""
    least_age_seconds: NotNegative = 2
    """younger ones may just be on their way"""


def detect(processes: Processes, memory: Memory, limits: ZombiesLimits) -> Iterator[Finding]:
    """`proc.zombies` with the parent as object: its service, else its program."""
    by_owner: dict[str, list[Process]] = defaultdict(list)
    for process in processes.processes.values():
        if process.state == "Z" and process.age_seconds >= limits.least_age_seconds:
            parent = processes.processes.get(process.parent)
            by_owner[parent.owner if parent else process.program].append(process)
    for owner, dead in by_owner.items():
        if len(dead) <= (limits.clear_count if memory.is_open(_KIND, owner) else limits.warning_count):
            continue
        parent = processes.processes.get(dead[0].parent)
        who = f"pid {parent.pid} {parent.program}" if parent else "a parent that is gone"
        yield Finding(
            kind=_KIND,
            object=owner,
            severity=Severity.WARNING,
            summary=f"{owner} leaves {len(dead)} ended processes behind (zombies)",
            evidence=(Evidence("processes", f"{len(dead)} in state Z, such as {dead[0].program}; parent {who}"),),
            details={"count": str(len(dead)), "parent_pid": str(dead[0].parent)},
            hold_seconds=hold(limits.hold_seconds, memory),
        )
