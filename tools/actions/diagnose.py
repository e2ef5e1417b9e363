"""Look closely at a unit: read-only, for a person to read."""

from collections.abc import Mapping
from typing import ClassVar

from tools.actions import Action, Job, Risk, UnitName, Verdict
from tools.actions.unit_world import unit_in
from tools.probes import Probe
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph


class Diagnose(Action):
    """Changes nothing: the output is kept with the row and shown by `macha-approve show N`."""

    kind: ClassVar[str] = "diagnose"
    risk: ClassVar[Risk] = Risk.SAFE
    needs: ClassVar[tuple[type[Probe], ...]] = (UnitGraph,)
    job: ClassVar[Job] = "read"
    changes: ClassVar[bool] = False
    timeout_seconds: ClassVar[int] = 20
    settle_seconds: ClassVar[float] = 0.0

    name: UnitName

    def target(self) -> str:
        return self.name

    def unit(self) -> str | None:
        return self.name

    def sentence(self) -> str:
        return f"read the status and the last 100 log lines of {self.name}"

    def why_not(self, facts: Observation) -> str | None:
        node = unit_in(facts, self.name)
        return node if isinstance(node, str) else None

    def basis(self, facts: Observation) -> Mapping[str, str]:
        """That the unit is there: reading it is right in whatever state it is."""
        return {"unit": self.why_not(facts) or "there"}

    def argv(self) -> tuple[str, ...]:
        return ("systemctl", "status", "--no-pager", "--full", "--lines=100", "--output=short-iso", "--", self.name)

    def verify(self, before: Mapping[str, str], after: Observation) -> Verdict:
        return Verdict("verified", "it was read; nothing was to be changed")
