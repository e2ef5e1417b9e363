"""A local language model, asked rarely and believed in nothing: who may ask, how it is asked, what an answer is.

Everything here is light. What speaks HTTP or imports LangChain is imported by `asking` when a question is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from tools.clock import Deadline

if TYPE_CHECKING:
    from tools.model.answer_schema import AnswerSchema

FILE = "model.db"
"""In the state folder: who waits for the model, what it has cost, what it was found fit for."""

Schema_co = TypeVar("Schema_co", bound="AnswerSchema", covariant=True)
Schema = TypeVar("Schema", bound="AnswerSchema")
CountTokens = Callable[[str], int]
"""An upper estimate of what a text costs."""


class Priority(IntEnum):
    """Who is served first; waiting makes anybody more urgent (tools/model/tickets.py)."""

    BATCH = 0
    CYCLE = 1
    RESUME = 2
    INTERACTIVE = 3


class Purpose(StrEnum):
    """What an answer is for. What a model was not found fit for, it is not asked for."""

    SUMMARY = "summary"
    PLAN = "plan"
    QUESTION = "question"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question in the order in which a server can reuse what it read before: what changes least comes first.

    `instructions` are Macha's own fixed words; `context` is what stays the same between questions (the host, its
    runbooks); `question` is what is new, evidence above all. Text from outside belongs into the last two.
    """

    instructions: str
    context: str
    question: str


@dataclass(frozen=True, slots=True)
class Tool:
    """Something the model may have looked up. `run` takes the arguments as the model gave them, unchecked: it checks
    them, changes nothing, and returns a bounded text; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    run: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What questions have cost: calls of the server, tokens read and written, seconds in which it worked."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            round(self.seconds + other.seconds, 3),
        )

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class Answer(Generic[Schema_co]):
    """A whole answer in the shape that was asked for; every text in it is harmless, none of it is true for that."""

    value: Schema_co
    cost: Cost


Kind = Literal[
    "off", "unfit", "spent", "too_long", "unusable", "busy", "late", "unreachable", "refused", "declined", "cut", "junk"
]
"""Why there is no answer: no model is configured; it was not found fit; the budget is spent; the prompt does not fit;
Macha's own `model.db` cannot be used; no slot became free; the deadline came; nobody answers there; the server said no;
it said no to this very question; prompt or answer were not whole; what came was no answer."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer, and why, in words for the report; the rules go on without one."""

    kind: Kind
    why: str
    cost: Cost = field(default=Cost())


class Model(Protocol):
    """Whoever can be asked."""

    def ask(
        self,
        purpose: Purpose,
        prompt: Prompt,
        schema: type[Schema],
        priority: Priority,
        deadline: Deadline,
        tools: Sequence[Tool] = (),
    ) -> Answer[Schema] | Unanswered:
        """Ask; never raises for what a server or a model does.

        What is left of `deadline` is the time for the answer from when its slot is got: it ends then, and two seconds
        later at most. It waits for a slot no longer than that either; a cycle, which may well wait for itself, until
        `cycleSeconds` after its first question.
        """
        ...
