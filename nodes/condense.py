"""Make one list of troubles for each host out of what the model said of the parts of its log: a tree of questions."""

from nodes import asking
from nodes.context import Context
from nodes.state import Condensed, Digest, Summarised
from tools.reading.records import Record, Row
from tools.reading.summaries import MOST_RECORDS, grouped, merging_prompt, rows_of

GROUP_TOKENS = 3000
"""Records that are joined in one question, as for a part of a log."""


def condense(state: Summarised, context: Context) -> Condensed:
    hosts = dict.fromkeys(summary["host"] for summary in state["summaries"])
    return {"digests": [_digest(host, state, context) for host in hosts]}


def _digest(host: str, state: Summarised, context: Context) -> Digest:
    mine = [summary for summary in state["summaries"] if summary["host"] == host]
    whys = [summary["why"] for summary in mine if summary["why"]]
    told = [context.readings.get(summary["records"]) or [] for summary in mine if summary["records"]]
    records: list[Record] = [record for records in told for record in records]
    if len(told) > 1:
        rows = rows_of(context.readings.get(summary["part"]) or {"rows": []} for summary in mine)
        records = _joined(host, records, rows, whys, context)
    return Digest(host=host, records=records[:MOST_RECORDS], whys=list(dict.fromkeys(whys)))


def _joined(host: str, records: list[Record], rows: list[Row], whys: list[str], context: Context) -> list[Record]:
    """Joins group by group until one question has joined all. Where the model gives no answer, or makes nothing
    shorter, the records stay as they are, those that began first in front."""
    known = asking.known(host, context)
    while len(records) > 1:
        found: list[Record] = []
        groups = list(grouped(records, GROUP_TOKENS))
        for group in groups:
            joined = asking.records(merging_prompt(known, group), rows, context)
            if isinstance(joined, str):
                whys.append(joined)
                return sorted(records, key=lambda record: record["since"] or "~")
            found += joined
        if len(groups) == 1 or len(found) >= len(records):
            return found
        records = found
    return records
