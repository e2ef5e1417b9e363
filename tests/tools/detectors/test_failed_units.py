from dataclasses import replace

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.probes.recordings import output
from tools.detectors import Severity
from tools.detectors.failed_units import FailedUnitsLimits, detect
from tools.probes import Skipped
from tools.probes.unit_details import UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Unit, Units

UNITS = Units.parse(output("units"))
DETAILS = UnitDetails.parse(output("unit_details"))
LOGS = UnitLogs.parse(output("unit_logs"))
ABSENT = Skipped("no")
LIMITS = FailedUnitsLimits()


def unit(name: str, active: str) -> Units:
    return Units((Unit(name, "loaded", active, active, "x"),))


@pytest.mark.parametrize("active", ["active", "inactive", "activating", "deactivating", "reloading"])
def test_a_unit_that_is_not_failed_is_left_alone(active: str) -> None:
    assert list(detect(unit("a.service", active), ABSENT, ABSENT, FIRST_LOOK, LIMITS)) == []


def test_a_recorded_crash_is_told_with_its_signal_and_its_last_words() -> None:
    (found,) = detect(UNITS, DETAILS, LOGS, FIRST_LOOK, LIMITS)
    assert (found.kind, found.object, found.severity) == ("unit.failed", "shop-worker.service", Severity.HIGH)
    assert (
        found.summary
        == "shop-worker.service is failed: its main process was ended by signal 11 (SIGSEGV), result signal"
    )
    texts = [evidence.text for evidence in found.evidence]
    assert texts[0] == "shop-worker.service loaded failed failed" and texts[1].startswith("Result=signal")
    assert any("systemd: shop-worker.service: Main process exited" in text for text in texts)
    assert {
        "result": "signal",
        "exec_main_status": "11",
        "restart": "no",
        "restarts": "0",
    }.items() <= found.details.items()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.service", "unit.failed"),
        ("a.socket", "unit.failed"),
        ("a.timer", "unit.failed"),
        ("srv.mount", "mount.failed"),
    ],
)
def test_a_mount_has_a_kind_of_its_own(name: str, kind: str) -> None:
    (found,) = detect(unit(name, "failed"), ABSENT, ABSENT, FIRST_LOOK, LIMITS)
    assert (found.kind, found.summary) == (kind, f"{name} is failed")


def test_the_same_words_again_and_again_are_shown_once() -> None:
    line = LOGS.of("shop-worker.service")[0]
    logs = UnitLogs({"a.service": tuple(replace(line, message=f"m{number % 2}") for number in range(20))})
    (found,) = detect(unit("a.service", "failed"), ABSENT, logs, FIRST_LOOK, LIMITS)
    assert [evidence.text for evidence in found.evidence[1:]] == ["systemd: m0", "systemd: m1"]


@pytest.mark.parametrize("seconds", [0, 300])
def test_it_is_said_at_once_unless_the_administrator_wants_to_wait(seconds: float) -> None:
    limits = FailedUnitsLimits(hold_seconds=seconds)
    (found,) = detect(unit("a.service", "failed"), ABSENT, ABSENT, remembering(), limits)
    assert found.hold_seconds == seconds
