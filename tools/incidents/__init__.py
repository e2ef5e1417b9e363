"""Which findings have one cause: an incident is a root finding with its symptoms below it; pure."""

from dataclasses import dataclass

from tools.detectors import Finding


@dataclass(frozen=True, slots=True)
class Symptom:
    """A finding that another one explains, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One cause. `cause` names the thing at fault where that is more than the root's object: a file, a process."""

    root: Finding
    cause: str
    symptoms: tuple[Symptom, ...] = ()

    @property
    def severity_rank(self) -> int:
        """The worst of its findings decides how much an incident matters."""
        return max(finding.severity.rank for finding in (self.root, *(symptom.finding for symptom in self.symptoms)))
