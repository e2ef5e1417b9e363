"""All detectors on the testbed's snapshots, against the ground truth written beside them."""

import json

import pytest

from tests.tools.detectors.observing import judged
from tests.tools.probes.recordings import TESTBED
from tools.detectors import Severity

FAULTS = TESTBED.parent / "faults"
NAMES = sorted(file.name.removesuffix(".fault.json.gz") for file in TESTBED.glob("*.fault.json.gz"))
HEALED = sorted(file.name.removesuffix(".json.gz") for file in TESTBED.glob("*.healed.json.gz"))
HISTORY = {"log.errors", "log.storm", "log.injection"}
"""What a healed machine's log still tells of the minutes before."""


@pytest.mark.parametrize("name", ["healthy.fault", "healthy.healed", "noisy-healthy.fault", "noisy-healthy.healed"])
def test_a_healthy_machine_has_no_finding_however_noisy(name: str) -> None:
    assert judged(name) == []


@pytest.mark.parametrize("name", HEALED)
def test_a_healed_machine_has_no_finding_but_its_history(name: str) -> None:
    assert [found for found in judged(name) if found.kind not in HISTORY] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_machine_has_every_required_finding_and_no_false_alarm(name: str) -> None:
    truth = json.loads((FAULTS / f"{name}.json").read_text())
    findings = {(found.kind, found.object): found.severity for found in judged(f"{name}.fault")}
    for required in truth["findings_required"]:
        severity = findings.pop((required["kind"], required["object"]))
        assert severity in required["severity"] or "any" in required["severity"]
    allowed = {(one["kind"], one["object"]) for one in truth["findings_allowed"]}
    for (kind, thing), severity in findings.items():
        assert (kind, thing) in allowed or (kind, "any") in allowed or severity is Severity.INFO
