from typing import Any

import pytest

from tests.tools.detectors.units_and_processes import health, timer
from tests.tools.detectors.upkeeping import upkeep
from tools.detectors.upgrades_stale import UpgradesStaleLimits, detect

WEEK = 7 * 86400.0
ON = health(timer("apt-daily-upgrade.timer"))
OFF = health(timer("apt-daily-upgrade.timer", active_state="inactive"))
OLD = {"unattended_upgrade_age_seconds": WEEK + 1}


@pytest.mark.parametrize(
    ("other", "is_on", "is_found"),
    [
        ({}, True, False),
        ({"unattended_upgrade_age_seconds": WEEK}, True, False),
        (OLD, False, False),
        (OLD | {"uptime_seconds": 86400.0}, True, False),
        (OLD, True, True),
    ],
)
def test_a_week_without_success_where_they_are_on_and_had_time(
    other: dict[str, Any], is_on: bool, is_found: bool
) -> None:
    assert bool(list(detect(upkeep(**other), ON if is_on else OFF, UpgradesStaleLimits()))) == is_found
