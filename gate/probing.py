"""The gate's own look at a host: it believes nothing that anybody else has seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gate.inventory import complete
from tools.actions import Action
from tools.clock import Clock, Deadline
from tools.errors import MachaError
from tools.hosts import Host, Unreachable
from tools.probes import Probe
from tools.probes.boots import Boots
from tools.probes.collection import collect, observe
from tools.probes.observation import Observation
from tools.probes.script import Inputs
from tools.probes.unit_graph import UnitGraph

PROBE_SECONDS = 15
"""For a fresh look at one host; facts older than 30 s would not do (facts-security, rule 5)."""


@dataclass(frozen=True, slots=True)
class Prober:
    """Asks hosts by name; raises nothing for a host in trouble."""

    host_of: Callable[[str], Host]
    clock: Clock

    def facts(self, host: str, action: Action) -> Observation | str:
        """The facts that an action is judged and proven by, as they are on the host now; or why there are none."""
        facts = self.look(host, (*action.needs, Boots))
        unit = action.unit()
        graph = facts if isinstance(facts, str) else facts.get(UnitGraph)
        if unit is None or isinstance(facts, str) or not isinstance(graph, UnitGraph):
            return facts
        whole = complete(graph, unit, self.host_of(host), Deadline(PROBE_SECONDS, self.clock))
        return whole if isinstance(whole, str) else replace(facts, facts={**facts.facts, UnitGraph.name: whole})

    def look(self, host: str, kinds: tuple[type[Probe], ...]) -> Observation | str:
        """These facts as they are now, or why there are none."""
        try:
            machine = self.host_of(host)
        except MachaError as error:
            return str(error)
        deadline = Deadline(PROBE_SECONDS, self.clock)
        recording = collect(machine, kinds, Inputs(), deadline=deadline, clock=self.clock)
        if isinstance(recording, Unreachable):
            return f"{host} could not be looked at: {recording.why}"
        return observe(recording, kinds)

    def boot_id(self, host: str) -> str:
        """Which boot the host is in, or "" where that cannot be told."""
        facts = self.look(host, (Boots,))
        boots = facts if isinstance(facts, str) else facts.get(Boots)
        return boots.boot_id if isinstance(boots, Boots) else ""
