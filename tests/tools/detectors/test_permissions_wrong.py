import pytest

from tests.tools.detectors.units_and_processes import detail, details, logs, units
from tools.detectors import Severity
from tools.detectors.permissions_wrong import detect
from tools.probes import Skipped
from tools.probes.upkeep import Folder, Upkeep

DENIED = "FATAL cannot start: [Errno 13] Permission denied: '/var/lib/shop/api.state'"
ABSENT = Skipped("no")


def upkeep(*folders: Folder) -> Upkeep:
    return Upkeep(9.0, (), False, (), (), None, (), (), {one.path: one for one in folders}, ())


def found(message: str, *folders: Folder, user: str = "shop") -> list[tuple[str, Severity]]:
    given = detect(units(a__service="failed"), logs(message), details(detail(user=user)), upkeep(*folders))
    return [(one.object, one.severity) for one in given]


@pytest.mark.parametrize(
    ("path", "mode", "is_found"),
    [
        ("/tmp", "1777", False),
        ("/tmp", "777", True),
        ("/tmp", "755", True),
        ("/etc/shadow", "640", False),
        ("/etc/shadow", "0", False),
        ("/etc/shadow", "644", True),
        ("/etc/passwd", "644", False),
        ("/etc/passwd", "666", True),
        ("/var/lib/shop", "777", False),
    ],
)
def test_system_files_that_are_open_to_all(path: str, mode: str, is_found: bool) -> None:
    assert bool(list(detect(units(), ABSENT, ABSENT, upkeep(Folder(path, "root", "root", mode))))) == is_found


def test_a_unit_that_fails_for_another_reason_is_left_alone() -> None:
    assert found("no such file: /var/lib/shop/api.state") == [] and found("Permission denied") == []


def test_a_folder_that_belongs_to_somebody_else_is_proven() -> None:
    assert found(DENIED, Folder("/var/lib/shop", "root", "root", "700")) == [("/var/lib/shop", Severity.HIGH)]


@pytest.mark.parametrize("folders", [(), (Folder("/var/lib/shop", "shop", "shop", "750"),)])
def test_without_proof_it_is_what_the_unit_says(folders: tuple[Folder, ...]) -> None:
    assert found(DENIED, *folders) == [("/var/lib/shop", Severity.WARNING)]
