"""Timers that will not fire, or did not when they should have."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.probes.unit_health import TimerHealth, UnitHealth
from tools.probes.units import Units


class TimerStaleLimits(Limits):
    """Anchor: awesome-prometheus-alerts, no trigger for 24 hours, held 5 minutes, "adjust per timer".

    We take the timer's own schedule instead: systemd knows when it is due, and a weekly timer is not late after a day.
    """

    overdue_seconds: Positive = 3600
    """a timer that is still waiting so long after it was due is a warning"""
    hold_seconds: NotNegative = 300
    """how long a stopped timer must be seen before it is said"""


def detect(unit_health: UnitHealth, units: Units, memory: Memory, limits: TimerStaleLimits) -> Iterator[Finding]:
    """`timer.stale` with the timer as object: no next run, stopped though enabled, or overdue."""
    active = {unit.name for unit in units.units if unit.active == "active"}
    for timer in unit_health.timers.values():
        if timer.load_state != "loaded":
            continue
        overdue = unit_health.now - timer.next_elapse if timer.next_elapse else 0
        if timer.sub_state == "elapsed" and timer.next_elapse is None and not timer.is_for_boot_only:
            yield _finding(timer, "it is active but has no next run: its times lie in the past or never come", 0)
        elif timer.sub_state == "waiting" and overdue > limits.overdue_seconds:
            yield _finding(timer, f"its next run was due {overdue / 3600:.1f} h ago", 0)
        elif _is_stopped(timer, active):
            yield _finding(timer, "it is enabled but stopped", hold(limits.hold_seconds, memory))


def _is_stopped(timer: TimerHealth, active: set[str]) -> bool:
    if timer.active_state != "inactive" or timer.condition_result == "no":
        return False
    return timer.unit_file_state.startswith("enabled") and any(name in active for name in timer.wanted_by)


def _finding(timer: TimerHealth, why: str, hold_seconds: float) -> Finding:
    last = "never in this record" if timer.last_trigger is None else f"{timer.last_trigger:.0f} (Unix seconds)"
    return Finding(
        kind="timer.stale",
        object=timer.id,
        severity=Severity.WARNING,
        summary=f"{timer.id} does not fire: {why}",
        evidence=(
            Evidence("unit_health", f"{timer.id} {timer.active_state} {timer.sub_state}, {timer.unit_file_state}"),
            Evidence("unit_health", f"{why}; last fired: {last}; counts from {' '.join(timer.bases) or '(unknown)'}"),
        ),
        details={"sub_state": timer.sub_state},
        hold_seconds=hold_seconds,
    )
