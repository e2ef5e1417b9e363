"""Units, processes and journal lines as tests need them: well in everything but what a test says."""

from dataclasses import replace
from typing import Any

from tools.probes.journal_export import JournalLine
from tools.probes.processes import Process, Processes
from tools.probes.unit_details import UnitDetail, UnitDetails
from tools.probes.unit_health import StoppedService, TimerHealth, UnitHealth
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Unit, Units

NOW = 1_795_338_000.0
"""2026-11-22 09:00:00 UTC"""


def line(message: str, unit: str = "a.service", **other: Any) -> JournalLine:
    plain = JournalLine(
        message=message, priority=3, unit=unit, about="", uid=990, pid=40, command="a", transport="stdout",
        message_id="", job_result="", user_unit="", boot_id="", microseconds=int(NOW * 1e6), cursor="",
    )  # fmt: skip
    return replace(plain, **other)


def units(**states: str) -> Units:
    """Units by name (`a__service` for `a.service`) and their state; `masked` is the load state of an inactive one."""
    return Units(tuple(_unit(name.replace("__", "."), state) for name, state in states.items()))


def _unit(name: str, state: str) -> Unit:
    if state == "masked":
        return Unit(name, "masked", "inactive", "dead", name)
    return Unit(name, "loaded", state, {"active": "running", "inactive": "dead"}.get(state, state), name)


def detail(name: str = "a.service", **other: Any) -> UnitDetail:
    plain = UnitDetail(
        id=name, names=(name,), type="simple", load_state="loaded", active_state="failed", sub_state="failed",
        result="exit-code", exec_main_code="exited", exec_main_status=1, restart="no", restarts=0,
        state_changed_at="Sun 2026-11-22 08:50:00 UTC", fragment_path="", unit_file_state="enabled",
        condition_result="yes", memory_max_bytes=None, after=(), requires=(), user="", what="", where="",
    )  # fmt: skip
    return replace(plain, **other)


def details(*given: UnitDetail) -> UnitDetails:
    return UnitDetails({one.id: one for one in given})


def logs(*messages: str, unit: str = "a.service") -> UnitLogs:
    return UnitLogs({unit: tuple(line(message, unit) for message in messages)})


def stopped(name: str = "a.service", **other: Any) -> StoppedService:
    """A service that an administrator stopped ten minutes ago, an hour after boot."""
    plain = StoppedService(
        id=name, load_state="loaded", sub_state="dead", type="simple", result="success", unit_file_state="enabled",
        condition_result="yes", wanted_by=("multi-user.target",), requires=(), triggered_by=(),
        active_exit=3000.0, main_exit=3000.1, inactive_enter=3000.2,
    )  # fmt: skip
    return replace(plain, **other)


def timer(name: str = "a.timer", **other: Any) -> TimerHealth:
    """A daily timer that waits for its next run."""
    plain = TimerHealth(
        id=name, load_state="loaded", active_state="active", sub_state="waiting", unit_file_state="enabled",
        condition_result="yes", wanted_by=("timers.target",), next_elapse=NOW + 1000, last_trigger=NOW - 85400,
        bases=("OnCalendar",),
    )  # fmt: skip
    return replace(plain, **other)


def health(*given: StoppedService | TimerHealth) -> UnitHealth:
    services = {one.id: one for one in given if isinstance(one, StoppedService)}
    return UnitHealth(3600.0, NOW, services, {one.id: one for one in given if isinstance(one, TimerHealth)})


def process(pid: int, program: str = "a", **other: Any) -> Process:
    plain = Process(
        pid=pid, parent=1, program=program, state="S", cpu_seconds=1.0, system_seconds=0.0, age_seconds=1000.0, nice=0,
        unit="", open_files=10, open_files_limit=1000, waited_seconds=0.0, voluntary_switches=5000, deleted_files=(),
    )  # fmt: skip
    return replace(plain, **other)


def processes(*given: Process, **tasks: tuple[int, int]) -> Processes:
    by_service = {name.replace("__", "."): counts for name, counts in tasks.items()}
    return Processes(3600.0, {one.pid: one for one in given}, by_service)
