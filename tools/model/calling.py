"""One call for a question: of which server, in whose slot, for how long, and what it has cost.

A server that fails is passed over for the next; only where all have failed there is no answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Generic

import sqlalchemy as sa

from tools.clock import Clock, Deadline
from tools.hosts.bounded import within
from tools.model import Cost, CountTokens, Priority, Purpose, Schema, Unanswered
from tools.model.conversation import Conversation
from tools.model.server import Asked, Reply, Server
from tools.model.settings import ModelServerSettings, ModelSettings
from tools.model.tables import hurried
from tools.model.tickets import Tickets
from tools.model.usage import ANSWERED, Usage

LASTING = frozenset({"late", "unreachable"})
"""Troubles that the next question of the same run would meet at this server as well."""
_CHARGED = frozenset({"late", "cut", "junk"})
"""Troubles after which the server has read the prompt, or may have."""


@dataclass
class Allowance:
    """The seconds for one answer. They pass only while a server is at work on it: while one waits for a slot, no server
    is late."""

    left: float
    clock: Clock

    @contextmanager
    def spending(self, shares: int) -> Iterator[Deadline]:
        """So many servers may still have to be asked; this one has an equal share of what is left."""
        began = self.clock.monotonic()
        try:
            yield Deadline(self.left / shares, self.clock)
        finally:
            self.left = max(0.0, self.left - (self.clock.monotonic() - began))


@dataclass(frozen=True, slots=True)
class Question(Generic[Schema]):
    """A question on its way to a server."""

    purpose: Purpose
    priority: Priority
    talk: Conversation[Schema]
    allowance: Allowance
    waiting: Deadline
    """Until when it waits for slots."""


@dataclass(frozen=True, slots=True)
class Called:
    """What came back, and what it has cost with those that were passed over; `number` is the row of the reply in the
    usage, 0 where there is none."""

    reply: Reply | Unanswered
    cost: Cost = field(default=Cost())
    number: int = 0


@dataclass
class Caller:
    """The servers of one run. One that was late or not there is not asked by it again, except for a person."""

    run: str
    model: str
    servers: Mapping[str, ModelServerSettings]
    limits: ModelSettings
    keep_alive: int
    clock: Clock
    count_tokens: CountTokens
    connected: Callable[[str], Server]
    engine: Callable[[], sa.Engine]
    lost: dict[str, Unanswered] = field(default_factory=dict)

    def call(self, question: Question[Schema], servers: Sequence[str]) -> Called:
        """Ask the first of these servers that can be asked. Raises MachaError when `model.db` cannot be used."""
        gone = self.lost if question.priority < Priority.INTERACTIVE else {}
        left = [name for name in servers if name not in gone]
        problems = [gone[name] for name in servers if name in gone]
        cost = Cost()
        while left and (question.allowance.left > 0 or not problems):
            with self._tickets(question).slot(
                question.priority, question.purpose, self.run, question.waiting, self._well(left)
            ) as ticket:
                if ticket is None:
                    return Called(_busy(question.waiting), cost)
                server = ticket.server
                left.remove(server)
                if server in gone:  # lost by another question while this one waited
                    problems.append(gone[server])
                    continue
                # In the slot: who has waited would not know what those before have spent.
                if spent := self.why_spent(question):
                    return Called(spent, cost)
                called = self._ask(question, server, 1 + len([name for name in left if name not in gone]))
            cost += called.cost
            if not isinstance(called.reply, Unanswered):
                return replace(called, cost=cost)
            problems.append(called.reply)
        # Not all are lost where one of them may answer the next question.
        return Called(next((one for one in problems if one.kind not in LASTING), problems[-1]), cost)

    def why_spent(self, question: Question[Schema]) -> Unanswered | None:
        """That the budget does not allow this call, or None."""
        if question.purpose is Purpose.CHECK:
            return None
        tokens = question.talk.tokens() + self.limits.answer_tokens
        why = self._usage(0).why_spent(self.run, question.priority, tokens)
        return Unanswered("spent", f"{why}; the rules go on alone") if why else None

    def settle(self, number: int, outcome: str, allowance: Allowance) -> None:
        """Say what became of a reply."""
        if number:
            self._usage(allowance.left).settle(number, outcome)

    def _ask(self, question: Question[Schema], server: str, shares: int) -> Called:
        talk, limits = question.talk, self.limits
        asked = Asked(
            messages=tuple(talk.messages),
            format=talk.format,
            tools=talk.tools,
            context_tokens=limits.context_tokens,
            answer_tokens=limits.answer_tokens,
            temperature=limits.temperature,
            keep_alive=self.keep_alive,
        )
        began = self.clock.monotonic()
        with question.allowance.spending(shares) as deadline:
            reply = self.connected(server).chat(asked, deadline)
        cost = self._cost(talk, reply, round(self.clock.monotonic() - began, 3))
        if isinstance(reply, Unanswered) and reply.kind in LASTING:
            self.lost[server] = reply
        else:
            self.lost.pop(server, None)
        outcome = reply.kind if isinstance(reply, Unanswered) else ANSWERED
        usage = self._usage(question.allowance.left)
        return Called(reply, cost, usage.add(self.run, question.purpose, self.model, server, cost, outcome))

    def _cost(self, talk: Conversation[Schema], reply: Reply | Unanswered, seconds: float) -> Cost:
        # Who does not tell is charged for as much as it can have been.
        if isinstance(reply, Unanswered):
            return Cost(1, talk.tokens() if reply.kind in _CHARGED else 0, 0, seconds)
        tokens_in = reply.tokens_in or talk.tokens()
        return Cost(1, tokens_in, reply.tokens_out or self.count_tokens(reply.text), seconds)

    def _well(self, servers: list[str]) -> list[str]:
        """Those that did well when they were last asked, else all."""
        ailing = self._usage(0).ailing(self.model) if len(servers) > 1 else set()
        return [name for name in servers if name not in ailing] or servers

    def _usage(self, seconds: float) -> Usage:
        return Usage(hurried(self.engine(), seconds), self.limits, self.clock)

    def _tickets(self, question: Question[Schema]) -> Tickets:
        slots = {name: server.slots for name, server in self.servers.items()}
        return Tickets(hurried(self.engine(), question.allowance.left), slots, self.clock)


def _busy(waiting: Deadline) -> Unanswered:
    return Unanswered(
        "busy", f"no slot of the model became free {within(waiting)}; `macha model queue` shows who waits"
    )
