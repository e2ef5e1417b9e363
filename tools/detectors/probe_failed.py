"""Macha's own eyes: facts that could not be read though they are there."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes import Skipped
from tools.probes.observation import Observation


class ProbeFailedLimits(Limits):
    """Anchors: awesome-prometheus-alerts and node-exporter mixin, a collector's error at once or for 5 minutes; netdata
    after 5 missed updates, critical after 60.
    """

    hold_seconds: NotNegative = 600
    """how long a fact must be missing before it is said"""


def detect(observation: Observation, memory: Memory, limits: ProbeFailedLimits) -> Iterator[Finding]:
    """`macha.probe` with the probe as object. A tool or a right that is not there is no trouble, but slowness is."""
    for name, fact in sorted(observation.facts.items()):
        if isinstance(fact, Skipped) and fact.is_trouble:
            yield Finding(
                kind="macha.probe",
                object=name,
                severity=Severity.WARNING,
                summary=f"the fact {name} could not be read: {fact.why}",
                evidence=(Evidence(name, fact.why),),
                hold_seconds=hold(limits.hold_seconds, memory),
            )
