"""What the rules make of a finding, worked out again from the facts in which it was last seen.

A cycle keeps its advice only in its own state. The snapshot is kept, and the same rules say the same of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gate.protected import why_protected
from tools.detectors import Evidence, Finding, Severity
from tools.errors import MachaError
from tools.incidents.correlation import causes_first, incidents
from tools.probes.collection import observe
from tools.probes.observation import Observation
from tools.runbooks.evidence import case_of
from tools.runbooks.judging import Suspect
from tools.runbooks.library import usable
from tools.runbooks.rules import NEEDED, advise
from tools.runbooks.runbook import Runbook
from tools.store.reading import rows
from tools.store.snapshots import Snapshots

MOST_CAUSES = 3
MOST_SIGNS = 3
_LOOK = "SELECT snapshot FROM samples WHERE host = ? AND run = ? ORDER BY at DESC LIMIT 1"


def opinion(folder: Path, one: dict[str, Any], known: list[dict[str, Any]], config: Path | None) -> dict[str, Any]:
    """`snapshot`, `advice`, `causes` (likeliest first), `named` (the runbook that stands out), `incident`, and in
    `limits` what this opinion had to do without. `known` are all findings as `finding_list.listed` has them."""
    here = [other for other in known if (other["host"], other["run"]) == (one["host"], one["run"])]
    then = [finding_of(other) for other in here]
    finding = then[[other["id"] for other in here].index(one["id"])]
    told: dict[str, Any] = {"snapshot": "", "advice": "", "causes": [], "named": "", "limits": []}
    told["incident"] = _incident(finding, then)
    facts = _facts(folder, one, told)
    if facts is None:
        return told
    protects, runbooks = _by_configuration(config, told)
    ordered = causes_first(then)
    advice = advise(ordered, facts, protects, runbooks.values())
    told["advice"] = next((piece.words for piece in advice if piece.finding is finding), "")
    judgement = case_of(finding, ordered, facts).judged(runbooks.values())
    told["causes"] = [_cause(suspect) for suspect in judgement.suspects[:MOST_CAUSES]]
    told["named"] = judgement.named.runbook.name if judgement.named else ""
    return told


def finding_of(one: dict[str, Any]) -> Finding:
    """A finding as the rules take it, from how it is shown; raises MachaError when its row is damaged."""
    try:
        evidence = tuple(Evidence(line["source"], line["text"]) for line in one["evidence"])
        severity, details = Severity(one["severity"]), one["details"]
        return Finding(one["kind"], one["object"], severity, one["summary"], evidence, one["host"], details)
    except (ValueError, TypeError):
        raise MachaError(f"the database is damaged: the finding {one['id']} in it cannot be read") from None


def _facts(folder: Path, one: dict[str, Any], told: dict[str, Any]) -> Observation | None:
    looks = rows(folder / "macha.db", _LOOK, one["host"], one["run"])
    try:
        facts = observe(Snapshots(folder / "snapshots").load(str(looks[0]["snapshot"])), NEEDED) if looks else None
    except MachaError:
        facts = None
    if facts is None:
        told["limits"].append("the facts in which it was last seen are not kept, so nothing can be judged again")
    else:
        told["snapshot"] = str(looks[0]["snapshot"])
    return facts


def _by_configuration(
    config: Path | None, told: dict[str, Any]
) -> tuple[Callable[[str], str | None], dict[str, Runbook]]:
    """Which units are protected and which runbooks there are; with a configuration that is wrong, the built-in ones."""
    from tools.configuration import load

    try:
        settings = load(config)
    except MachaError as error:
        told["limits"].append(f"judged without your configuration: {error}")
        return (lambda unit: why_protected((unit,), [])), usable()[0]
    runbooks, left_out = usable(settings.runbooks_directory)
    told["limits"] += left_out
    return (lambda unit: why_protected((unit,), settings.protected_services)), runbooks


def _cause(suspect: Suspect) -> dict[str, Any]:
    return {
        "runbook": suspect.runbook.name,
        "cause": suspect.runbook.cause,
        "confidence": suspect.confidence,
        "for": list(suspect.speaks_for[:MOST_SIGNS]),
        "against": list(suspect.speaks_against[:MOST_SIGNS]),
    }


def _incident(finding: Finding, then: list[Finding]) -> dict[str, Any]:
    """What else hung on the same cause, of the host, when it was last seen."""
    for incident in incidents(then):
        below = {symptom.finding.fingerprint: symptom for symptom in incident.symptoms}
        if finding.fingerprint in (incident.root.fingerprint, *below):
            symptoms = [{"id": id_, "summary": one.finding.summary, "why": one.why} for id_, one in below.items()]
            root = {"id": incident.root.fingerprint, "summary": incident.root.summary}
            return {"cause": incident.cause, "root": root, "symptoms": symptoms}
    return {"cause": "", "root": {"id": finding.fingerprint, "summary": finding.summary}, "symptoms": []}
