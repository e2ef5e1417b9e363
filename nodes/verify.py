"""Have the gate prove, by facts it probes itself, whether what was done has helped."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from gate.interface import Entry
from nodes.context import Context
from nodes.state import Verified


def verify(_: object, context: Context) -> Verified:
    done: dict[str, list[int]] = defaultdict(list)
    for row in context.gate.list(frozenset({"done"}), context.run):
        done[row.host].append(row.number)

    def unhelped(numbers: list[int]) -> list[int]:
        """Those of one host that did not help. One after the other: a connection is for one caller at a time."""
        proven = [context.gate.verify(number) for number in numbers]
        return [row.number for row in proven if isinstance(row, Entry) and row.state == "not_helped"]

    with ThreadPoolExecutor(context.settings.max_concurrency) as pool:
        return {"unhelped": sorted(number for found in pool.map(unhelped, done.values()) for number in found)}
