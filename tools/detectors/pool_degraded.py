"""ZFS pools that are not well."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.hardware import Hardware

_WELL = "ONLINE"
_DEGRADED = "DEGRADED"


def detect(hardware: Hardware) -> Iterator[Finding]:
    """`pool.degraded` with the pool as object: high where it is degraded, critical where it is lost.

    Anchors: netdata warns of a degraded pool and is critical for a faulted one; awesome-prometheus-alerts is critical
    for every state but online.
    """
    for pool, state in hardware.pools.items():
        if state != _WELL:
            yield Finding(
                kind="pool.degraded",
                object=pool,
                severity=Severity.HIGH if state == _DEGRADED else Severity.CRITICAL,
                summary=f"the ZFS pool {pool} is {state}",
                evidence=(Evidence("hardware", f"/proc/spl/kstat/zfs/{pool}/state: {state}"),),
                details={"state": state},
            )
