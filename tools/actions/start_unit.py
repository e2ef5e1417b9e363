"""Start a unit that is down."""

from collections.abc import Mapping
from typing import ClassVar

from tools.actions import Action, Job, Risk, UnitName, Verdict
from tools.actions.unit_world import basis_of, unit_in, verdict_on_running
from tools.probes import Probe
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph


class StartUnit(Action):
    """For a unit that is inactive or failed. It has no undo: a started unit that does not help is left as it is."""

    kind: ClassVar[str] = "unit.start"
    risk: ClassVar[Risk] = Risk.LOW
    needs: ClassVar[tuple[type[Probe], ...]] = (UnitGraph,)
    job: ClassVar[Job] = "start"

    name: UnitName

    def target(self) -> str:
        return self.name

    def unit(self) -> str | None:
        return self.name

    def sentence(self) -> str:
        return f"start {self.name}"

    def why_not(self, facts: Observation) -> str | None:
        node = unit_in(facts, self.name)
        if isinstance(node, str):
            return node
        if node.load_state != "loaded":
            return f"{self.name} is {node.load_state}, so it cannot be started"
        if node.active_state not in ("inactive", "failed"):
            return f"{self.name} is {node.active_state} ({node.sub_state}) already"
        return None

    def basis(self, facts: Observation) -> Mapping[str, str]:
        """Failed or inactive is the same to a start: clearing the failure first must not make its approval stale."""
        known = dict(basis_of(facts, self.name))
        kept = ("load", "file", "needs_reload")
        return {key: known[key] for key in kept if key in known} | {
            "active": "down" if self.why_not(facts) is None else "up"
        }

    def argv(self) -> tuple[str, ...]:
        return ("systemctl", "start", "--", self.name)

    def verify(self, before: Mapping[str, str], after: Observation) -> Verdict:
        return verdict_on_running(before, after, self.name)
