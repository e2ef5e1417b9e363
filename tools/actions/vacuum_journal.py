"""Give back the disk space of old journal files."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from tools.actions import Action, Risk, Verdict
from tools.probes import Probe, Skipped
from tools.probes.journal_usage import JournalUsage
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph

JOURNAL = "/var/log/journal"
MEBIBYTE = 1 << 20


class VacuumJournal(Action):
    """Removes archived journal files, oldest first. What is removed cannot be brought back: there is no undo."""

    kind: ClassVar[str] = "journal.vacuum"
    risk: ClassVar[Risk] = Risk.LOW
    needs: ClassVar[tuple[type[Probe], ...]] = (JournalUsage, UnitGraph)
    settle_seconds: ClassVar[float] = 0.0

    keep_megabytes: Annotated[int, Field(ge=16, le=1 << 20)] = 64

    def target(self) -> str:
        return JOURNAL

    def sentence(self) -> str:
        return f"remove the oldest journal files until at most {self.keep_megabytes} MB of them are left"

    def why_not(self, facts: Observation) -> str | None:
        usage = facts.get(JournalUsage)
        if isinstance(usage, Skipped):
            return f"the size of the journal could not be read: {usage.why}"
        if usage.used_bytes <= self.keep_megabytes * MEBIBYTE:
            return f"the journal takes {usage.used_bytes // MEBIBYTE} MB, no more than what would be kept"
        return None

    def basis(self, facts: Observation) -> Mapping[str, str]:
        """That there is more than would be kept; by how much changes with every line that is logged."""
        return {"journal": self.why_not(facts) or f"above {self.keep_megabytes} MB"}

    def argv(self) -> tuple[str, ...]:
        # Without --rotate the file in use, which may be most of it, could not be removed; without --directory it goes
        # through /run as well, whose folder journald removes meanwhile, and ends with an error after it has helped.
        return ("journalctl", f"--directory={JOURNAL}", "--rotate", f"--vacuum-size={self.keep_megabytes}M")

    def verify(self, before: Mapping[str, str], after: Observation) -> Verdict:
        usage = after.get(JournalUsage)
        if isinstance(usage, Skipped):
            return Verdict("unproven", f"the size of the journal could not be read: {usage.why}")
        left = f"the journal takes {usage.used_bytes // MEBIBYTE} MB"
        # one active file (8 MB at least, per user and system journal) is not counted by --vacuum-size
        helped = usage.used_bytes <= (self.keep_megabytes + 32) * MEBIBYTE
        return Verdict("verified" if helped else "not_helped", left)
