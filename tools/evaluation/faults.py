"""Faults scored against their ground truth: what was missed, what was a false alarm, whether the root came first."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.detectors import Finding, Memory, Severity
from tools.detectors.catalogue import judge, needed
from tools.detectors.thresholds import Thresholds
from tools.detectors.unreachable import finding as unreachable
from tools.errors import MachaError
from tools.evaluation.truth import ANY, Truth
from tools.hosts import Unreachable
from tools.incidents import Incident
from tools.incidents.correlation import incidents
from tools.probes.collection import observe
from tools.probes.snapshot_file import read_snapshot
from tools.safe_text import safe_line


@dataclass(frozen=True, slots=True)
class Score:
    """How one fault was seen. `root_first` is None where the truth names no root."""

    name: str
    required: int
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    root: str
    root_first: bool | None
    seconds: float

    @property
    def required_found(self) -> int:
        return self.required - len(self.missing)


def score_folder(folder: Path) -> list[Score]:
    """The score of every fault in a folder, by name; raises MachaError when it is not such a folder."""
    try:
        files = sorted((folder / "faults").glob("*.json"))
    except OSError as error:
        raise MachaError(f"{safe_line(str(folder))}: cannot be read: {error.strerror}") from None
    if not files:
        raise MachaError(f"{safe_line(str(folder))}: there are no faults/*.json in it")
    return [score(folder, Truth.read(file)) for file in files]


def score(folder: Path, truth: Truth) -> Score:
    """Judge the snapshot of a fault as a first look at that host would, and compare."""
    begun = time.perf_counter()
    found = _found(folder, truth)
    order = incidents(found)
    return compare(truth, found, order, time.perf_counter() - begun)


def compare(truth: Truth, found: list[Finding], order: list[Incident], seconds: float) -> Score:
    """What was found in a host with this fault, and its incidents in their order, beside the truth."""
    first = next(iter(order), None)
    missing = [
        f"{expected.kind} {expected.object}"
        for expected in truth.findings_required
        if not any(expected.fits_well(finding) for finding in found)
    ]
    return Score(
        name=truth.name,
        required=len(truth.findings_required),
        missing=tuple(missing),
        forbidden=tuple(f"{f.kind} {f.object} ({f.severity})" for f in found if _is_forbidden(f, truth)),
        root=first.cause if first else "",
        root_first=_names(first, truth.root_cause.object) if truth.root_cause else None,
        seconds=round(seconds, 4),
    )


def total(scores: list[Score]) -> dict[str, Any]:
    """The sums of a folder."""
    rooted = [score for score in scores if score.root_first is not None]
    return {
        "faults": len(scores),
        "required": sum(score.required for score in scores),
        "required_found": sum(score.required_found for score in scores),
        "forbidden": sum(len(score.forbidden) for score in scores),
        "root_cases": len(rooted),
        "root_first": sum(bool(score.root_first) for score in rooted),
        "seconds": round(sum(score.seconds for score in scores), 3),
    }


def _found(folder: Path, truth: Truth) -> list[Finding]:
    if not truth.has_snapshot:
        return [unreachable(truth.name, Unreachable("no_route", "nothing answers"))]
    recording = read_snapshot(folder / "snapshots" / f"{truth.name}.fault.json.gz")
    return judge(observe(recording, needed()), Thresholds(), Memory())


def _is_forbidden(finding: Finding, truth: Truth) -> bool:
    """Forbidden by name, or a false alarm: above information, and neither required nor allowed."""
    if any(expected.fits(finding) for expected in truth.findings_required):
        return False
    if any(expected.fits_well(finding) for expected in truth.findings_allowed):
        return False
    is_alarm = finding.severity.rank > Severity.INFO.rank
    by_name = any(ANY not in (f.kind, f.object) and f.fits(finding) for f in truth.findings_forbidden)
    return is_alarm or by_name


def _names(incident: Incident | None, root: str) -> bool:
    """Whether the first incident is about the root: its name is the root's, or a whole word within it, or around it."""
    if incident is None:
        return False
    return any(_is_within(name, root) or _is_within(root, name) for name in (incident.cause, incident.root.object))


def _is_within(name: str, text: str) -> bool:
    """`/` alone is within every path, and so says nothing."""
    return name == text or (len(name) > 3 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None)
