"""Make the log lines of one host small: what was said, how often, by whom."""

from nodes.context import Context
from nodes.state import ChunkTask, Summarised
from tools.probes import Skipped
from tools.probes.collection import observe
from tools.probes.journal_errors import JournalErrors
from tools.reading.grouping import grouped

MOST_LINES = 8
"""What a person reads of one host's log in a report."""


def summarise(task: ChunkTask, context: Context) -> Summarised:
    errors = observe(context.snapshots.load(task["snapshot"]), (JournalErrors,)).get(JournalErrors)
    if isinstance(errors, Skipped):
        return {"summaries": []}
    groups = grouped((line.subject or line.command or "kernel", line.message) for line in errors.lines)
    lines = [f"{group.count} × {group.writer}: {group.example}" for group in groups[:MOST_LINES]]
    if len(groups) > MOST_LINES:
        lines.append(f"and {len(groups) - MOST_LINES} other kinds of line")
    return {"summaries": [{"host": task["host"], "lines": lines}]}


def failed(task: ChunkTask, error: BaseException) -> Summarised:
    """A part that could not be read is said, not hidden."""
    return {"summaries": [{"host": task["host"], "lines": [f"the log could not be summed up: {error}"]}]}
