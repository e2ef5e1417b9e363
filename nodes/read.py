"""Make the log of one host small without any model, and cut what a model should read into parts."""

from collections.abc import Iterator
from typing import cast

from nodes import baselines
from nodes.context import Context
from nodes.state import Read, Reading, ReadTask
from tools.model.settings import FIXED_TOKENS
from tools.probes import Skipped
from tools.probes.collection import observe
from tools.probes.journal_errors import JournalErrors
from tools.probes.journal_export import JournalLine
from tools.probes.observation import Observation
from tools.probes.unit_logs import UnitLogs
from tools.reading.baseline import Baseline
from tools.reading.chunks import chunks
from tools.reading.line import Line
from tools.reading.reduction import Reduction, reduce
from tools.reading.summaries import part_of
from tools.reading.table import writers
from tools.store.readings import key

MOST_LINES = 8
"""What a person reads of one host's log in a report."""
PART_TOKENS = 700
"""What a small model reads with attention at once. With the fixed words it makes a question of less than 2,000 tokens,
of which more than half is the same in every question and read by the server only once."""
LARGE_PART_TOKENS = 5000
"""For much that is new at once, as on the first day of a host: fewer questions, each of them longer."""
MOST_PARTS = 6


def read(task: ReadTask, context: Context) -> Read:
    """What was read of a host in a run is kept: it is not new a second time because a crash had it read again."""
    name = key("reading", context.run, task["host"])
    reading = context.readings.get(name)
    if reading is None:
        facts = observe(context.snapshots.load(task["snapshot"]), (JournalErrors, UnitLogs))
        baseline = baselines.known(task["host"], context)
        reduction = reduce(_lines(facts), baseline)
        parts = _parts(reduction, context) if _is_asked(task, baseline, reduction, context) else []
        reading = Reading(host=task["host"], lines=_shown(reduction), parts=parts, notes=_notes(task["host"], facts))
        context.readings.keep(name, reading)
        baselines.propose(task["host"], reduction.baseline, context)
        if not parts:
            baselines.accept(task["host"], context)
    return {"readings": [cast("Reading", reading)]}


def failed(task: ReadTask, error: BaseException) -> Read:
    """A log that could not be read is said, not hidden."""
    why = f"{task['host']}: the log could not be read: {error}"
    return {"readings": [Reading(host=task["host"], lines=[], parts=[], notes=[why])]}


def _is_asked(task: ReadTask, baseline: Baseline | None, reduction: Reduction, context: Context) -> bool:
    """A model is asked about an error that the host never logged before, and, where something is newly wrong, about
    whatever is new; of a host that was never read nothing can be told new."""
    if not context.settings.model:
        return False
    if baseline is None:
        return task["has_news"]
    return any(said.is_error or task["has_news"] for said in reduction.new)


def _notes(host: str, facts: Observation) -> list[str]:
    errors = facts.get(JournalErrors)
    is_whole = isinstance(errors, Skipped) or errors.is_complete
    return [] if is_whole else [f"{host}: more errors were logged than could be read; the first were left out"]


def _lines(facts: Observation) -> Iterator[Line]:
    """The errors since the cycle before, and what the failed units said last, each line once, by time."""
    errors, logs = facts.get(JournalErrors), facts.get(UnitLogs)
    found: dict[tuple[int, str, str], Line] = {}
    for line in () if isinstance(errors, Skipped) else errors.lines:
        found[_place(line)] = _line(line, unsaid=3)
    for lines in () if isinstance(logs, Skipped) else logs.lines.values():
        for line in lines:
            found.setdefault(_place(line), _line(line, unsaid=6))
    for number, place in enumerate(sorted(found), 1):
        yield found[place]._replace(id=number)


def _place(line: JournalLine) -> tuple[int, str, str]:
    return line.microseconds, line.subject, line.cursor


def _line(line: JournalLine, unsaid: int) -> Line:
    """`unsaid` is the priority where the writer gave none."""
    priority = unsaid if line.priority is None else line.priority
    return Line(0, line.microseconds / 1e6, line.subject or line.command or "kernel", priority, line.message)


def _shown(reduction: Reduction) -> list[str]:
    errors = [said for said in reduction.templates if said.priority <= 3]
    lines = [f"{said.count} × {writers(said)}: {said.text}" for said in errors[:MOST_LINES]]
    return [*lines, f"and {len(errors) - MOST_LINES} other kinds of line"] if len(errors) > MOST_LINES else lines


def _parts(reduction: Reduction, context: Context) -> list[str]:
    """What the model should read, by the name of each part, the most urgent first: all that was said if that is
    little, else what is new."""
    limits = context.settings.model_use
    room = limits.context_tokens - limits.answer_tokens - FIXED_TOKENS
    cut = chunks(reduction.templates, min(PART_TOKENS, room))
    if len(cut) > 1 and reduction.new:
        cut = chunks(reduction.new, min(PART_TOKENS, room))
    if len(cut) > MOST_PARTS:
        cut = chunks([said for chunk in cut for said in chunk], min(LARGE_PART_TOKENS, room))
    rank = {said.id: at for at, said in enumerate(reduction.templates)}
    cut.sort(key=lambda chunk: min(rank[said.id] for said in chunk))
    return [context.readings.put(part_of(chunk)) for chunk in cut]
