"""How a step asks the model about a log: what was answered once is kept, and costs nothing again."""

from collections.abc import Callable
from typing import cast

from nodes.context import Context
from tools.clock import Deadline
from tools.model import Prompt, Purpose, Unanswered
from tools.reading.records import Record
from tools.reading.summaries import Summary, known_of, version
from tools.store.readings import key

MOST_KNOWN = 12
"""Findings that a prompt names, the worst first."""


def known(host: str, context: Context) -> str:
    """What Macha knows to be wrong on a host, as every prompt about its log begins."""
    findings = context.store.open_findings([host])[:MOST_KNOWN]
    return known_of(host, (f"{finding.severity}: {finding.summary}" for finding in findings))


def answered(prompt: Prompt, context: Context) -> str:
    """The name under which the records of this prompt are kept, by what it says, its version and the model."""
    return key("records", prompt.context, prompt.question, version(prompt), context.settings.model)


def records(prompt: Prompt, made_of: Callable[[Summary], list[Record]], context: Context) -> list[Record] | str:
    """What is made of the model's answer to a prompt, or why there is none."""
    name = answered(prompt, context)
    kept = context.readings.get(name)
    if kept is None:
        deadline = Deadline(context.settings.model_use.deadline_seconds, context.clock)
        model = context.model_of(context.run)
        answer = model.ask(Purpose.SUMMARY, prompt, Summary, context.priority, deadline)
        if isinstance(answer, Unanswered):
            return answer.why
        kept = made_of(answer.value)
        context.readings.keep(name, kept)
    return cast("list[Record]", kept)
