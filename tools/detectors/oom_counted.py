"""Programs killed for want of memory of which no log tells, only the kernel's counter."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.probes import Skipped
from tools.probes.counters import Counters
from tools.probes.kernel_log import KernelLog
from tools.probes.system import System

_WINDOW_SECONDS = 1800


def detect(
    counters: Counters, kernel_log: KernelLog | Skipped, system: System | Skipped, memory: Memory
) -> Iterator[Finding]:
    """`mem.oom` with the object `host` where the counter grew in half an hour (both anchors) and the log is silent.

    In a container the counter is that of the whole machine and says nothing about this host.
    """
    if isinstance(system, System) and system.is_container:
        return
    grown = memory.history.increase("counters.oom_kills", "", _WINDOW_SECONDS) or 0.0
    is_told = isinstance(kernel_log, KernelLog) and any("oom" in line.message.lower() for line in kernel_log.lines)
    if grown > 0 and not is_told:
        said = f"the kernel killed {grown:.0f} processes in half an hour because memory was used up"
        yield Finding(
            kind="mem.oom",
            object="host",
            severity=Severity.WARNING,
            summary=f"{said}; the log does not tell which",
            evidence=(Evidence("counters", f"oom_kill grew by {grown:.0f} to {counters.events.get('oom_kills', 0)}"),),
            details={"kills": f"{grown:.0f}"},
        )
