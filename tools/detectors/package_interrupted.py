"""Package managers that stopped half-way."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.upkeep import Upkeep


class PackageInterruptedLimits(Limits):
    """Ours: no anchor looks at this. While an upgrade runs, packages are half installed for minutes."""

    hold_seconds: NotNegative = 1800
    """how long packages must be half installed before it is said"""


def detect(upkeep: Upkeep, memory: Memory, limits: PackageInterruptedLimits) -> Iterator[Finding]:
    """`package.interrupted` with the object `host`: dpkg, yum, dnf or rpm has to be told to finish."""
    if upkeep.packages:
        yield Finding(
            kind="package.interrupted",
            object="host",
            severity=Severity.WARNING,
            summary=f"{len(upkeep.packages)} packages are half installed, or a package operation did not finish",
            evidence=tuple(Evidence("upkeep", line) for line in upkeep.packages[:5]),
            hold_seconds=hold(limits.hold_seconds, memory),
        )
