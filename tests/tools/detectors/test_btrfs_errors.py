import pytest

from tools.detectors import Severity
from tools.detectors.btrfs_errors import detect
from tools.probes.btrfs_volumes import BtrfsVolume
from tools.probes.hardware import Hardware


@pytest.mark.parametrize(
    ("errors", "severity"),
    [
        ({"1 read": 0, "1 write": 0}, None),
        ({"1 read": 1}, Severity.WARNING),
        ({"1 corruption": 1}, Severity.WARNING),
        ({"1 generation": 2}, Severity.WARNING),
        ({"1 write": 1}, Severity.HIGH),
        ({"1 read": 1, "1 flush": 1}, Severity.HIGH),
    ],
)
def test_counted_errors(errors: dict[str, int], severity: Severity | None) -> None:
    found = [(f.kind, f.object, f.severity) for f in detect(Hardware(volumes=(BtrfsVolume("v", 9, 1, {}, errors),)))]
    assert found == ([("disk.errors", "v device 1", severity)] if severity else [])
