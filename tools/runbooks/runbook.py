"""What a runbook may say: one known cause, how to tell it, what helps, and what must not be done."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from tools.actions.catalogue import actions
from tools.runbooks.pattern import Pattern

SafeClass = Literal["observe", "collect_more", "escalate", "propose", "auto_safe"]
"""What a careful administrator would do: leave it, look closer, call a person, propose a change, make it."""
DARING: dict[SafeClass, int] = {"observe": 0, "collect_more": 0, "escalate": 1, "propose": 2, "auto_safe": 3}
"""Neither of the first two changes anything or calls anybody."""

FOR_A_PERSON = frozenset(
    {
        "backup.unlock", "boot.make_room", "config.propose", "data.migrate", "disk.replace", "file.remove",
        "limit.raise", "nix.delete_generations", "nix.gc", "nix.repair", "package.configure", "package.upgrade",
        "permissions.repair", "process.kill", "reboot", "rollback", "secret.rekey", "timer.start", "unit.unmask",
    }
)  # fmt: skip
"""Kinds of action that people know. As long as one is not in the catalogue it is advice, and never a proposal."""


def _pattern(text: object) -> Pattern:
    if not isinstance(text, str):
        raise ValueError("must be a regular expression in quotes")
    return Pattern(text)


def _kind_of_action(kind: str) -> str:
    if kind not in actions() and kind not in FOR_A_PERSON:
        known = ", ".join(sorted({*actions(), *FOR_A_PERSON}))
        raise ValueError(f"there is no such kind of action; known are {known}")
    return kind


Words = Annotated[str, StringConstraints(min_length=8, max_length=400, pattern=r"^[^\n]*\S$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,60}$")]
KindOfFinding = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[a-z_]+)+$")]
Patterns = tuple[Annotated[Pattern, BeforeValidator(_pattern)], ...]
Url = Annotated[str, StringConstraints(pattern=r"^https://[^\s]{4,300}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Candidate(_Part):
    """An action that may help. `on` is `unit` for the unit in trouble, or words for a person."""

    kind: Annotated[str, AfterValidator(_kind_of_action)]
    on: str = Field("unit", min_length=2, max_length=160)

    @property
    def is_for_a_person(self) -> bool:
        return self.kind not in actions()


class Signals(_Part):
    """What speaks for a cause and against it. How it is weighed: `tools.runbooks.judging`."""

    telling: Patterns = ()
    """One such line alone is enough to name the cause."""
    supporting: Patterns = ()
    """Such a line fits the cause, and others as well."""
    against: Patterns = ()
    """Such a line makes it less likely."""
    required: Patterns = ()
    """Without one of these it is not this cause."""
    excluded_by: Patterns = ()
    """With one of these it is not this cause."""
    telling_findings: tuple[KindOfFinding, ...] = ()
    """Kinds of finding that are this cause: a fact, so that no line is needed beside it."""
    findings: tuple[KindOfFinding, ...] = ()
    """Kinds of finding (docs/vocabulary.md) that fit the cause."""


class Runbook(_Part):
    """One cause. Its name is its file's; `family` joins several files about one cause, and is the name otherwise."""

    name: Word
    family: Word
    cause: Words
    applies_to: tuple[Literal["any", "debian", "fedora", "nixos"], ...] = Field(min_length=1)
    is_general: bool = False
    """A cause that others may hide behind: whatever is more special and as likely comes first."""
    signals: Signals
    safe_class: SafeClass
    restart: Literal["yes", "no", "for_a_while", "harmful"]
    """Whether a restart of the unit (not of the machine) helps."""
    restart_why: Words
    actions: tuple[Candidate, ...] = ()
    look_at: tuple[Words, ...] = Field(min_length=1)
    must_not: tuple[Words, ...] = Field(min_length=1)
    verify: Words
    sources: tuple[Url, ...] = Field(min_length=1)
    examples: tuple[str, ...] = Field(min_length=1)
    """What it must be told by; an example of several lines is one piece of evidence."""
    advice: Annotated[str, StringConstraints(min_length=40)]

    @model_validator(mode="after")
    def _is_consistent(self) -> "Runbook":
        if not (self.signals.telling or self.signals.supporting):
            raise ValueError("signals: nothing speaks for it; give telling or supporting patterns")
        restarts = [one.kind for one in self.actions if one.kind in ("unit.restart", "unit.start")]
        if restarts and self.restart in ("no", "harmful"):
            raise ValueError(f"actions: {restarts[0]} though restart says {self.restart}")
        if self.actions and self.safe_class in ("observe", "collect_more"):
            raise ValueError(f"actions: safe_class {self.safe_class} changes nothing")
        return self
