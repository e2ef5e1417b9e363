"""Have the model sum up one part of a log; what it has summed up before costs nothing."""

from nodes import asking
from nodes.context import Context
from nodes.state import ChunkTask, Summarised, Summary
from tools.reading.summaries import prompt_of, records_of


def summarise(task: ChunkTask, context: Context) -> Summarised:
    part = context.readings.get(task["part"])
    if part is None:
        return _told(task, "", "what was to be read is gone")
    prompt = prompt_of(asking.known(task["host"], context), part)
    found = asking.records(prompt, lambda summary: records_of(summary, part["rows"]), context)
    return _told(task, "", found) if isinstance(found, str) else _told(task, asking.answered(prompt, context), "")


def failed(task: ChunkTask, error: BaseException) -> Summarised:
    """The table of what was said stands without the model's words, and the report says why."""
    return _told(task, "", str(error))


def _told(task: ChunkTask, records: str, why: str) -> Summarised:
    return {"summaries": [Summary(host=task["host"], part=task["part"], records=records, why=why)]}
