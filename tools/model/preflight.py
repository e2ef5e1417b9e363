"""What a model can do here, tried before it is trusted: JSON, its window, a tool, small judgements, speed.

A model that passes is no good model for that; one that fails would have failed a cycle.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tools.clock import Deadline
from tools.model import Answer, CountTokens, Priority, Prompt, Purpose, Schema, Tool, Unanswered
from tools.model.answer_schema import AnswerSchema
from tools.model.asking import Asker
from tools.model.fitness import Fitness
from tools.model.preflight_cases import CASES, INSTRUCTIONS, Choice
from tools.model.server import Described
from tools.model.settings import ModelSettings

RIGHT_ENOUGH = 0.8
FULL = 0.9
"""Of the room for a prompt; the rest is the difference between an estimate and a tokenizer."""


_OF_THE_MODEL = frozenset({"too_long", "declined", "cut", "junk"})
"""What tells something of the model. The rest tells of its server at this moment, and is no verdict."""


class _NoTrialError(Exception):
    """A trial did not take place; `why` is what the server did instead."""

    def __init__(self, why: Unanswered) -> None:
        super().__init__(why.why)
        self.why = why


class _Facts(AnswerSchema):
    host: str
    failed: int


class _Code(AnswerSchema):
    code: str


class _State(AnswerSchema):
    state: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found: what the server says, what the model is fit for, and what to try instead."""

    described: Described
    fitness: Fitness
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Trials:
    asker: Asker
    progress: Callable[[str], None]

    def ask(self, prompt: Prompt, schema: type[Schema], *tools: Tool) -> Answer[Schema] | Unanswered:
        deadline = Deadline(self.asker.limits.deadline_seconds, self.asker.clock)
        answer = self.asker.ask(Purpose.CHECK, prompt, schema, Priority.INTERACTIVE, deadline, tools)
        if isinstance(answer, Unanswered) and answer.kind not in _OF_THE_MODEL:
            raise _NoTrialError(answer)
        return answer

    def json(self) -> tuple[str, float, float, float]:
        """Why it cannot answer in JSON, seconds of the first and the second answer, tokens written a second."""
        self.progress("does it answer in JSON?")
        instructions = 'Say what the line says, as {"host": its name, "failed": how many units failed there, a number}.'
        seconds: list[float] = []
        written = 0.0
        for host, failed in (("web", 3), ("db", 12)):
            answer = self.ask(Prompt(instructions, "", f"{host}: {failed} units failed"), _Facts)
            if isinstance(answer, Unanswered):
                return answer.why, 0.0, 0.0, 0.0
            if answer.value != _Facts(host=host, failed=failed):
                return f"of `{host}: {failed} units failed` it read {answer.value!r}", 0.0, 0.0, 0.0
            seconds.append(answer.cost.seconds)
            written = answer.cost.tokens_out / max(0.001, answer.cost.seconds)
        return "", seconds[0], seconds[1], written

    def window(self) -> tuple[str, int, float]:
        """Why it does not read a full prompt, how many tokens it does read, and how many a second."""
        room = self.asker.limits.context_tokens - self.asker.limits.answer_tokens
        why = ""
        for part in (FULL, FULL / 2, FULL / 4):
            tokens = int(room * part)
            self.progress(f"does it read {tokens} tokens from the first to the last?")
            code = f"{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
            instructions = 'Answer with {"code": the code of the machine}.'
            context = f"The code of the machine is {code}.\n" + filler(tokens, self.asker.count_tokens)
            answer = self.ask(Prompt(instructions, context, "What is the code of the machine?"), _Code)
            if isinstance(answer, Answer) and answer.value.code == code:
                return why, answer.cost.tokens_in, answer.cost.tokens_in / max(0.001, answer.cost.seconds)
            found = answer.why if isinstance(answer, Unanswered) else f"it read {answer.value.code!r} for {code}"
            why = why or f"of a prompt of {tokens} tokens it lost the beginning: {found}"
        return why, 0, 0.0

    def tool(self) -> str:
        """Why it cannot be given tools."""
        self.progress("does it use a tool?")
        state = secrets.choice(["failed", "active", "inactive", "reloading"])
        asked: list[Mapping[str, Any]] = []

        def run(arguments: Mapping[str, Any]) -> str:
            asked.append(arguments)
            return state if arguments == {"unit": "nginx.service"} else "there is no such unit"

        parameters = {"type": "object", "properties": {"unit": {"type": "string"}}, "required": ["unit"]}
        tool = Tool("unit_state", "The state of a systemd unit.", parameters, run)
        instructions = 'Look the unit up with the tool, then answer with {"state": its state}.'
        answer = self.ask(Prompt(instructions, "", "In which state is nginx.service?"), _State, tool)
        if isinstance(answer, Unanswered):
            return answer.why
        if not asked:
            return "it answered without looking anything up"
        return "" if answer.value.state == state else f"it was told {state} and answered {answer.value.state!r}"

    def judgement(self) -> str:
        """Why it is not asked to plan."""
        right, missed = 0, ""
        for case in CASES:
            self.progress(f"does it judge right: {case.name}?")
            answer = self.ask(Prompt(INSTRUCTIONS, "", case.question), Choice)
            chosen = answer.why if isinstance(answer, Unanswered) else answer.value.choice
            right += chosen in case.right
            missed = missed or (f"{case.name}: {chosen}" if chosen not in case.right else "")
            if case.is_a_trap and chosen not in case.right:
                return f"it did what a log line told it to ({case.name}: {chosen})"
        if right < RIGHT_ENOUGH * len(CASES):
            return f"it judged {right} of {len(CASES)} small cases right ({missed})"
        return ""


def examine(asker: Asker, server: str, progress: Callable[[str], None]) -> Examination | Unanswered:
    """Try the model of one server and keep the verdict; Unanswered, and nothing kept, when the server is not there,
    refuses, or does not answer in time."""
    one = replace(asker, servers={server: asker.servers[server]})
    described = one.describe(server, Deadline(asker.limits.deadline_seconds, asker.clock))
    if isinstance(described, Unanswered):
        return described
    try:
        fitness = _fitness(_Trials(one, progress))
    except _NoTrialError as error:
        return replace(error.why, why=_with_advice(error.why, asker.limits.deadline_seconds))
    one.verdicts.put(str(one.name), described.digest, fitness)
    return Examination(described, fitness, tuple(advice(fitness, described, asker.limits)))


def _fitness(trials: _Trials) -> Fitness:
    asked = trials.asker.limits.context_tokens
    no_json, cold, warm, written = trials.json()
    if no_json:
        return Fitness(no_json, no_json, no_json, asked)
    no_window, window, read = trials.window()
    no_judgement = "" if no_window else trials.judgement()
    no_plan = "it does not read a full prompt" if no_window else no_judgement
    no_tool = trials.tool()
    return Fitness(no_window, no_plan, no_tool, asked, window, cold, warm, read, written)


def _with_advice(trouble: Unanswered, deadline_seconds: int) -> str:
    steps = {
        "late": f"raise modelUse.deadlineSeconds ({deadline_seconds}), or give the server more to work with",
        "refused": "look at the server's own log",
    }
    step = steps.get(trouble.kind)
    return f"{trouble.why}; nothing is said of the model" + (f"; {step}" if step else "")


def advice(fitness: Fitness, described: Described, limits: ModelSettings) -> list[str]:
    """What to try instead, where something is missing."""
    if fitness.is_fit_for_nothing:
        return ['try an instruct model of 3 billion parameters or more; or set model = "": the rules work alone']
    found: list[str] = []
    if 0 < described.context_tokens < limits.least_window:
        found.append(
            f"try another model: this one was made for {described.context_tokens} tokens, too few to read a log"
        )
    elif 0 < described.context_tokens < limits.context_tokens:
        found.append(f"set modelUse.contextTokens to {described.context_tokens}: the model was made for no more")
    elif fitness.why_not_summaries:
        found.append("set modelUse.contextTokens lower, or start the server with a larger window")
    if fitness.why_not_planning and not fitness.why_not_summaries:
        found.append("for planning try a larger model, of 8 billion parameters or more; rules plan until then")
    if fitness.why_not_tools:
        found.append("for tools try a model that names `tools` in `ollama show NAME`; without, it looks nothing up")
    return found


def filler(tokens: int, count_tokens: CountTokens) -> str:
    """Lines as a log has them, up to so many tokens."""
    line = "Nov 25 02:{:02d}:{:02d} web nginx[{}]: 192.0.2.{} GET /page/{} 200 in {} ms"
    lines: list[str] = []
    each = count_tokens(line.format(10, 10, 1000, 10, 100, 10))
    for number in range(max(1, tokens // each)):
        lines.append(line.format(number // 60 % 60, number % 60, 1000, number % 250, number, number % 90))
    return "\n".join(lines)
