import pytest

from tools.detectors import Severity
from tools.detectors.raid_degraded import detect
from tools.probes.hardware import Array, Hardware


def found(missing: int, doing: str = "idle", *failed: str) -> list[tuple[str, str, Severity, float]]:
    hardware = Hardware(arrays=(Array("md0", "raid1", "clean", missing, doing, failed),))
    return [(f.kind, f.object, f.severity, f.hold_seconds) for f in detect(hardware)]


@pytest.mark.parametrize("doing", ["idle", "check", "resync"])
def test_a_complete_array_is_left_alone(doing: str) -> None:
    assert found(0, doing) == [] and list(detect(Hardware())) == []


def test_a_missing_disk_counts_at_once_and_less_while_it_is_rebuilt() -> None:
    assert found(1) == [("raid.degraded", "md0", Severity.CRITICAL, 0)]
    assert found(1, "recover") == [("raid.degraded", "md0", Severity.HIGH, 0)]


def test_a_failed_disk_is_named() -> None:
    assert found(0, "idle", "sdb1") == [("raid.disk_failed", "md0 sdb1", Severity.HIGH, 0)]
