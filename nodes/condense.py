"""Make one list of troubles for each host out of what the model said of the parts of its log: a tree of questions."""

from functools import partial

from nodes import asking, baselines
from nodes.context import Context
from nodes.state import Condensed, Digest, Summarised, Summary
from tools.reading.records import Record
from tools.reading.summaries import MOST_RECORDS, grouped, joined_of, joining_prompt

GROUP_TOKENS = 3000
"""Records that are joined in one question."""


def condense(state: Summarised, context: Context) -> Condensed:
    return {"digests": [_digest(host, parts, context) for host, parts in _by_host(state).items()]}


def failed(state: Summarised, error: BaseException) -> Condensed:
    """Nothing is joined, and the report says why; what was logged stands in it all the same."""
    why = f"what the model said of the log could not be put together: {error}"
    return {"digests": [Digest(host=host, records=[], notes=[f"{host}: {why}"]) for host in _by_host(state)]}


def _by_host(state: Summarised) -> dict[str, list[Summary]]:
    found: dict[str, list[Summary]] = {}
    for summary in state["summaries"]:
        found.setdefault(summary["host"], []).append(summary)
    return found


def _digest(host: str, parts: list[Summary], context: Context) -> Digest:
    told = [context.readings.get(part["records"]) or [] for part in parts if part["records"]]
    records: list[Record] = [record for records in told for record in records]
    notes = _unread(host, parts)
    if not notes:
        baselines.accept(host, context)
    if len(told) > 1:
        records, why = _joined(host, records, context)
        if why:
            notes.append(f"{host}: the model has not joined what it said of {len(told)} parts of the log: {why}")
    if len(records) > MOST_RECORDS:
        notes.append(f"{host}: the model tells of {len(records) - MOST_RECORDS} more troubles in the log")
    return Digest(host=host, records=records[:MOST_RECORDS], notes=notes)


def _unread(host: str, parts: list[Summary]) -> list[str]:
    whys = list(dict.fromkeys(part["why"] for part in parts if part["why"]))
    count = sum(bool(part["why"]) for part in parts)
    which = "the log" if len(parts) == 1 else f"{count} of {len(parts)} parts of the log"
    return [f"{host}: the model has not summed up {which}: {whys[0]}"] if whys else []


def _joined(host: str, records: list[Record], context: Context) -> tuple[list[Record], str]:
    """Joins group by group until one question has joined all; with why, where that came to no end.

    Where the model gives no answer, or makes nothing shorter, the records
    stay as they are, those that began first in front.
    """
    known = asking.known(host, context)
    while len(records) > 1:
        found: list[Record] = []
        groups = list(grouped(records, GROUP_TOKENS))
        for group in groups:
            joined = asking.records(joining_prompt(known, group), partial(joined_of, records=group), context)
            if isinstance(joined, str):
                return sorted(records, key=lambda record: record["since"] or "~"), joined
            found += joined
        if len(groups) == 1 or len(found) >= len(records):
            return found, ""
        records = found
    return records, ""
