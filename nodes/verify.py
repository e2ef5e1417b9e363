"""Have the gate prove, by facts it probes itself, whether what was done has helped."""

from concurrent.futures import ThreadPoolExecutor

from gate.interface import Entry
from nodes.context import Context
from nodes.state import Verified


def verify(_: object, context: Context) -> Verified:
    done = [row.number for row in context.gate.list(frozenset({"done"}), context.run)]
    with ThreadPoolExecutor(context.settings.max_concurrency) as pool:
        proven = list(pool.map(context.gate.verify, done))
    return {"unhelped": [row.number for row in proven if isinstance(row, Entry) and row.state == "not_helped"]}
