import json

import pytest

from tests.tools.probes.recordings import output
from tools.probes.smart import Smart, SmartDisk


def test_ata_and_nvme_disks_and_one_that_sleeps() -> None:
    assert Smart.parse(output("smart")).disks == (
        SmartDisk(
            "/dev/sda",
            "WDC WD40EFRX-68N32N0",
            True,
            {"reallocated_sectors": 0, "pending_sectors": 8, "unreadable_sectors": 0},
        ),
        SmartDisk("/dev/sdb", "", None, {}),
        SmartDisk(
            "/dev/nvme0",
            "Samsung SSD 970 EVO Plus 1TB",
            True,
            {
                "critical_warning": 0,
                "media_errors": 0,
                "worn_percent": 3,
                "spare_percent": 100,
                "least_spare_percent": 10,
            },
        ),
    )


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "{" * 10_000,
        "{}",
        '{"device": 3}',
        '{"device": {"name": ""}}',
        json.dumps({"device": {"name": 7}}),
        "[]",
    ],
)
def test_anything_else_is_no_disk(said: str) -> None:
    assert Smart.parse(said.encode()).disks == ()


def test_figures_that_are_none_are_left_out() -> None:
    table = [{"id": 5, "raw": {"value": True}}, {"id": 197, "raw": {"value": -1}}, 7, {"id": 198}]
    said = {"device": {"name": "/dev/sda\x1b"}, "ata_smart_attributes": {"table": table}, "smart_status": {"passed": 1}}
    assert Smart.parse(json.dumps(said).encode()).disks == (SmartDisk("/dev/sda\\x1b", "", None, {}),)
