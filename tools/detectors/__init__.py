"""What to notice: one file per kind of trouble; facts in, findings out, pure.

A detector is a function `detect` whose annotated parameters are the facts (probes), the `Thresholds` or the `Memory`
it needs: collection gathers exactly what is asked, and a detector whose fact was skipped does not run. A parameter
typed `Fact | Skipped` takes the absence as well, one typed `Observation` whatever was read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from tools.history import History, Measure


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

    `details` are facts that a planner reads (strings only); they never enter the fingerprint. A finding counts only
    once it was seen for `hold_seconds`: until then it is pending, and nobody hears of it.
    """

    kind: str
    object: str
    severity: Severity
    summary: str
    evidence: tuple[Evidence, ...]
    host: str = ""
    details: dict[str, str] = field(default_factory=dict)
    hold_seconds: float = 0.0
    detectors: tuple[str, ...] = field(default=(), compare=False)
    """Whose judgement it is; `judge` fills it in."""
    figure: Measure | None = field(default=None, compare=False)
    """What was judged, as it is kept from look to look: `judge` says what is usual for it (`tools.detectors.usual`)."""

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
    open: frozenset[tuple[str, str]] = frozenset()
    """Kind and object of what is open or pending on the host: a detector clears such a finding only past its second,
    lower threshold (hysteresis)."""
    history: History = field(default_factory=History)

    def is_open(self, kind: str, object_: str) -> bool:
        return (kind, object_) in self.open


Detector = Callable[..., Iterable[Finding]]
