"""Observations for tests: of recorded machines, and of facts that a test makes up."""

from datetime import UTC, datetime

from tests.tools.probes.recordings import TESTBED
from tools.detectors import Finding, Memory
from tools.detectors.catalogue import judge, needed
from tools.detectors.thresholds import Thresholds
from tools.probes import Probe
from tools.probes.collection import observe
from tools.probes.observation import Observation
from tools.probes.snapshot_file import read_snapshot

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def facts(*given: Probe) -> Observation:
    return Observation("h1", NOW, {fact.name: fact for fact in given})


def judged(name: str) -> list[Finding]:
    """The findings in a public snapshot of the testbed, as `dns-broken.fault`."""
    recording = read_snapshot(TESTBED / f"{name}.json.gz")
    return judge(observe(recording, needed()), Thresholds(), Memory())
