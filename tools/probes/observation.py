"""The facts of one host at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from tools.probes import Probe, Skipped

P = TypeVar("P", bound=Probe)


@dataclass(frozen=True, slots=True)
class Observation:
    """What one collection read on a host. `taken_at` is the controller's clock, UTC."""

    host: str
    taken_at: datetime
    facts: Mapping[str, Probe | Skipped]

    def get(self, kind: type[P]) -> P | Skipped:
        """The fact of this kind, or why there is none."""
        return cast("P | Skipped", self.facts.get(kind.name, Skipped("not collected")))
