from dataclasses import replace

import pytest

from tests.tools.probes.recordings import output
from tools.detectors import Severity
from tools.detectors.oom_kills import detect
from tools.probes import Skipped
from tools.probes.journal_export import JournalLine
from tools.probes.kernel_log import OOM_UNIT, OOMD_UNIT, RESTART_SCHEDULED, UNIT_STARTED, KernelLog
from tools.probes.unit_details import UnitDetail, UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Unit, Units

LINE = replace(
    UnitLogs.parse(output("unit_logs")).of("shop-worker.service")[0], unit="", about="", message_id="", uid=0
)
SECOND = 1_000_000
APP = "app.service"
KILLED: UnitDetail = replace(
    UnitDetails.parse(output("unit_details")).units["shop-worker.service"],
    id=APP,
    exec_main_code="killed",
    exec_main_status=9,
    result="signal",
)


def kernel(at: int = 100, path: str = f"/system.slice/{APP}", transport: str = "kernel") -> JournalLine:
    message = (
        f"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg={path},"
        f"task_memcg={path},task=python3,pid=337,uid=990"
    )
    return replace(LINE, message=message, transport=transport, microseconds=at * SECOND)


def manager(message_id: str, at: int, about: str = APP) -> JournalLine:
    return replace(LINE, message="x", message_id=message_id, about=about, unit="init.scope", microseconds=at * SECOND)


def found(
    *lines: JournalLine, active: str = "active", detail: UnitDetail | None = None
) -> list[tuple[str, str, Severity]]:
    units = Units((Unit(APP, "loaded", active, "x", ""),))
    details = UnitDetails({APP: detail} if detail else {})
    return [(f.kind, f.object, f.severity) for f in detect(KernelLog(lines), units, details)]


def one(severity: Severity) -> list[tuple[str, str, Severity]]:
    return [("mem.oom", APP, severity)]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((), id="nothing"),
        pytest.param((manager(UNIT_STARTED, 5),), id="a start"),
        pytest.param((kernel(transport="stdout"),), id="the kernel's name and no word of the manager"),
        pytest.param((kernel(transport="syslog"), manager(RESTART_SCHEDULED, 99)), id="restarted before"),
        pytest.param((kernel(transport="stdout"), manager(RESTART_SCHEDULED, 161)), id="restarted much later"),
        pytest.param((kernel(transport="stdout"), manager(RESTART_SCHEDULED, 101, "b.service")), id="another unit"),
    ],
)
def test_is_left_alone(lines: tuple[JournalLine, ...]) -> None:
    assert found(*lines) == []


@pytest.mark.parametrize("who", [{"uid": 1000}, {"unit": "cron.service"}, {"uid": None}])
def test_a_user_or_a_service_that_speaks_as_the_kernel_is_never_believed(who: dict[str, object]) -> None:
    forged = replace(kernel(transport="stdout"), **who)  # type: ignore[arg-type]
    assert found(forged, manager(RESTART_SCHEDULED, 101), active="failed", detail=KILLED) == []


def test_the_kernel_itself_and_the_manager_are_believed() -> None:
    assert found(kernel()) == one(Severity.WARNING)
    assert found(manager(OOM_UNIT, 5)) == found(manager(OOMD_UNIT, 5)) == one(Severity.WARNING)


def test_a_relayed_line_counts_where_the_manager_says_that_just_this_unit_was_killed() -> None:
    assert found(kernel(transport="stdout"), active="failed", detail=KILLED) == one(Severity.HIGH)
    assert found(kernel(transport="stdout"), manager(RESTART_SCHEDULED, 101)) == one(Severity.WARNING)
    ended = replace(KILLED, exec_main_status=15)
    assert found(kernel(transport="stdout"), active="failed", detail=ended) == []


def test_a_unit_that_is_down_or_hit_again_and_again_is_high() -> None:
    assert found(kernel(), active="failed") == one(Severity.HIGH)
    assert found(kernel(10), kernel(20)) == one(Severity.WARNING)
    assert found(kernel(10), kernel(20), kernel(30)) == one(Severity.HIGH)


def test_a_unit_that_somebody_started_since_is_information() -> None:
    assert found(kernel(), manager(UNIT_STARTED, 200)) == one(Severity.INFO)
    assert found(kernel(), manager(RESTART_SCHEDULED, 101), manager(UNIT_STARTED, 102)) == one(Severity.WARNING)
    assert found(kernel(), manager(UNIT_STARTED, 99)) == one(Severity.WARNING)


def test_the_unit_is_that_of_the_control_group_whatever_lies_below() -> None:
    assert found(kernel(path="/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope")) == [
        ("mem.oom", "user@1000.service", Severity.WARNING)
    ]
    assert found(kernel(path="/docker/0123")) == [("mem.oom", "python3", Severity.WARNING)]


def test_a_recorded_kill_is_seen_with_and_without_the_unit_being_known() -> None:
    log = KernelLog.parse(output("kernel_log"))
    assert isinstance(log, KernelLog)
    assert list(detect(log, Skipped("no"), Skipped("no"))) == []
    detail = replace(KILLED, id="report-builder.service")
    (seen,) = detect(log, Skipped("no"), UnitDetails({detail.id: detail}))
    assert seen.details["why"] == "it reached its memory limit" and seen.object == "report-builder.service"
