"""Units that systemd calls failed."""

import signal
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes import Skipped
from tools.probes.journal_export import JournalLine
from tools.probes.unit_details import UnitDetail, UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Unit, Units

_TELLING_LINES = 6


class FailedUnitsLimits(Limits):
    """Anchors: netdata (all 12 types of units) and awesome-prometheus-alerts at once; node-exporter mixin and another
    rule of awesome-prometheus-alerts after 5 minutes. `failed` is final, systemd tries no more, so waiting tells
    nothing; what a person stops and starts again in a minute is not `failed`.
    """

    hold_seconds: NotNegative = 0
    """how long a unit must be failed before it is said"""


def detect(
    units: Units,
    unit_details: UnitDetails | Skipped,
    unit_logs: UnitLogs | Skipped,
    memory: Memory,
    limits: FailedUnitsLimits,
) -> Iterator[Finding]:
    """`mount.failed` for mount units, `unit.failed` for all others."""
    for unit in units.failed():
        detail = unit_details.find(unit.name) if isinstance(unit_details, UnitDetails) else None
        lines = unit_logs.of(unit.name) if isinstance(unit_logs, UnitLogs) else ()
        yield Finding(
            kind="mount.failed" if unit.name.endswith((".mount", ".automount")) else "unit.failed",
            object=unit.name,
            severity=Severity.HIGH,
            summary=f"{unit.name} is failed" + (f": {_how(detail)}" if detail else ""),
            evidence=tuple(_evidence(unit, detail, lines)),
            details={"description": unit.description, "sub_state": unit.sub} | (_details(detail) if detail else {}),
            hold_seconds=hold(limits.hold_seconds, memory),
        )


def _how(detail: UnitDetail) -> str:
    """How the unit ended, in words, from systemd's own record of it."""
    status = detail.exec_main_status
    if detail.exec_main_code in ("killed", "dumped") and status is not None:
        ended = f"its main process was ended by signal {_signal_name(status)}"
    elif detail.exec_main_code == "exited" and status:
        ended = f"its main process ended with status {status}"
    else:
        ended = ""
    result = f"result {detail.result}" if detail.result not in ("", "success") else ""
    return ", ".join(part for part in (ended, result) if part) or "systemd names no reason"


def _signal_name(number: int) -> str:
    try:
        return f"{number} ({signal.Signals(number).name})"
    except ValueError:
        return str(number)


def _evidence(unit: Unit, detail: UnitDetail | None, lines: tuple[JournalLine, ...]) -> Iterator[Evidence]:
    yield Evidence("units", f"{unit.name} {unit.load} {unit.active} {unit.sub}")
    if detail:
        code, status = detail.exec_main_code or "-", detail.exec_main_status
        yield Evidence(
            "unit_details",
            f"Result={detail.result} ExecMainCode={code} ExecMainStatus={'-' if status is None else status}"
            f" NRestarts={'-' if detail.restarts is None else detail.restarts} since {detail.state_changed_at or '-'}",
        )
    for text in _telling(lines):
        yield Evidence("unit_logs", text)


def _telling(lines: tuple[JournalLine, ...]) -> list[str]:
    """The last different lines, oldest first: what the program itself said tells more than what systemd made of it."""
    own = _last_different([line for line in lines if not line.about], _TELLING_LINES - 2)
    manager = _last_different([line for line in lines if line.about], _TELLING_LINES - len(own))
    last = dict.fromkeys(text for line in reversed(lines) if (text := _said(line)) in {*own, *manager})
    return list(last)[::-1]


def _last_different(lines: list[JournalLine], most: int) -> list[str]:
    return list(dict.fromkeys(_said(line) for line in reversed(lines)))[:most]


def _said(line: JournalLine) -> str:
    return f"{line.command or line.transport or '?'}: {line.message}"


def _details(detail: UnitDetail) -> dict[str, str]:
    values = {
        "type": detail.type,
        "result": detail.result,
        "exec_main_code": detail.exec_main_code,
        "exec_main_status": detail.exec_main_status,
        "restart": detail.restart,
        "restarts": detail.restarts,
        "since": detail.state_changed_at,
        "fragment_path": detail.fragment_path,
        "unit_file_state": detail.unit_file_state,
        "load_state": detail.load_state,
        "condition_result": detail.condition_result,
        "memory_max_bytes": detail.memory_max_bytes,
        "after": " ".join(detail.after),
        "requires": " ".join(detail.requires),
        "what": detail.what,
        "where": detail.where,
    }
    return {key: str(value) for key, value in values.items() if value not in (None, "")}
