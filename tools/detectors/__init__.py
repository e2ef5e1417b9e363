"""What to notice: one file per kind of trouble; facts in, findings out, pure.

A detector is a function `detect` whose annotated parameters are the facts (probes), the `Thresholds` or the `Memory`
it needs: collection gathers exactly what is asked, and a detector whose fact was skipped does not run. A parameter
typed `Fact | Skipped` takes the absence as well.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Severity(StrEnum):
    """How much a finding matters; in rising order."""

    INFO = "info"
    WARNING = "warning"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line that speaks for a finding, and the probe it came from."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong with `object` on a host; `kind` is a word of the vocabulary (docs/vocabulary.md).

    `details` are facts that a planner reads (strings only); they never enter the fingerprint.
    """

    kind: str
    object: str
    severity: Severity
    summary: str
    evidence: tuple[Evidence, ...]
    host: str = ""
    details: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"finding {self.kind} {self.object} has no evidence")

    @property
    def fingerprint(self) -> str:
        """12 hex digits made of host, kind and object: the same trouble has the same fingerprint in every cycle."""
        return sha256("\0".join((self.host, self.kind, self.object)).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Memory:
    """What Macha remembers of a host from the cycle before; empty values where there was none."""

    boot_id: str = ""


Detector = Callable[..., Iterable[Finding]]
