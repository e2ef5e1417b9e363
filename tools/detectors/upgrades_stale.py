"""Hosts whose automatic upgrades no longer succeed."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits, Positive
from tools.probes.unit_health import UnitHealth
from tools.probes.upkeep import Upkeep

_TIMER = "apt-daily-upgrade.timer"


class UpgradesStaleLimits(Limits):
    """Ours: no anchor looks at this. unattended-upgrades leaves a mark after each run that went well, daily."""

    warning_days: Positive = 7
    """a last good run longer ago is a warning"""


def detect(upkeep: Upkeep, unit_health: UnitHealth, limits: UpgradesStaleLimits) -> Iterator[Finding]:
    """`package.upgrades_stale` with the object `host`, where they are switched on; NixOS's fail as a unit."""
    age, timer = upkeep.unattended_upgrade_age_seconds, unit_health.timers.get(_TIMER)
    if age is None or timer is None or timer.active_state != "active" or age <= 86400 * limits.warning_days:
        return
    # A host that was switched off has to be given a day of its own.
    if upkeep.uptime_seconds > 86400:
        yield Finding(
            kind="package.upgrades_stale",
            object="host",
            severity=Severity.WARNING,
            summary=f"automatic upgrades last succeeded {age / 86400:.0f} days ago",
            evidence=(
                Evidence("upkeep", f"unattended-upgrades-stamp is {age / 86400:.1f} days old, {_TIMER} is active"),
            ),
        )
