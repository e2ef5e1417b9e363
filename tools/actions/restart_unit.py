"""Restart a unit that failed."""

from collections.abc import Mapping
from typing import ClassVar

from tools.actions import Action, Job, Risk, UnitName, Verdict
from tools.actions.unit_world import basis_of, verdict_on_running, why_not_failed
from tools.probes import Probe
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph


class RestartUnit(Action):
    """Only a unit that is down is restarted: this ends nothing that works. It has no undo."""

    kind: ClassVar[str] = "unit.restart"
    risk: ClassVar[Risk] = Risk.LOW
    needs: ClassVar[tuple[type[Probe], ...]] = (UnitGraph,)
    job: ClassVar[Job] = "restart"

    name: UnitName

    def target(self) -> str:
        return self.name

    def unit(self) -> str | None:
        return self.name

    def sentence(self) -> str:
        return f"restart {self.name}"

    def why_not(self, facts: Observation) -> str | None:
        return why_not_failed(facts, self.name)

    def basis(self, facts: Observation) -> Mapping[str, str]:
        return basis_of(facts, self.name)

    def argv(self) -> tuple[str, ...]:
        return ("systemctl", "restart", "--", self.name)

    def verify(self, before: Mapping[str, str], after: Observation) -> Verdict:
        return verdict_on_running(before, after, self.name)
