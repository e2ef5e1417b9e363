"""One question from beginning to end: may it be asked, when, of whom, and is what came back an answer.

Nothing here raises for what a server or a model does; every answer ends within its deadline and two seconds.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from tools.clock import Clock, Deadline
from tools.errors import MachaError
from tools.model import FILE, Answer, Cost, CountTokens, Priority, Prompt, Purpose, Schema, Tool, Unanswered
from tools.model.calling import Allowance, Caller, Question
from tools.model.conversation import Conversation
from tools.model.fitness import Verdicts, why_not_plan, why_not_sum_up
from tools.model.prompt import rough_tokens
from tools.model.server import Described, Reply, Server
from tools.model.settings import ModelName, ModelServerSettings, ModelSettings
from tools.model.tables import MOST_BUSY_SECONDS, hurried, open_model_database
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
    _opening: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

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
        waiting = self._waiting if priority is Priority.CYCLE else Deadline(deadline.left(), self.clock)
        question = Question(purpose, priority, talk, Allowance(deadline.left(), self.clock), waiting)
        try:
            with question.allowance.spending(1) as opening:
                self._open(opening.seconds)
            return self._ask(question)
        except MachaError as error:  # of model.db: a full disk, a damaged file, somebody who keeps it locked
            return Unanswered("unusable", f"the queue of the model cannot be used: {error}")

    def _ask(self, question: Question[Schema]) -> Answer[Schema] | Unanswered:
        talk, caller = question.talk, self._caller
        servers = caller.why_spent(question) or self._fit(question)
        if isinstance(servers, Unanswered):
            return servers
        for server in servers:
            self._server(server)  # before there is a slot: the first time it imports for two seconds
        spent = Cost()
        while not (why := talk.why_too_long(self.limits.context_tokens - self.limits.answer_tokens)):
            called = caller.call(question, servers)
            spent += called.cost
            found = called.reply if isinstance(called.reply, Unanswered) else _taken(talk, called.reply)
            caller.settle(called.number, _outcome(found), question.allowance)
            if isinstance(found, Unanswered):
                return replace(found, cost=spent)
            if found is not None:
                return Answer(found, spent)
        return Unanswered("too_long", why, spent)

    def _fit(self, question: Question[Schema]) -> list[str] | Unanswered:
        """The servers whose model may be asked this."""
        name, purpose = str(self.name), question.purpose
        is_checked = purpose is Purpose.PLAN or (purpose is Purpose.SUMMARY and self.verdicts.is_known(name))
        if not is_checked:
            return list(self.servers)
        fit: list[str] = []
        problems: list[Unanswered] = []
        for server in self.servers:
            with question.allowance.spending(1) as deadline:
                found = self.describe(server, deadline)
            if isinstance(found, Unanswered):
                problems.append(found)
            elif why := self._why_unfit(purpose, found):
                problems.append(Unanswered("unfit", why))
            else:
                fit.append(server)
        return fit or problems[-1]

    def _why_unfit(self, purpose: Purpose, found: Described) -> str | None:
        if purpose is Purpose.PLAN:
            return why_not_plan(self.verdicts, str(self.name), found.digest, self.limits.context_tokens)
        return why_not_sum_up(self.verdicts, str(self.name), found.digest)

    def describe(self, server: str, deadline: Deadline) -> Described | Unanswered:
        """What a server says of the model; asked once a run."""
        if server not in self._described:
            self._described[server] = self._server(server).describe(deadline.within(DESCRIBE_SECONDS))
        return self._described[server]

    def _server(self, server: str) -> Server:
        if server not in self._connected:
            self._connected[server] = self.connect(self.name, self.servers[server].url)
        return self._connected[server]

    @property
    def usage(self) -> Usage:
        return Usage(self._engine, self.limits, self.clock)

    @property
    def verdicts(self) -> Verdicts:
        return Verdicts(self._engine, self.clock)

    @property
    def _engine(self) -> sa.Engine:
        return hurried(self._open(MOST_BUSY_SECONDS), MOST_BUSY_SECONDS)

    def _open(self, seconds: float) -> sa.Engine:
        """`model.db`, by the first that comes; who comes meanwhile waits no longer than its own time."""
        if "engine" not in self._opened:
            if not self._opening.acquire(timeout=seconds):
                raise MachaError(f"{self.folder / FILE}: it was not opened within {seconds:.0f} s")
            try:
                if "engine" not in self._opened:
                    self._opened["engine"] = open_model_database(self.folder, min(seconds, MOST_BUSY_SECONDS))
            finally:
                self._opening.release()
        return self._opened["engine"]

    @cached_property
    def _caller(self) -> Caller:
        return Caller(
            self.run, str(self.name), self.servers, self.limits, self.keep_alive, self.clock, self.count_tokens,
            self._server, lambda: self._open(MOST_BUSY_SECONDS),
        )  # fmt: skip

    @cached_property
    def _waiting(self) -> Deadline:
        return Deadline(self.limits.cycle_seconds, self.clock)

    @cached_property
    def _opened(self) -> dict[str, sa.Engine]:
        return {}

    @cached_property
    def _described(self) -> dict[str, Described | Unanswered]:
        return {}

    @cached_property
    def _connected(self) -> dict[str, Server]:
        return {}


def _taken(talk: Conversation[Schema], reply: Reply) -> Schema | Unanswered | None:
    try:
        return talk.take(reply)
    except Exception as error:  # a reply can make whatever reads it raise: RecursionError, OverflowError, …
        return Unanswered("junk", f"the answer cannot be read ({type(error).__name__})")


def _outcome(found: object) -> str:
    return found.kind if isinstance(found, Unanswered) else UNFINISHED if found is None else ANSWERED
