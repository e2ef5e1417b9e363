"""The one interface of the gate, in plain values, so that it can stand in this process or behind a socket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tools.safe_text import safe_line

State = Literal[
    "refused", "proposed", "approved", "rejected", "expired", "stale", "withdrawn",
    "claimed", "armed", "done", "failed", "unknown", "denied_by_host",
    "verified", "not_helped", "rolled_back", "rollback_failed", "inconclusive",
]  # fmt: skip

Author = Literal["rules", "model", "person"]
"""Who asks for an action, and so how much its words weigh."""

WAITING: frozenset[State] = frozenset({"proposed"})
"""A person has to answer."""
OPEN: frozenset[State] = frozenset({"proposed", "approved", "claimed", "armed", "done"})
"""Something still has to happen to the row; the same action is not proposed a second time meanwhile."""
IN_FLIGHT: frozenset[State] = frozenset({"claimed", "armed"})
"""The effect may be under way. Found without a living claimant, such a row is probed, never run again."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who decided: a user id that the kernel attests, and its name."""

    uid: int
    name: str

    def __str__(self) -> str:
        return f"{safe_line(self.name, 80)} (uid {self.uid})"


POLICY = Person(-1, "policy")
"""Stands in for a person where the autonomy level allows an action without asking."""


@dataclass(frozen=True, slots=True)
class Request:
    """An action that somebody wants done. Everything in it is unchecked; `why` is quoted to people, never parsed."""

    host: str
    kind: str
    parameters: Mapping[str, str | int]
    why: str
    findings: tuple[str, ...] = ()
    run: str = ""
    author: Author = "rules"
    """Who asks; it only decides how `why` is marked where it is shown."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What policy says of an action in the world that the gate has just probed."""

    answer: Literal["run", "ask", "refuse"]
    risk: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that changed nothing, and why, in one line."""

    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger. Times are UTC ISO 8601 or empty; `basis` is the world an approval rests on."""

    number: int
    id: str
    host: str
    kind: str
    target: str
    parameters: Mapping[str, str | int]
    sentence: str
    risk: str
    state: State
    digest: str
    why: str
    author: str
    reason: str
    findings: tuple[str, ...]
    run: str
    basis: Mapping[str, str]
    policy_version: str
    catalogue_version: str
    proposed_at: str
    expires_at: str
    is_prompt: bool = False
    """Whether it called a person; beyond the day's budget of such calls it only waits for the digest."""
    decided_by: str = ""
    decided_at: str = ""
    claimed_at: str = ""
    boot_id: str = ""
    finished_at: str = ""
    exit_status: int | None = None
    output: str = ""
    verdict: str = ""
    undo_of: int | None = None
    seen_count: int = 1


@dataclass(frozen=True, slots=True)
class Breaker:
    """A circuit breaker, open until a person closes it. An empty host, kind or target stands for all of them."""

    id: int
    scope: str
    host: str
    kind: str
    target: str
    reason: str
    opened_at: str
    closed_at: str
    closed_by: str
    close_reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the gate knows about a row: the row, and what happened to it, in order."""

    entry: Entry
    events: tuple[Mapping[str, Any], ...]


class Gate(Protocol):
    """The only door to a change. A number that is not there raises MachaError; an answer that cannot be given any
    more (decided already, expired, moved on) is `Refused` and names who decided and when."""

    def propose(self, request: Request) -> Entry:
        """Judge a request in the world as it is now and record it, whatever the answer.

        The state of the row says the answer: `refused`, `proposed` (a person is asked) or `approved` (by policy). An
        open row for the same action on the same host is returned as it is.
        """
        ...

    def judge(self, request: Request) -> Judgement:
        """What policy says of a request now, after a fresh probe. Records nothing."""
        ...

    def approve(
        self, number: int, who: Person, reason: str = "", parameters: Mapping[str, str | int] | None = None
    ) -> Entry | Refused:
        """Allow exactly this row, once, until it expires.

        With other `parameters` the row is withdrawn and a new one with them is judged and, if policy does not refuse
        it, approved: what is returned has another number then.
        """
        ...

    def reject(self, number: int, who: Person, reason: str = "") -> Entry | Refused:
        """Say no for good."""
        ...

    def withdraw(self, number: int, reason: str) -> Entry | Refused:
        """Take back a proposal that is no longer needed."""
        ...

    def execute(self, number: int) -> Entry | Refused:
        """Carry out an approved row, at most once: probe, claim, effect, outcome. Returns the row as it ended."""
        ...

    def verify(self, number: int) -> Entry | Refused:
        """Prove by fresh facts whether a row that is done has helped."""
        ...

    def undo(self, number: int, who: Person) -> Entry | Refused:
        """Propose what brings back the world before a row, where there is such an action."""
        ...

    def settle(self) -> list[Entry]:
        """Find the outcome of rows whose claimant died, and expire what is overdue. Returns the rows that moved."""
        ...

    def breakers(self) -> Sequence[Breaker]:
        """All breakers there have been, by number; open ones have no `closed_at`."""
        ...

    def close_breaker(self, number: int, who: Person, reason: str = "") -> Refused | None:
        """Let go on what a breaker holds back. Only ever called for a person."""
        ...

    def anchor(self) -> tuple[int, str]:
        """Number and hash of the newest line of the audit, written to the system's journal as well, if it has one."""
        ...

    def list(self, states: frozenset[State] | None = None, run: str | None = None) -> list[Entry]:
        """Rows in these states (all when None), by number."""
        ...

    def explain(self, number: int) -> Explanation:
        """The whole story of a row."""
        ...
