"""Turn facts into findings, remember them, and take back proposals whose finding is gone."""

from datetime import timedelta
from typing import cast

from gate.interface import WAITING
from nodes.collect import kinds
from nodes.context import Context
from nodes.state import Collected, Look, ReadTask, Triaged
from tools.detectors import Finding, Memory
from tools.detectors.catalogue import blind, judge
from tools.detectors.unreachable import finding as unreachable_finding
from tools.history.changes import COMPARED, changes, told
from tools.history.figures import figures
from tools.hosts import Trouble, Unreachable
from tools.probes import Skipped
from tools.probes.boots import Boots
from tools.probes.collection import observe
from tools.probes.journal_errors import JournalErrors
from tools.probes.observation import Observation
from tools.probes.recording import Recording
from tools.store.finding_life import State

KEPT_RESOLVED = timedelta(days=60)


def triage(state: Collected, context: Context) -> Triaged:
    new: list[str] = []
    to_read: list[ReadTask] = []
    for look in state["looks"]:
        news, has_errors = _seen(look, context) if look["snapshot"] else (_not_seen(look, context), False)
        new += news
        if has_errors or (news and look["snapshot"]):
            to_read.append(ReadTask(host=look["host"], snapshot=look["snapshot"], has_news=bool(news)))
    hosts = [look["host"] for look in state["looks"]]
    open_now = [finding.fingerprint for finding in context.store.open_findings(hosts)]
    _withdraw_healed(open_now, hosts, context)
    context.store.forget_findings(context.clock.now() - KEPT_RESOLVED)
    return {"findings": open_now, "new": new, "to_read": to_read}


def _not_seen(look: Look, context: Context) -> list[str]:
    """Nothing was observed, so what was known stays as it was: unknown is not healed."""
    context.store.host_unreachable(look["host"])
    lost = unreachable_finding(look["host"], Unreachable(cast("Trouble", look["trouble"]), look["why"]))
    return context.store.record_findings(context.run, look["host"], [lost], lambda _: False)


def _seen(look: Look, context: Context) -> tuple[list[str], bool]:
    """The fingerprints of what is new on a host, and whether its log has errors that were not read yet."""
    store, host = context.store, look["host"]
    recording = context.snapshots.load(look["snapshot"])
    observation = observe(recording, kinds())
    before = store.add_sample(
        host, recording.taken_at, context.run, look["snapshot"], figures(observation),
        context.settings.retention.snapshot_days,
    )  # fmt: skip
    memory = Memory(store.known_host(host).boot_id, store.present_findings(host), store.history(host))
    found = judge(observation, context.settings.thresholds, memory)
    sight = _Sight(recording, observation, found)
    new = store.record_findings(
        context.run, host, found, sight.covers, lambda: _changed_since(before, observation, context)
    )
    _remember(observation, context)
    errors = observation.get(JournalErrors)
    return new, isinstance(errors, JournalErrors) and bool(errors.lines)


class _Sight:
    """What a look could have seen: a finding that it did not see is over only if that is in here."""

    def __init__(self, recording: Recording, observation: Observation, found: list[Finding]) -> None:
        cut = {name for name, section in recording.sections.items() if section.is_truncated}
        self._unread = cut | {name for name, fact in observation.facts.items() if isinstance(fact, Skipped)}
        broken = {finding.object for finding in found if finding.kind == "macha.detector"}
        self._blind = blind(observation, self._unread) | broken

    def covers(self, finding: Finding) -> bool:
        """Whether every detector behind it judged, and the fact that it mainly rests on was read whole."""
        return self._blind.isdisjoint(finding.detectors) and finding.evidence[0].source not in self._unread


def _changed_since(snapshot: str, observation: Observation, context: Context) -> list[str] | None:
    if not snapshot or not context.snapshots.file(snapshot).exists():
        return None
    return told(changes(observe(context.snapshots.load(snapshot), COMPARED), observation))


def _remember(observation: Observation, context: Context) -> None:
    boots, errors = observation.get(Boots), observation.get(JournalErrors)
    context.store.host_seen(
        observation.host,
        boots.boot_id if isinstance(boots, Boots) else "",
        errors.cursor if isinstance(errors, JournalErrors) else "",
    )


def _withdraw_healed(open_now: list[str], hosts: list[str], context: Context) -> None:
    for row in context.gate.list(WAITING):
        if row.host in hosts and row.findings and not set(row.findings) & set(open_now):
            states = {context.store.finding_state(fingerprint) for fingerprint in row.findings}
            is_silenced = states & {State.SNOOZED, State.SUPPRESSED}
            why = "what it was proposed for was silenced" if is_silenced else "what it was proposed for is over"
            context.gate.withdraw(row.number, why)
