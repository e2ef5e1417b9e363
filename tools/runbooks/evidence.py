"""What there is to judge a finding by: lines about it, what else was found with it, and the kind of system."""

from collections.abc import Iterable
from dataclasses import dataclass

from tools.detectors import Finding
from tools.probes import Skipped
from tools.probes.observation import Observation
from tools.probes.system import System
from tools.probes.unit_logs import UnitLogs
from tools.runbooks.judging import Judgement, judge
from tools.runbooks.runbook import Runbook

_SYSTEMS = {
    "debian": ("debian", "ubuntu", "mint", "raspbian"),
    "fedora": ("fedora", "red hat", "centos", "rocky", "alma"),
    "nixos": ("nixos",),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A finding with what speaks about it."""

    lines: tuple[str, ...]
    kinds: frozenset[str]
    system: str

    def judged(self, runbooks: Iterable[Runbook]) -> Judgement:
        return judge(self.lines, runbooks, self.kinds, self.system)


def case_of(finding: Finding, findings: list[Finding], facts: Observation) -> Case:
    """The evidence of a finding, of others about the same unit, and the last lines of the unit."""
    about = [finding, *(other for other in findings if other is not finding and _is_about(other, finding.object))]
    said = [text for one in about for text in (one.summary, *(line.text for line in one.evidence))]
    lines = tuple(dict.fromkeys((*said, *log_of(facts, finding.object))))
    return Case(lines, frozenset(one.kind for one in about), _system(facts))


def log_of(facts: Observation, unit: str) -> list[str]:
    """The last lines of a failed unit, oldest first."""
    logs = facts.get(UnitLogs)
    return [] if isinstance(logs, Skipped) else [line.message for line in logs.of(unit)]


def _is_about(other: Finding, thing: str) -> bool:
    return thing in (other.object, other.details.get("unit"))


def _system(facts: Observation) -> str:
    system = facts.get(System)
    name = "" if isinstance(system, Skipped) else system.os_name.casefold()
    return next((known for known, words in _SYSTEMS.items() if any(word in name for word in words)), "")
