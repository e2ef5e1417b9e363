"""Updates that wait for a reboot."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.upkeep import Upkeep


def detect(upkeep: Upkeep) -> Iterator[Finding]:
    """`boot.reboot_required` with the object `host`. Anchor: netdata, a warning at once.

    /run/reboot-required (Debian), modules of the running kernel gone (Arch), another kernel, initrd or modules booted
    than the system now has (NixOS).
    """
    if upkeep.reboot:
        yield Finding(
            kind="boot.reboot_required",
            object="host",
            severity=Severity.WARNING,
            summary=f"a reboot is due: {'; '.join(upkeep.reboot)}",
            evidence=tuple(Evidence("upkeep", line) for line in upkeep.reboot),
        )
