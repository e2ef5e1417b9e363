"""Judge recorded facts: the same detectors and rules, but nothing is stored, proposed or done."""

from pathlib import Path
from typing import Any

from gate.protected import why_protected
from nodes.collect import kinds, unread
from nodes.report import FORMAT, finding_object, incident_object, left_out_note
from tools.configuration import Settings
from tools.detectors import Memory
from tools.detectors.catalogue import judge
from tools.incidents.correlation import causes_first, incidents
from tools.probes.collection import observe
from tools.probes.facts_for_people import facts_for_people
from tools.probes.snapshot_file import read_snapshot
from tools.runbooks.advice import Advice
from tools.runbooks.library import usable
from tools.runbooks.rules import advise


def replay(file: Path, settings: Settings) -> dict[str, Any]:
    """The object of `macha check --json` for a snapshot file. Its actions have no number: they were never proposed."""
    recording = read_snapshot(file)
    facts = observe(recording, kinds())
    findings = judge(facts, settings.thresholds, Memory())
    known, left_out = usable(settings.runbooks_directory)

    def why_untouchable(unit: str) -> str | None:
        return why_protected((unit,), settings.protected_services)

    advice = list(advise(causes_first(findings), facts, why_untouchable, known.values()))
    words = {piece.finding.fingerprint: piece.words for piece in advice}
    host = {
        "name": recording.host, "state": "seen", "why": "", "facts": facts_for_people(facts), "unread": unread(facts),
        "snapshot": str(file),
    }  # fmt: skip
    return {
        "format": FORMAT,
        "cycle": "",
        "hosts": [host],
        "findings": [finding_object(finding, words.get(finding.fingerprint, "")) for finding in findings],
        "incidents": [incident_object(incident) for incident in incidents(findings)],
        "actions": [action for piece in advice for action in _actions(piece)],
        "logs": [],
        "notes": ["judged from a snapshot: nothing was proposed or done", *map(left_out_note, left_out)],
        "model": {"name": "", "calls": 0, "tokens_in": 0, "tokens_out": 0, "seconds": 0.0, "most_tokens": 0},
        "seconds": {},
    }


def _actions(piece: Advice) -> list[dict[str, Any]]:
    return [
        {
            "number": None,
            "kind": action.kind,
            "target": action.target(),
            "host": piece.finding.host,
            "risk": action.risk.value,
            "state": "would be proposed",
            "sentence": action.sentence(),
            "why": piece.words,
            "reason": "",
            "findings": [piece.finding.fingerprint],
            "expires_at": "",
        }
        for action in piece.actions
    ]
