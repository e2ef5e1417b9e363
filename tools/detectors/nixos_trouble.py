"""NixOS systems that are not what their next boot will be, or whose secrets were not decrypted."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.upkeep import Upkeep


class NixosTroubleLimits(Limits):
    """Ours: no anchor knows NixOS. `nixos-rebuild test` and `boot` make the difference on purpose, for a while."""

    generation_hold_seconds: NotNegative = 86400
    """how long the running generation may differ from the one of the next boot before it is said"""


def detect(upkeep: Upkeep, memory: Memory, limits: NixosTroubleLimits) -> Iterator[Finding]:
    """`nixos.generation` with the object `host`; `secrets.undecrypted` with the folder: no unit fails there."""
    if upkeep.is_generation_unbooted:
        yield Finding(
            kind="nixos.generation",
            object="host",
            severity=Severity.INFO,
            summary="the running system is another generation than the next boot will start",
            evidence=(Evidence("upkeep", "/run/current-system is not /nix/var/nix/profiles/system"),),
            hold_seconds=hold(limits.generation_hold_seconds, memory),
        )
    for folder in upkeep.undecrypted:
        yield Finding(
            kind="secrets.undecrypted",
            object=folder,
            severity=Severity.HIGH,
            summary=f"the system is to decrypt its secrets to {folder}, and there is no such folder",
            evidence=(Evidence("upkeep", f"{folder} is missing though the activation script names its tool"),),
        )
