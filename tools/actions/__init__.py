"""What to do: one file per typed action: arguments, risk, argv, precondition, verification, undo.

An action is a value. Its fields are its arguments, its class says how risky it is and how it is proven; nothing here
runs anything. `gate` is the only room that carries one out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from tools.probes import Probe
from tools.probes.observation import Observation
from tools.probes.unit_names import is_unit_name


def _exact_unit_name(name: str) -> str:
    if name.startswith("-") or not is_unit_name(name):
        raise ValueError("not the full name of a systemd unit")
    return name


UnitName = Annotated[str, StringConstraints(strict=True), AfterValidator(_exact_unit_name)]
"""A systemd unit's full name. It can be no flag, glob or path: the first character is never `-`."""


class Risk(StrEnum):
    """How much an action can harm, in rising order. `safe` cannot change anything a service depends on."""

    SAFE = "safe"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(Risk).index(self)


Job = Literal["read", "none", "start", "stop", "restart", "reload"]
"""What systemd is asked to do to the unit of an action; it decides what else is dragged along. `read` changes nothing
at all; `none` makes no job, but changes what systemd thinks of the unit."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action helped, proven by facts probed afterwards; `unproven` is never success."""

    outcome: Literal["verified", "not_helped", "unproven"]
    why: str


class Action(BaseModel):
    """Base of every typed action: its fields are its arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: ClassVar[str]
    """The word of the vocabulary, as in `unit.restart`."""
    version: ClassVar[int] = 1
    """Raised whenever argv, precondition or verification change: part of the catalogue version."""
    risk: ClassVar[Risk]
    needs: ClassVar[tuple[type[Probe], ...]]
    """The facts that the gate probes itself before (and after) this action."""
    job: ClassVar[Job] = "none"
    changes: ClassVar[bool] = True
    """False for a read-only action: it runs as a plain command and its output is kept."""
    timeout_seconds: ClassVar[int] = 90
    """How long the effect may take on the host."""
    settle_seconds: ClassVar[float] = 5.0
    """How long the world is watched after the effect before `verify` has the last word."""

    def target(self) -> str:
        """What it is done to, as a person would name it: a unit, a path."""
        raise NotImplementedError

    def unit(self) -> str | None:
        """The systemd unit it touches, for the protected closure; None when it touches none."""
        return None

    def sentence(self) -> str:
        """What a person approves."""
        raise NotImplementedError

    def why_not(self, facts: Observation) -> str | None:
        """The reason this must not be done in the world of `facts`, or None. A missing fact is a reason."""
        raise NotImplementedError

    def basis(self, facts: Observation) -> Mapping[str, str]:
        """The facts an approval rests on: when one of them changes, the approval is stale."""
        raise NotImplementedError

    def argv(self) -> tuple[str, ...]:
        """The fixed command; names come after `--`."""
        raise NotImplementedError

    def verify(self, before: Mapping[str, str], after: Observation) -> Verdict:
        """Judge by the basis of before and the facts of after; the command's own success counts for nothing."""
        raise NotImplementedError

    def undo(self, before: Mapping[str, str]) -> "Action | None":
        """The action that brings the world of before back, or None where there is none."""
        return None
