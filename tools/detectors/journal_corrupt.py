"""Journals that were damaged while the host was up."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.upkeep import Upkeep


def detect(upkeep: Upkeep) -> Iterator[Finding]:
    """`journal.corrupt` with the object `host`: lines may be missing, so the log proves less than usual.

    Ours: no anchor looks at this. A file put aside early in a boot only tells of the hard reset before it.
    """
    if files := upkeep.damaged_journals:
        yield Finding(
            kind="journal.corrupt",
            object="host",
            severity=Severity.WARNING,
            summary=f"journald found {len(files)} of its files damaged while the host was up, and put them aside",
            evidence=tuple(Evidence("upkeep", path) for path in files[:3]),
            details={"files": str(len(files))},
        )
