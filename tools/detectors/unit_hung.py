"""Services that neither start nor stop, or whose process stands still."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.probes import Skipped
from tools.probes.processes import Processes
from tools.probes.unit_details import UnitDetail, UnitDetails
from tools.probes.wall_clock import WallClock


class UnitHungLimits(Limits):
    """How long a service may be on its way. Ours: no anchor looks at this.

    systemd's own time limits are 90 s; beyond 5 minutes they were switched off or did not help. A oneshot service is
    `activating` for as long as its work takes: a day is far beyond any backup.
    """

    start_seconds: Positive = 300
    """starting, stopping or reloading for longer is a warning"""
    oneshot_seconds: Positive = 86400
    """a oneshot service that works for longer is a warning"""
    stopped_hold_seconds: NotNegative = 300
    """how long a service's process must stand still (a stop signal, a debugger) before it is said"""


def detect(
    unit_details: UnitDetails,
    wall_clock: WallClock,
    processes: Processes | Skipped,
    memory: Memory,
    limits: UnitHungLimits,
) -> Iterator[Finding]:
    """`unit.hung` with the unit as object."""
    for unit in unit_details.units.values():
        took = _took(unit, wall_clock.seconds)
        if took is not None and took > _patience(unit, limits):
            yield _finding(unit.id, f"{unit.active_state} ({unit.sub_state}) for {took / 60:.0f} min", 0)
    if isinstance(processes, Skipped):
        return
    states: dict[str, set[str]] = defaultdict(set)
    for process in processes.processes.values():
        if process.owner.endswith(".service"):
            states[process.owner].add(process.state)
    for name in sorted(name for name, seen in states.items() if seen <= {"T", "t"}):
        yield _finding(
            name, "all its processes are stopped (state T) and do nothing", hold(limits.stopped_hold_seconds, memory)
        )


def _took(unit: UnitDetail, now: float | None) -> float | None:
    """Seconds since it is on its way; None where it is not, or waits for its next restart."""
    if unit.active_state not in ("activating", "deactivating", "reloading") or unit.sub_state.startswith(
        "auto-restart"
    ):
        return None
    try:
        began = datetime.strptime(unit.state_changed_at, "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None
    return None if now is None else now - began.timestamp()


def _patience(unit: UnitDetail, limits: UnitHungLimits) -> float:
    is_working = unit.type == "oneshot" and unit.active_state == "activating"
    return limits.oneshot_seconds if is_working else limits.start_seconds


def _finding(name: str, said: str, hold_seconds: float) -> Finding:
    return Finding(
        kind="unit.hung",
        object=name,
        severity=Severity.WARNING,
        summary=f"{name} hangs: {said}",
        evidence=(Evidence("unit_details", f"{name}: {said}"),),
        hold_seconds=hold_seconds,
    )
