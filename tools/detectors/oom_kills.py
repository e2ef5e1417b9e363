"""Services that lost a process because there was no memory for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.deleted_files import unit_of
from tools.probes.journal_export import JournalLine
from tools.probes.kernel_log import OOM_UNIT, OOMD_UNIT, RESTART_SCHEDULED, UNIT_STARTED, KernelLog
from tools.probes.unit_details import UnitDetail, UnitDetails
from tools.probes.units import Units

_KILL = re.compile(
    r"oom-kill:constraint=(CONSTRAINT_[A-Z_]{1,20}),[^\n]*?oom_memcg=([^,\n]{1,400}),task_memcg=(/[^,\n]{1,400}),"
    r"task=([^\n]{1,64}),pid=(\d{1,9}),uid=(\d{1,10})"
)
_KILL_OF_HOST = re.compile(
    r"oom-kill:constraint=(CONSTRAINT_[A-Z_]{1,20}),[^\n]*?(global_oom),task_memcg=(/[^,\n]{1,400}),"
    r"task=([^\n]{1,64}),pid=(\d{1,9}),uid=(\d{1,10})"
)
_SIGKILL = 9
_AT_ONCE_MICROSECONDS = 60_000_000
_LOOP = 3
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Kill:
    unit: str
    process: str
    microseconds: int
    is_for_host: bool
    """Whether the whole machine was out of memory; else the limit of a control group was reached."""
    text: str


def detect(kernel_log: KernelLog, units: Units | Skipped, unit_details: UnitDetails | Skipped) -> Iterator[Finding]:
    """`mem.oom` with the unit as object: high where it is down or was hit three times, info where it was started since.

    Trusted are lines of the kernel (`_TRANSPORT=kernel`) and of the service manager. A line that root wrote under the
    kernel's name outside of any unit (containers have no kernel log, so it is relayed) counts only where the manager
    itself says that a process of just that unit was killed. Anchors: any kill in 30 min is a warning.
    """
    details = unit_details.units if isinstance(unit_details, UnitDetails) else {}
    by_unit: dict[str, list[_Kill]] = {}
    for kill in _kills(kernel_log, details):
        by_unit.setdefault(kill.unit, []).append(kill)
    for unit, kills in by_unit.items():
        state = units.find(unit) if isinstance(units, Units) else None
        is_down = state is not None and state.active in ("failed", "activating")
        yield _finding(unit, kills, _severity(kills, kernel_log, is_down=is_down), details.get(unit))


def _kills(log: KernelLog, details: dict[str, UnitDetail]) -> Iterator[_Kill]:
    for line in log.lines:
        if line.message_id in (OOM_UNIT, OOMD_UNIT) and line.about:
            yield _Kill(line.about, "", line.microseconds, line.message_id == OOMD_UNIT, f"systemd: {line.message}")
        elif (kill := _kill(line)) and (line.transport == "kernel" or _is_confirmed(line, kill, log, details)):
            yield kill


def _kill(line: JournalLine) -> _Kill | None:
    found = _KILL.match(line.message) or _KILL_OF_HOST.match(line.message)
    if found is None:
        return None
    unit = unit_of(f"0::{found[3]}") or found[4]
    return _Kill(unit, found[4], line.microseconds, found[2] in ("global_oom", "/"), f"kernel: {line.message}")


def _is_confirmed(line: JournalLine, kill: _Kill, log: KernelLog, details: dict[str, UnitDetail]) -> bool:
    if line.uid != 0 or line.unit:
        return False
    detail = details.get(kill.unit)
    if detail and (detail.result == "oom-kill" or detail.exec_main_code == "killed"):
        return detail.result == "oom-kill" or detail.exec_main_status == _SIGKILL
    return any(
        other.about == kill.unit
        and other.message_id == RESTART_SCHEDULED
        and 0 <= other.microseconds - kill.microseconds <= _AT_ONCE_MICROSECONDS
        for other in log.lines
    )


def _severity(kills: list[_Kill], log: KernelLog, *, is_down: bool) -> Severity:
    last = max(kill.microseconds for kill in kills)
    after = [line for line in log.lines if line.about == kills[0].unit and line.microseconds > last]
    if is_down:
        return Severity.HIGH
    is_started = any(line.message_id == UNIT_STARTED for line in after)
    if is_started and not any(line.message_id == RESTART_SCHEDULED for line in after):
        return Severity.INFO
    # the manager and the kernel both tell of one kill, within a moment
    moments = {kill.microseconds // 2_000_000 for kill in kills}
    return Severity.HIGH if len(moments) >= _LOOP else Severity.WARNING


def _finding(unit: str, kills: list[_Kill], severity: Severity, detail: UnitDetail | None) -> Finding:
    why = "the host had no memory left" if any(kill.is_for_host for kill in kills) else "it reached its memory limit"
    limit = str(detail.memory_max_bytes) if detail and detail.memory_max_bytes is not None else ""
    names = " ".join(dict.fromkeys(kill.process for kill in kills if kill.process))
    since = ", and was started again since" if severity is Severity.INFO else ""
    return Finding(
        kind="mem.oom",
        object=unit,
        severity=severity,
        summary=f"{names or 'a process'} of {unit} was killed because {why}{since}",
        evidence=tuple(
            Evidence("kernel_log", text) for text in list(dict.fromkeys(kill.text for kill in kills))[:_SHOWN]
        ),
        details={"unit": unit, "why": why, "processes": names, "lines": str(len(kills)), "memory_max_bytes": limit},
    )
