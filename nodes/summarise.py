"""Make the log lines of one host small: what was said, how often, by whom."""

from nodes.context import Context
from nodes.state import ChunkTask, Summarised
from tools.probes import Skipped
from tools.probes.collection import observe
from tools.probes.journal_errors import JournalErrors
from tools.reading import Line, reduce
from tools.reading.table import writers

MOST_LINES = 8
"""What a person reads of one host's log in a report."""


def summarise(task: ChunkTask, context: Context) -> Summarised:
    errors = observe(context.snapshots.load(task["snapshot"]), (JournalErrors,)).get(JournalErrors)
    if isinstance(errors, Skipped):
        return {"summaries": []}
    templates = reduce(
        Line(
            number,
            line.microseconds / 1e6,
            line.subject or line.command or "kernel",
            3 if line.priority is None else line.priority,
            line.message,
        )
        for number, line in enumerate(errors.lines, 1)
    ).templates
    lines = [f"{said.count} × {writers(said)}: {said.text}" for said in templates[:MOST_LINES]]
    if len(templates) > MOST_LINES:
        lines.append(f"and {len(templates) - MOST_LINES} other kinds of line")
    return {"summaries": [{"host": task["host"], "lines": lines}]}


def failed(task: ChunkTask, error: BaseException) -> Summarised:
    """A part that could not be read is said, not hidden."""
    return {"summaries": [{"host": task["host"], "lines": [f"the log could not be summed up: {error}"]}]}
