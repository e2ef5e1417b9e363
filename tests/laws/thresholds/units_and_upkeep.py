"""Units, processes, timers, backups, packages, and Macha's own eyes."""

from datetime import UTC, datetime
from typing import Any

from tests.laws.thresholds.case import Case, Hold, Level, World, world
from tests.laws.thresholds.storage import opened
from tests.tools.detectors.observing import NOW as TAKEN_AT
from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import (
    NOW,
    detail,
    details,
    health,
    line,
    process,
    processes,
    stopped,
    timer,
    units,
)
from tests.tools.detectors.upkeeping import upkeep
from tools.detectors import Memory, Severity
from tools.probes import Skipped
from tools.probes.kernel_log import RESTART_SCHEDULED, KernelLog
from tools.probes.observation import Observation
from tools.probes.upkeep import Backup, Lock
from tools.probes.wall_clock import WallClock

INFO, HIGH = Severity.INFO, Severity.HIGH
KNOWN = remembering()
CLOCK = WallClock(NOW, None, None, None)
LIBRARY = ("/usr/lib/x86_64-linux-gnu/libssl.so.3",)


def files(percent: float, memory: Memory = FIRST_LOOK) -> World:
    return world(processes(process(1, unit="a.service", open_files=int(percent * 10))), memory=memory)


def tasks(percent: float, memory: Memory = FIRST_LOOK) -> World:
    return world(processes(a__service=(int(percent * 10), 1000)), memory=memory)


def dead(count: float, age: float = 60, memory: Memory = FIRST_LOOK) -> World:
    children = (process(10 + at, state="Z", parent=5, age_seconds=age) for at in range(int(count)))
    return world(processes(process(5, "a", unit="a.service"), *children), memory=memory)


def restarted(count: float, *, every: float, memory: Memory = FIRST_LOOK) -> World:
    lines = tuple(
        line("", about="a.service", message_id=RESTART_SCHEDULED, microseconds=int((NOW - every * back) * 1e6))
        for back in reversed(range(int(count)))
    )
    return world(KernelLog(lines), units(a__service="active"), CLOCK, memory=memory)


def on_its_way(seconds: float, kind: str = "simple") -> World:
    began = datetime.fromtimestamp(NOW - int(seconds), UTC)
    unit = detail(
        type=kind, active_state="activating", sub_state="start", state_changed_at=f"{began:%a %Y-%m-%d %H:%M:%S} UTC"
    )
    return world(details(unit), CLOCK)


def backup(age_hours: float = 1, size: float = 1000) -> World:
    newest = Backup("/srv/backup", "/srv/backup/x.tgz", age_hours * 3600, int(size))
    return world(upkeep(backups=(newest,)), health())


def overdue(seconds: float, memory: Memory = FIRST_LOOK, **other: Any) -> World:
    given = {"next_elapse": NOW - seconds} | other
    return world(health(timer(**given)), units(timers__target="active"), memory=memory)


def upgraded(days: float) -> World:
    on = health(timer("apt-daily-upgrade.timer"))
    return world(upkeep(unattended_upgrade_age_seconds=days * 86400, uptime_seconds=90 * 86400.0), on)


def locked(age: float, holder: int | None) -> World:
    return world(upkeep(locks=(Lock("/run/lock/backup", holder, age),)))


FD, TASKS, ZOMBIES = "proc.fd_leak", "unit.tasks_limit", "proc.zombies"
FLAPPING, HUNG, TIMER, LOCK = "unit.flapping", "unit.hung", "timer.stale", "lock.stale"
OPEN_FD, OPEN_TASKS, OPEN_DEAD = (opened(kind, "a.service") for kind in (FD, TASKS, ZOMBIES))
STOPPED_TIMER = overdue(0, KNOWN, active_state="inactive", sub_state="dead", next_elapse=None)
STOPPED = world(health(stopped(wanted_by=("m.target",))), units(m__target="active"), memory=KNOWN)
STANDS_STILL = world(processes(process(1, unit="a.service", state="T")), details(), CLOCK, memory=KNOWN)
OLD_LIBRARY = world(processes(process(1, unit="a.service", deleted_files=LIBRARY)), memory=KNOWN)
UNBOOTED = world(upkeep(is_generation_unbooted=True), memory=KNOWN)
HALF_INSTALLED = world(upkeep(packages=("nginx: half-configured",)), memory=KNOWN)
BROKEN_EYE = World(Observation("h1", TAKEN_AT, {"load": Skipped("took longer than 5 s", is_trouble=True)}), KNOWN)

CASES: list[Case] = [
    Hold("failed_units.hold_seconds", "unit.failed", world(units(a__service="failed"), memory=KNOWN), 300),
    Level("fd_leak.warning_percent", FD, files, 75),
    Level("fd_leak.high_percent", FD, files, 90, severity=HIGH),
    Level("fd_leak.clear_percent", FD, lambda x: files(x, OPEN_FD), 60),
    Hold("fd_leak.hold_seconds", FD, files(85, KNOWN), 60),
    Level("unit_tasks.warning_percent", TASKS, tasks, 85),
    Level("unit_tasks.clear_percent", TASKS, lambda x: tasks(x, OPEN_TASKS), 70),
    Hold("unit_tasks.hold_seconds", TASKS, tasks(95, KNOWN), 60),
    Level("zombies.warning_count", ZOMBIES, dead, 8, 1),
    Level("zombies.clear_count", ZOMBIES, lambda x: dead(x, 60, OPEN_DEAD), 4, 1),
    Level("zombies.least_age_seconds", ZOMBIES, lambda x: dead(20, x), 10),
    Hold("zombies.hold_seconds", ZOMBIES, dead(20, 60, KNOWN), 60),
    Level("unit_flapping.restarts_in_5_minutes", FLAPPING, lambda x: restarted(x, every=20), 4, 1),
    Level("unit_flapping.restarts_in_30_minutes", FLAPPING, lambda x: restarted(x, every=250), 4, 1, HIGH),
    Hold("unit_flapping.hold_seconds", FLAPPING, restarted(4, every=20, memory=KNOWN), 60),
    Level("unit_hung.start_seconds", HUNG, on_its_way, 200, 1),
    Level("unit_hung.oneshot_seconds", HUNG, lambda x: on_its_way(x, "oneshot"), 7200, 1),
    Hold("unit_hung.stopped_hold_seconds", HUNG, STANDS_STILL, 60),
    Hold("unit_inactive.hold_seconds", "unit.inactive", STOPPED, 60),
    Level("timer_stale.overdue_seconds", TIMER, overdue, 1800, 1),
    Hold("timer_stale.hold_seconds", TIMER, STOPPED_TIMER, 60),
    Level("backup_old.expected.max_age_hours", "backup.old", backup, 50),
    Level("backup_old.expected.least_bytes", "backup.old", lambda x: backup(1, x), 500, 1, is_bad_when_small=True),
    Hold("deleted_libraries.hold_seconds", "proc.deleted_libs", OLD_LIBRARY, 60),
    Hold("nixos_trouble.generation_hold_seconds", "nixos.generation", UNBOOTED, 3600),
    Hold("package_interrupted.hold_seconds", "package.interrupted", HALF_INSTALLED, 60),
    Hold("probe_failed.hold_seconds", "macha.probe", BROKEN_EYE, 60),
    Level("stale_locks.least_age_seconds", LOCK, lambda x: locked(x, 7), 120, 1),
    Level("stale_locks.least_age_seconds_without_holder", LOCK, lambda x: locked(x, None), 600, 1),
    Level("upgrades_stale.warning_days", "package.upgrades_stale", upgraded, 14),
]
