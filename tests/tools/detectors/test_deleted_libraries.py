import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import process, processes
from tools.detectors.deleted_libraries import DeletedLibrariesLimits, detect

SSL = ("/usr/lib/x86_64-linux-gnu/libssl.so.3",)


@pytest.mark.parametrize(
    ("unit", "files"), [("a.service", ()), ("session-1.scope", SSL), ("user@1000.service", SSL), ("", SSL)]
)
def test_what_is_current_or_of_no_service_is_left_alone(unit: str, files: tuple[str, ...]) -> None:
    running = processes(process(1, unit=unit, deleted_files=files))
    assert list(detect(running, FIRST_LOOK, DeletedLibrariesLimits())) == []


def test_a_service_is_named_once_and_held_while_an_update_restarts_services() -> None:
    running = processes(*(process(at, unit="a.service", deleted_files=SSL) for at in (1, 2)))
    (one,) = detect(running, remembering(), DeletedLibrariesLimits())
    assert (one.object, one.hold_seconds, one.details["pids"]) == ("a.service", 1800, "1 2")
