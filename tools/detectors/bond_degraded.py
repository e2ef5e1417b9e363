"""Bonded links of which one is down."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.hardware import Hardware


class BondDegradedLimits(Limits):
    """Anchors: links of a bond that are not active, for 5 min (node-exporter mixin) or 2 min
    (awesome-prometheus-alerts)."""

    hold_seconds: NotNegative = 120
    """seconds that a link must be down"""


def detect(hardware: Hardware, limits: BondDegradedLimits, memory: Memory) -> Iterator[Finding]:
    """`net.bond` with the bond as object; critical where no link of it is up."""
    for bond, links in hardware.bonds.items():
        down = [name for name, state in links.items() if state != "up"]
        if down:
            said = ", ".join(f"{name} {state}" for name, state in links.items())
            yield Finding(
                kind="net.bond",
                object=bond,
                severity=Severity.CRITICAL if len(down) == len(links) else Severity.WARNING,
                summary=f"{len(down)} of {len(links)} links of {bond} are down: {' '.join(down)}",
                evidence=(Evidence("hardware", said),),
                details={"down": " ".join(down)},
                hold_seconds=hold(limits.hold_seconds, memory),
            )
