"""What a careful administrator makes of a finding, by rule: the likely cause, and what could help, if anything."""

import re
from collections.abc import Callable, Collection, Iterator

from tools.actions.diagnose import Diagnose
from tools.actions.reset_failed_unit import ResetFailedUnit
from tools.actions.restart_unit import RestartUnit
from tools.actions.start_unit import StartUnit
from tools.detectors import Finding, Severity
from tools.probes import Probe, Skipped
from tools.probes.journal_usage import JournalUsage
from tools.probes.mounts import Mounts
from tools.probes.observation import Observation
from tools.probes.system import System
from tools.probes.unit_details import UnitDetail, UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.runbooks.advice import Advice
from tools.runbooks.evidence import case_of, log_of
from tools.runbooks.full_disk import on_full_disk
from tools.runbooks.judging import Judgement
from tools.runbooks.library import built_in
from tools.runbooks.runbook import Runbook
from tools.runbooks.wording import in_words

NEEDED: tuple[type[Probe], ...] = (System, UnitDetails, UnitLogs, JournalUsage, Mounts)

LASTING = re.compile(
    r"permission denied|operation not permitted|address already in use|no such file|not found|syntax error|invalid"
    r"|unknown (?:option|directive|key)|bad (?:option|configuration)|no space left|read-only file system|misconf"
    r"|cannot allocate|out of memory|too many open files|certificate|\[emerg\]",
    re.IGNORECASE,
)
"""Words of a cause that is still there when the unit is started again: a restart would only fail once more."""
PASSING = re.compile(
    r"connection (?:refused|reset|timed out)|cannot (?:reach|connect)|could not connect|temporar|timed? ?out"
    r"|unreachable",
    re.IGNORECASE,
)
"""Words of a cause outside the unit that may be over by now."""
TOO_QUICKLY = re.compile(r"start request repeated too quickly", re.IGNORECASE)
WhyProtected = Callable[[str], str | None]


def advise(
    findings: list[Finding],
    facts: Observation,
    why_protected: WhyProtected,
    runbooks: Collection[Runbook] | None = None,
) -> Iterator[Advice]:
    """One piece of advice for every open finding of one host. Nothing is proposed for what a rule does not know.

    Text of a log can name a cause and so hold an action back; it never makes one possible that the facts do not allow.
    """
    known = built_in().values() if runbooks is None else runbooks
    for finding in findings:
        judgement = case_of(finding, findings, facts).judged(known)
        if finding.kind == "unit.failed":
            yield _failed_unit(finding, findings, facts, why_protected, judgement)
        elif finding.kind == "disk.space":
            yield on_full_disk(finding, facts, judgement)
        else:
            yield Advice(finding, _for_a_person(judgement))


def _for_a_person(judgement: Judgement) -> str:
    plain = "reported for a person to look at: no action of Macha's helps against it"
    return f"{plain}; {in_words(judgement)}" if judgement.named else plain


def _failed_unit(
    finding: Finding, findings: list[Finding], facts: Observation, why_protected: WhyProtected, judgement: Judgement
) -> Advice:
    unit = finding.object
    if pattern := why_protected(unit):
        words = f"{unit} is protected ({pattern}): Macha reports it and never touches it; a person has to"
        return Advice(finding, f"{words}; {in_words(judgement)}" if judgement.named else words)
    if wrong := _wrong_configuration(unit, findings):
        return Advice(finding, f"a restart will not help before {wrong.object} is repaired: {wrong.summary}")
    if full := next((f for f in findings if f.kind == "disk.space" and f.severity.rank >= Severity.HIGH.rank), None):
        return Advice(finding, f"a restart will not help before {full.object} has space again")
    details = facts.get(UnitDetails)
    detail = None if isinstance(details, Skipped) else details.find(unit)
    if detail is None:
        return Advice(finding, "how it ended could not be read, so nothing is proposed")
    return _by_result(finding, detail, findings, log_of(facts, unit), judgement)


def _by_result(
    finding: Finding, detail: UnitDetail, findings: list[Finding], log: list[str], judgement: Judgement
) -> Advice:
    unit, result, named = finding.object, detail.result, judgement.named
    if named and named.runbook.restart == "harmful":
        return Advice(finding, in_words(judgement))
    if limit := _may_have_hit(detail):
        words = (
            f"it was killed, and its memory is limited to {limit >> 20} MB: started again it may need as much; a closer"
            " look comes before any change"
        )
        return Advice(finding, words, (Diagnose(name=unit),))
    if result in ("signal", "core-dump", "watchdog"):
        how = {"watchdog": "it no longer answered its watchdog"}.get(result, f"it was ended by {_signal(detail)}")
        return Advice(finding, f"{how}, not by an error it reported: a restart can help", (RestartUnit(name=unit),))
    if result == "oom-kill":
        return Advice(finding, "it ran out of memory: started again it will need as much; look at its limit first")
    if judgement.why_no_restart:
        return Advice(finding, in_words(judgement))
    if lasting := next((line for line in reversed(log) if LASTING.search(line)), None):
        words = f"a restart will not help before this is repaired: {lasting}"
        return Advice(finding, words)
    may_pass = any(PASSING.search(line) for line in log) or bool(named and named.runbook.restart == "yes")
    if not may_pass:
        words = in_words(judgement) or "why it failed is not clear from its log"
        return Advice(finding, f"{words}; a closer look comes before any change", (Diagnose(name=unit),))
    if down := _first_failed_before(detail, findings):
        return Advice(finding, f"{down} failed as well and comes before it: a restart can help only after that one")
    return _cause_is_over(finding, log)


def _cause_is_over(finding: Finding, log: list[str]) -> Advice:
    unit = finding.object
    if any(TOO_QUICKLY.search(line) for line in log):
        words = (
            "it gave up because something it needs did not answer; that may be over, but its start limit still holds"
        )
        return Advice(finding, words, (ResetFailedUnit(name=unit), StartUnit(name=unit)))
    words = "something it needs did not answer when it started; that may be over: a restart can help"
    return Advice(finding, words, (RestartUnit(name=unit),))


def _wrong_configuration(unit: str, findings: list[Finding]) -> Finding | None:
    return next((f for f in findings if f.kind == "config.invalid" and f.details.get("unit") == unit), None)


def _first_failed_before(detail: UnitDetail, findings: list[Finding]) -> str | None:
    before = {*detail.after, *detail.requires}
    return next((f.object for f in findings if f.kind in ("unit.failed", "mount.failed") and f.object in before), None)


def _may_have_hit(detail: UnitDetail) -> int | None:
    """The memory limit of a unit that got SIGKILL: with cgroups v1 systemd calls an OOM kill just `signal`."""
    return detail.memory_max_bytes if (detail.result, detail.exec_main_status) == ("signal", 9) else None


def _signal(detail: UnitDetail) -> str:
    names = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM"}
    return names.get(detail.exec_main_status or 0, f"signal {detail.exec_main_status}")
