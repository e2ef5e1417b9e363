"""Have the model sum up one part of a log; what it has summed up before costs nothing."""

from nodes.context import Context
from nodes.state import ChunkTask, Summarised, Summary
from tools.clock import Deadline
from tools.model import Priority, Purpose, Unanswered
from tools.reading import summaries
from tools.store.readings import key


def summarise(task: ChunkTask, context: Context) -> Summarised:
    part = context.readings.get(task["part"])
    if part is None:
        return _without(task, "what was to be read is gone")
    prompt = summaries.prompt_of(task["host"], part)
    name = key("summary", task["part"], summaries.version(prompt), context.settings.model)
    if context.readings.get(name) is None:
        deadline = Deadline(context.settings.model_use.deadline_seconds, context.clock)
        answer = context.model.ask(Purpose.SUMMARY, prompt, summaries.Summary, Priority.CYCLE, deadline)
        if isinstance(answer, Unanswered):
            return _without(task, answer.why)
        context.readings.keep(name, summaries.records_of(answer.value, part["rows"]))
    return {"summaries": [Summary(host=task["host"], part=task["part"], records=name, why="")]}


def failed(task: ChunkTask, error: BaseException) -> Summarised:
    return _without(task, str(error))


def _without(task: ChunkTask, why: str) -> Summarised:
    """The table of what was said stands without the model's words, and the report says why."""
    return {"summaries": [Summary(host=task["host"], part=task["part"], records="", why=why)]}
