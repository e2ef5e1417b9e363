"""Services that still run programs or libraries which were replaced on disk."""

from collections import defaultdict
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.processes import Process, Processes

_SHOWN = 3


class DeletedLibrariesLimits(Limits):
    """Ours: no anchor looks at this; needrestart and zypper ps do. An update takes minutes
    until it restarts its services.
    """

    hold_seconds: NotNegative = 1800
    """how long it must be so before it is said"""


def detect(processes: Processes, memory: Memory, limits: DeletedLibrariesLimits) -> Iterator[Finding]:
    """`proc.deleted_libs` with the service as object. What is of no service (a login, a container) is left out."""
    by_service: dict[str, list[Process]] = defaultdict(list)
    for process in processes.processes.values():
        if process.deleted_files and process.owner.endswith(".service"):
            by_service[process.owner].append(process)
    for service, running in by_service.items():
        files = list(dict.fromkeys(path for process in running for path in process.deleted_files))
        yield Finding(
            kind="proc.deleted_libs",
            object=service,
            severity=Severity.WARNING,
            summary=f"{service} still runs {len(files)} files that were replaced or removed on disk",
            evidence=tuple(
                Evidence("processes", f"{running[0].program} maps {path} (deleted)") for path in files[:_SHOWN]
            ),
            details={"pids": " ".join(str(process.pid) for process in running[:20])},
            hold_seconds=hold(limits.hold_seconds, memory),
        )
