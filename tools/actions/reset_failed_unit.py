"""Clear a unit's failure, and with it the start limit that keeps it from being started."""

from collections.abc import Mapping
from typing import ClassVar

from tools.actions import Action, Risk, UnitName, Verdict
from tools.actions.unit_world import basis_of, unit_in, why_not_failed
from tools.probes import Probe, Skipped
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph


class ResetFailedUnit(Action):
    """Starts and stops nothing: it only makes systemd forget that the unit failed."""

    kind: ClassVar[str] = "unit.reset_failed"
    risk: ClassVar[Risk] = Risk.LOW
    needs: ClassVar[tuple[type[Probe], ...]] = (UnitGraph,)
    settle_seconds: ClassVar[float] = 0.0

    name: UnitName

    def target(self) -> str:
        return self.name

    def unit(self) -> str | None:
        return self.name

    def sentence(self) -> str:
        return f"clear the failure of {self.name}, so that it may be started again"

    def why_not(self, facts: Observation) -> str | None:
        return why_not_failed(facts, self.name)

    def basis(self, facts: Observation) -> Mapping[str, str]:
        return basis_of(facts, self.name)

    def argv(self) -> tuple[str, ...]:
        return ("systemctl", "reset-failed", "--", self.name)

    def verify(self, before: Mapping[str, str], after: Observation) -> Verdict:
        graph = after.get(UnitGraph)
        if isinstance(graph, Skipped):
            return Verdict("unproven", f"the units of this host could not be read: {graph.why}")
        node = unit_in(after, self.name)
        if isinstance(node, str):
            # systemd unloads a unit that nobody refers to once it is no longer failed
            return Verdict("verified", f"{self.name} is no longer failed")
        if node.active_state == "failed":
            return Verdict("not_helped", f"{self.name} is still failed ({node.result})")
        return Verdict("verified", f"{self.name} is {node.active_state} ({node.sub_state})")
