from dataclasses import replace

import pytest

from tests.tools.probes.recordings import output
from tools.detectors import Finding, Severity
from tools.detectors.log_errors import LogErrorsLimits, detect
from tools.probes.journal_errors import JournalErrors
from tools.probes.journal_export import JournalLine
from tools.probes.unit_logs import UnitLogs
from tools.probes.wall_clock import WallClock

LINE = replace(UnitLogs.parse(output("unit_logs")).of("shop-worker.service")[1], unit="a.service", about="", priority=3)


def found(line: JournalLine, count: int, *, is_complete: bool = True, ago: float = 0.0) -> list[Finding]:
    lines = tuple(replace(line, message=f"request {number} failed") for number in range(count))
    clock = WallClock(line.microseconds / 1e6 + ago, None, None, None)
    return list(detect(JournalErrors(lines, "s=1", is_complete), clock, LogErrorsLimits()))


@pytest.mark.parametrize(
    ("line", "count"),
    [
        pytest.param(LINE, 9, id="a few errors"),
        pytest.param(replace(LINE, unit="session-1.scope", uid=1000), 300, id="a logged-in user"),
        pytest.param(replace(LINE, unit="user@1000.service"), 300, id="a user's own services"),
        pytest.param(replace(LINE, unit="", transport="kernel"), 300, id="the kernel"),
    ],
)
def test_is_left_alone(line: JournalLine, count: int) -> None:
    assert found(line, count) == []


@pytest.mark.parametrize(("count", "severity"), [(10, Severity.INFO), (99, Severity.INFO), (100, Severity.WARNING)])
def test_many_errors_of_a_service(count: int, severity: Severity) -> None:
    (one,) = found(LINE, count)
    assert (one.kind, one.object, one.severity) == ("log.errors", "a.service", severity)
    assert one.summary == f"a.service logged {count} errors of 1 kinds"
    assert [evidence.text for evidence in one.evidence] == [f"{count} x request 0 failed"]


@pytest.mark.parametrize(("ago", "severity"), [(60, Severity.WARNING), (61, Severity.INFO)])
def test_errors_that_ended_a_minute_ago_are_information(ago: float, severity: Severity) -> None:
    assert [one.severity for one in found(LINE, 100, ago=ago)] == [severity]


def test_a_list_that_was_cut_says_at_least() -> None:
    assert "at least 100 errors" in found(LINE, 100, is_complete=False)[0].summary


def test_what_the_manager_says_counts_for_the_unit_it_speaks_of() -> None:
    assert found(replace(LINE, unit="init.scope", about="b.service"), 10)[0].object == "b.service"
