"""Locks that nobody holds any more but that keep others out."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits, NotNegative
from tools.probes.upkeep import Upkeep


class StaleLocksLimits(Limits):
    """Ours: no anchor looks at locks. A lock that was just written may be between two processes."""

    least_age_seconds: NotNegative = 60
    """younger lock files are left alone where they name a process"""
    least_age_seconds_without_holder: NotNegative = 3600
    """younger lock files are left alone where they name nobody (pacman)"""


def detect(upkeep: Upkeep, limits: StaleLocksLimits) -> Iterator[Finding]:
    """`lock.stale` with the lock file as object. A lock whose holder runs is never one, however old."""
    for lock in upkeep.locks:
        least = limits.least_age_seconds_without_holder if lock.holder is None else limits.least_age_seconds
        if lock.age_seconds < least:
            continue
        whose = "names nobody" if lock.holder is None else f"names process {lock.holder}, which does not run"
        yield Finding(
            kind="lock.stale",
            object=lock.path,
            severity=Severity.WARNING,
            summary=f"the lock {lock.path} {whose}",
            evidence=(Evidence("upkeep", f"{lock.path} {whose}, {lock.age_seconds / 60:.0f} min old"),),
            details={"holder": "" if lock.holder is None else str(lock.holder)},
        )
