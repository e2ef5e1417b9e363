"""What helps against a full disk: only what is known to fill it, and never what somebody may need."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from tools.actions.vacuum_journal import JOURNAL, VacuumJournal
from tools.detectors import Finding
from tools.probes import Skipped
from tools.probes.journal_usage import JournalUsage
from tools.probes.mounts import Mount, Mounts
from tools.probes.observation import Observation
from tools.runbooks.advice import Advice
from tools.runbooks.judging import Judgement
from tools.runbooks.wording import in_words

WORTH_VACUUMING = 0.10
"""Share of a file system that the journal must take before removing old files of it is the answer to a full disk."""


def on_full_disk(finding: Finding, facts: Observation, judgement: Judgement) -> Advice:
    """Give back what the journal takes, where that is much; else say what is known of the cause."""
    usage, mounts = facts.get(JournalUsage), facts.get(Mounts)
    if isinstance(usage, Skipped) or isinstance(mounts, Skipped):
        return Advice(finding, "what fills it could not be read, so nothing is proposed")
    mount = _mount_of(JOURNAL, mounts.mounts)
    vacuum = VacuumJournal()
    is_worth_it = (
        mount is not None
        and mount.mounted_on == finding.object
        and usage.used_bytes > 2 * vacuum.keep_megabytes << 20
        and usage.used_bytes >= WORTH_VACUUMING * (mount.size_bytes or 0)
    )
    if not is_worth_it:
        words = "the journal is not what fills it; look for what does before anything is removed"
        return Advice(finding, f"{words}; {in_words(judgement)}" if judgement.named else words)
    taken = usage.used_bytes >> 20
    return Advice(finding, f"the journal takes {taken} MB of it, most of which can be given back", (vacuum,))


def _mount_of(path: str, mounts: Iterable[Mount]) -> Mount | None:
    above = [mount for mount in mounts if PurePosixPath(path).is_relative_to(mount.mounted_on)]
    return max(above, key=lambda mount: len(mount.mounted_on), default=None)
