"""Look at one host: every fact that a detector or the report needs, in one round trip."""

from typing import TYPE_CHECKING

from nodes.state import Collected, HostTask, Look
from tools.clock import Deadline
from tools.configuration import Settings
from tools.detectors.catalogue import needed
from tools.errors import MachaError
from tools.history.changes import COMPARED
from tools.hosts import Unreachable
from tools.probes import Probe, Skipped
from tools.probes.collection import collect as collect_facts
from tools.probes.collection import observe
from tools.probes.facts_for_people import SHOWN, facts_for_people
from tools.probes.observation import Observation
from tools.probes.script import Inputs
from tools.runbooks.rules import NEEDED

if TYPE_CHECKING:
    from nodes.context import Context  # brings the store, which takes 180 ms to import


def kinds() -> tuple[type[Probe], ...]:
    """What is read of every host in every cycle."""
    return tuple(dict.fromkeys((*needed(), *NEEDED, *SHOWN, *COMPARED)))


def collect(task: HostTask, context: "Context") -> Collected:
    name = task["host"]
    known = context.store.known_host(name)
    inputs = _inputs(known.journal_cursor, context.settings)
    deadline = Deadline(context.settings.host_deadline, context.clock)
    recording = collect_facts(context.fleet.host(name), kinds(), inputs, deadline=deadline, clock=context.clock)
    if isinstance(recording, Unreachable):
        return {"looks": [_no_look(name, recording.trouble, recording.why)]}
    observation = observe(recording, kinds())
    look = Look(
        host=name,
        snapshot=context.snapshots.save(recording),
        facts=facts_for_people(observation),
        unread=unread(observation),
        trouble="",
        why="",
    )
    return {"looks": [look]}


def _inputs(cursor: str, settings: Settings) -> Inputs:
    """What the commands are told: where the journal goes on, and what the configuration asks to be looked at."""
    return Inputs(
        cursor,
        settings.network.resolve_name,
        certificate_files=settings.thresholds.certificate_expiry.files,
        backup_paths=settings.thresholds.backup_old.paths(),
        application_urls=settings.thresholds.app_unhealthy.urls,
    )


def unread(observation: Observation) -> dict[str, str]:
    """The facts that are missing, by probe, and why."""
    return {name: fact.why for name, fact in observation.facts.items() if isinstance(fact, Skipped)}


def failed(task: HostTask, error: BaseException) -> Collected:
    """What is recorded of a host whose branch broke: a fact, so that the others go on."""
    why = str(error) if isinstance(error, MachaError) else f"{type(error).__name__}: {error}"
    return {"looks": [_no_look(task["host"], "local", why)]}


def _no_look(host: str, trouble: str, why: str) -> Look:
    return Look(host=host, snapshot="", facts={}, unread={}, trouble=trouble, why=why)
