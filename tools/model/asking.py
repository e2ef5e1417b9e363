"""One question from beginning to end: may it be asked, when, of whom, and is what came back an answer.

Nothing here raises for what a server or a model does; every question ends within its deadline and two seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from tools.clock import Clock, Deadline
from tools.errors import MachaError
from tools.hosts.bounded import within
from tools.model import Answer, Cost, CountTokens, Priority, Prompt, Purpose, Schema, Tool, Unanswered
from tools.model.conversation import Conversation
from tools.model.fitness import Verdicts, why_not_plan
from tools.model.prompt import rough_tokens
from tools.model.server import Asked, Described, Reply, Server
from tools.model.settings import ModelName, ModelServerSettings, ModelSettings
from tools.model.tables import open_model_database
from tools.model.tickets import Tickets
from tools.model.usage import ANSWERED, UNFINISHED, Usage

DESCRIBE_SECONDS = 10.0
Connect = Callable[[ModelName, str], Server]


def connect(name: ModelName, url: str) -> Server:
    """Whoever speaks the protocol; imports a second and a half of LangChain, so only when there is a question."""
    if name.kind == "ollama":
        from tools.model.ollama import Ollama

        return Ollama(url, name.name)
    from tools.model.openai_compatible import OpenAICompatible

    return OpenAICompatible(url, name.name)


@dataclass
class Asker:
    """The model of a configuration, asked on behalf of one run (a cycle, or the command of a person).

    Makes no file, connection or heavy import before the first question.
    """

    name: ModelName
    servers: Mapping[str, ModelServerSettings]
    limits: ModelSettings
    keep_alive: int
    folder: Path
    clock: Clock
    run: str
    count_tokens: CountTokens = rough_tokens
    connect: Connect = connect

    def ask(
        self,
        purpose: Purpose,
        prompt: Prompt,
        schema: type[Schema],
        priority: Priority,
        deadline: Deadline,
        tools: Sequence[Tool] = (),
    ) -> Answer[Schema] | Unanswered:
        """As `Model.ask`. A slot is held for each call, not for the whole question."""
        talk = Conversation(prompt, schema, tools, self.limits.context_tokens, self.count_tokens)
        try:
            return self._ask(purpose, talk, priority, deadline)
        except MachaError as error:  # of model.db: a full disk, a damaged file
            return Unanswered("busy", f"the queue of the model cannot be used: {error}")

    def _ask(
        self, purpose: Purpose, talk: Conversation[Schema], priority: Priority, deadline: Deadline
    ) -> Answer[Schema] | Unanswered:
        servers = self._fit(purpose, deadline)
        if isinstance(servers, Unanswered):
            return servers
        spent = Cost()
        while not (why := talk.why_too_long(self.limits.context_tokens - self.limits.answer_tokens)):
            called = self._call(purpose, talk, priority, deadline, servers)
            spent += called.cost
            found = called.reply if isinstance(called.reply, Unanswered) else talk.take(called.reply)
            if called.number:
                self.usage.settle(called.number, _outcome(found))
            if isinstance(found, Unanswered):
                return replace(found, cost=spent)
            if found is not None:
                return Answer(found, spent)
        return Unanswered("too_long", why, spent)

    def _fit(self, purpose: Purpose, deadline: Deadline) -> list[str] | Unanswered:
        """The servers whose model may be asked this."""
        if purpose is not Purpose.PLAN:
            return list(self.servers)
        fit: list[str] = []
        problem = Unanswered("unfit", "no server is configured")
        for server in self.servers:
            found = self.describe(server, deadline)
            if isinstance(found, Unanswered):
                problem = found
            elif why := why_not_plan(self.verdicts, str(self.name), found.digest, self.limits.context_tokens):
                problem = Unanswered("unfit", why)
            else:
                fit.append(server)
        return fit or problem

    def _call(
        self,
        purpose: Purpose,
        talk: Conversation[Schema],
        priority: Priority,
        deadline: Deadline,
        servers: Sequence[str],
    ) -> "_Called":
        """One call of one server, in its slot; who cannot be reached is passed over for the next."""
        asked = Asked(
            messages=tuple(talk.messages),
            format=talk.format,
            tools=talk.tools,
            context_tokens=self.limits.context_tokens,
            answer_tokens=self.limits.answer_tokens,
            temperature=self.limits.temperature,
            keep_alive=self.keep_alive,
        )
        left = list(servers)
        for server in left:
            self._server(server)  # before there is a slot: the first time it imports for two seconds
        while True:
            with self.tickets.slot(priority, purpose, self.run, deadline, left) as ticket:
                if ticket is None:
                    why = f"no slot of the model became free {within(deadline)}; `macha model queue` shows who waits"
                    return _Called(Unanswered("busy", why))
                # In the slot: who has waited would not know what those before have spent.
                if spent := self._why_spent(purpose, talk, priority):
                    return _Called(Unanswered("spent", f"{spent}; the rules go on alone"))
                began = self.clock.monotonic()
                reply = self._server(ticket.server).chat(asked, deadline)
                cost = self._cost(talk, reply, self.clock.monotonic() - began)
                number = self.usage.add(self.run, purpose, str(self.name), ticket.server, cost, _outcome(reply))
            left.remove(ticket.server)
            if not left or not isinstance(reply, Unanswered) or reply.kind != "unreachable":
                return _Called(reply, cost, number)

    def _why_spent(self, purpose: Purpose, talk: Conversation[Schema], priority: Priority) -> str | None:
        if purpose is Purpose.CHECK:
            return None
        return self.usage.why_spent(self.run, priority, talk.tokens() + self.limits.answer_tokens)

    def _cost(self, talk: Conversation[Schema], reply: Reply | Unanswered, seconds: float) -> Cost:
        if isinstance(reply, Unanswered):
            return Cost(1, 0, 0, round(seconds, 3))
        # Who does not tell is charged for as much as it can have been.
        tokens_in = reply.tokens_in or talk.tokens()
        return Cost(1, tokens_in, reply.tokens_out or self.count_tokens(reply.text), round(seconds, 3))

    def describe(self, server: str, deadline: Deadline) -> Described | Unanswered:
        """What a server says of the model; asked once a run."""
        if server not in self._described:
            self._described[server] = self._server(server).describe(deadline.within(DESCRIBE_SECONDS))
        return self._described[server]

    def _server(self, server: str) -> Server:
        if server not in self._connected:
            self._connected[server] = self.connect(self.name, self.servers[server].url)
        return self._connected[server]

    @cached_property
    def usage(self) -> Usage:
        return Usage(self._engine, self.limits, self.clock)

    @cached_property
    def verdicts(self) -> Verdicts:
        return Verdicts(self._engine, self.clock)

    @cached_property
    def tickets(self) -> Tickets:
        slots = {name: server.slots for name, server in self.servers.items()}
        return Tickets(self._engine, slots, self.clock)

    @cached_property
    def _engine(self) -> sa.Engine:
        return open_model_database(self.folder)

    @cached_property
    def _described(self) -> dict[str, Described | Unanswered]:
        return {}

    @cached_property
    def _connected(self) -> dict[str, Server]:
        return {}


@dataclass(frozen=True, slots=True)
class _Called:
    """What came back; `number` is its row in the usage, 0 where nobody was asked."""

    reply: Reply | Unanswered
    cost: Cost = field(default=Cost())
    number: int = 0


def _outcome(found: object) -> str:
    return found.kind if isinstance(found, Unanswered) else UNFINISHED if found is None else ANSWERED
