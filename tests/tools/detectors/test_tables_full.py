import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.tables_full import TablesFullLimits, detect
from tools.probes.counters import Counters

NAMES = {
    "limit.files": ("files", "files_max"),
    "limit.connections": ("connections", "connections_max"),
    "limit.processes": ("tasks", "pid_max"),
}


def found(
    kind: str, per_mille: int, *, is_open: bool = False, is_first: bool = True
) -> list[tuple[str, Severity, float]]:
    used, most = NAMES[kind]
    counters = Counters({"user": 1}, {}, {used: per_mille, most: 1000})
    opened = [(kind, "host")] if is_open else []
    memory = FIRST_LOOK if is_first and not is_open else remembering(None, *opened)
    return [(f.kind, f.severity, f.hold_seconds) for f in detect(counters, TablesFullLimits(), memory)]


@pytest.mark.parametrize(
    ("kind", "clear", "warning", "critical"),
    [("limit.files", 600, 700, 900), ("limit.connections", 700, 800, 950), ("limit.processes", 850, 900, 950)],
)
def test_both_sides_of_each_level(kind: str, clear: int, warning: int, critical: int) -> None:
    assert found(kind, warning - 1) == []
    assert found(kind, warning) == [(kind, Severity.WARNING, 0)]
    assert found(kind, critical - 1) == [(kind, Severity.WARNING, 0)]
    assert found(kind, critical) == [(kind, Severity.CRITICAL, 0)]
    assert found(kind, clear, is_open=True) == []
    assert found(kind, clear + 1, is_open=True) == [(kind, Severity.WARNING, 120)]
    assert found(kind, warning, is_first=False) == [(kind, Severity.WARNING, 120)]
    assert found(kind, critical, is_first=False) == [(kind, Severity.CRITICAL, 0)]


def test_the_smaller_limit_of_processes_counts() -> None:
    levels = {"tasks": 900, "pid_max": 4_000_000, "threads_max": 1000}
    (one,) = detect(Counters({"user": 1}, {}, levels), TablesFullLimits(), FIRST_LOOK)
    assert one.summary == "900 of 1000 processes and threads are in use (90 %)"


def test_a_table_without_limit_is_left_alone() -> None:
    assert list(detect(Counters({"user": 1}, {}, {"files": 9, "files_max": 0}), TablesFullLimits(), FIRST_LOOK)) == []
