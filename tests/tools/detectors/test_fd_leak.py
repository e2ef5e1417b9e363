import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import process, processes
from tools.detectors import Severity
from tools.detectors.fd_leak import FdLeakLimits, detect

OPEN = remembering(None, ("proc.fd_leak", "a.service"))
LIMITS = FdLeakLimits()


@pytest.mark.parametrize(
    ("open_files", "severity"),
    [(None, None), (799, None), (800, Severity.WARNING), (949, Severity.WARNING), (950, Severity.HIGH)],
)
def test_the_worst_process_of_a_service(open_files: int | None, severity: Severity | None) -> None:
    running = processes(process(1, unit="a.service"), process(2, unit="a.service", open_files=open_files))
    found = [(one.object, one.severity) for one in detect(running, FIRST_LOOK, LIMITS)]
    assert found == ([("a.service", severity)] if severity else [])


@pytest.mark.parametrize(("open_files", "is_found"), [(701, True), (700, False)])
def test_once_said_it_is_over_at_seventy_percent(open_files: int, is_found: bool) -> None:
    running = processes(process(1, unit="a.service", open_files=open_files))
    assert bool(list(detect(running, OPEN, LIMITS))) == is_found


@pytest.mark.parametrize(("open_files", "hold"), [(900, 300), (960, 0)])
def test_a_warning_is_held_and_the_last_files_are_said_at_once(open_files: int, hold: float) -> None:
    (one,) = detect(processes(process(1, "tool", open_files=open_files)), remembering(), LIMITS)
    assert (one.object, one.hold_seconds) == ("tool", hold)
