import pytest
from pydantic import ValidationError

from tests.tools.detectors.units_and_processes import NOW, health, timer
from tests.tools.detectors.upkeeping import upkeep
from tools.detectors import Severity
from tools.detectors.backup_old import BackupExpected, BackupOldLimits, detect
from tools.probes.upkeep import Backup, Upkeep

HOUR = 3600.0
BY_PATH = BackupOldLimits(expected=(BackupExpected(path="/srv/backup", max_age_hours=26, least_bytes=100),))
BY_TIMER = BackupOldLimits(expected=(BackupExpected(timer="a.timer", max_age_hours=26),))


def backup(age: float | None, size: int = 1000) -> Upkeep:
    return upkeep(backups=(Backup("/srv/backup", "/srv/backup/x.tgz", age, size),))


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (backup(26 * HOUR), None),
        (backup(26 * HOUR + 1), Severity.WARNING),
        (backup(1.0, size=100), None),
        (backup(1.0, size=99), Severity.HIGH),
        (backup(None, size=0), Severity.HIGH),
        (upkeep(), None),
    ],
)
def test_the_newest_file_of_a_path(given: Upkeep, severity: Severity | None) -> None:
    found = [one.severity for one in detect(given, health(), BY_PATH)]
    assert found == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("last", "severity"), [(NOW - 26 * HOUR, None), (NOW - 26 * HOUR - 1, Severity.WARNING), (None, Severity.HIGH)]
)
def test_the_last_run_of_a_timer(last: float | None, severity: Severity | None) -> None:
    found = [one.severity for one in detect(upkeep(), health(timer(last_trigger=last)), BY_TIMER)]
    assert found == ([severity] if severity else [])


def test_nothing_is_expected_by_default() -> None:
    assert list(detect(backup(None), health(), BackupOldLimits())) == []
    assert BY_PATH.paths() == ("/srv/backup",)


@pytest.mark.parametrize("wrong", [{}, {"path": "/a", "timer": "a.timer"}, {"path": "a"}, {"timer": "a b.timer"}])
def test_a_backup_is_either_a_path_or_a_timer(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        BackupExpected.model_validate(wrong)
