"""Recorded faults with their ground truth: what must be found, what must not, and what is the root."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.detectors import Finding, Memory, Severity
from tools.detectors.catalogue import judge, needed
from tools.detectors.thresholds import Thresholds
from tools.detectors.unreachable import finding as unreachable
from tools.errors import MachaError
from tools.hosts import Unreachable
from tools.incidents import Incident
from tools.incidents.correlation import incidents
from tools.probes.collection import observe
from tools.probes.snapshot_file import read_snapshot
from tools.safe_text import safe_line

ANY = "any"


class Expected(BaseModel):
    """One line of the ground truth; `any` stands for every kind, object or severity."""

    model_config = ConfigDict(frozen=True)

    kind: str
    object: str
    severity: list[str] = [ANY]

    def fits(self, finding: Finding) -> bool:
        """A finer kind (`disk.space.boot`) fits a coarser one (`disk.space`)."""
        kind_fits = self.kind == ANY or f"{finding.kind}.".startswith(f"{self.kind}.")
        return kind_fits and self.object in (ANY, finding.object)

    def fits_well(self, finding: Finding) -> bool:
        """As `fits`, with a severity that is right as well."""
        return self.fits(finding) and (ANY in self.severity or finding.severity.value in self.severity)


class RootCause(BaseModel):
    model_config = ConfigDict(frozen=True)

    object: str


class Truth(BaseModel):
    """What the file of a fault says; its other keys are about how it is made."""

    model_config = ConfigDict(frozen=True)

    name: str
    findings_required: list[Expected]
    findings_allowed: list[Expected] = []
    findings_forbidden: list[Expected] = []
    root_cause: RootCause | None = None
    has_snapshot: Annotated[bool, Field(alias="snapshot")] = True


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
    return [score(folder, _truth(file)) for file in files]


def score(folder: Path, truth: Truth) -> Score:
    """Judge the snapshot of a fault as a first look at that host would, and compare."""
    begun = time.perf_counter()
    found = _found(folder, truth)
    first = next(iter(incidents(found)), None)
    seconds = time.perf_counter() - begun
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


def _truth(file: Path) -> Truth:
    try:
        return Truth.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise MachaError(
            f"{safe_line(str(file))}: not the ground truth of a fault: {safe_line(str(error), 200)}"
        ) from None


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
