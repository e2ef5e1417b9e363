"""Turn facts into findings, remember them, and take back proposals whose finding is gone."""

from typing import cast

from gate.interface import WAITING
from nodes.collect import kinds
from nodes.context import Context
from nodes.state import Collected, Look, Triaged
from tools.detectors import Finding, Memory
from tools.detectors.catalogue import judge
from tools.detectors.unreachable import finding as unreachable_finding
from tools.hosts import Trouble, Unreachable
from tools.probes.boots import Boots
from tools.probes.collection import observe
from tools.probes.journal_errors import JournalErrors
from tools.probes.observation import Observation


def triage(state: Collected, context: Context) -> Triaged:
    new: list[str] = []
    for look in state["looks"]:
        new += context.store.record_findings(context.run, look["host"], _judged(look, context))
    hosts = [look["host"] for look in state["looks"]]
    open_now = [finding.fingerprint for finding in context.store.open_findings(hosts)]
    _withdraw_healed(open_now, hosts, context)
    return {"findings": open_now, "new": new}


def _judged(look: Look, context: Context) -> list[Finding]:
    name = look["host"]
    if not look["snapshot"]:
        context.store.host_unreachable(name)
        lost = unreachable_finding(name, Unreachable(cast("Trouble", look["trouble"]), look["why"]))
        # nothing was observed, so what was known stays as it was: unknown is not healed
        return [lost, *(f for f in context.store.open_findings([name]) if f.fingerprint != lost.fingerprint)]
    observation = observe(context.snapshots.load(look["snapshot"]), kinds())
    memory = Memory(boot_id=context.store.known_host(name).boot_id)
    found = judge(observation, context.settings.thresholds, memory)
    _remember(observation, context)
    return found


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
            context.gate.withdraw(row.number, "what it was proposed for is over")
