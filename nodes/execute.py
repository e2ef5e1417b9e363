"""Have the gate carry out one approved action."""

from gate.interface import Refused
from nodes.context import Context
from nodes.state import ActionTask, Executed


def execute(task: ActionTask, context: Context) -> Executed:
    outcome = context.gate.execute(task["number"])
    still_approved = isinstance(outcome, Refused) and context.gate.explain(task["number"]).entry.state == "approved"
    return {"deferred": [task["number"]] if still_approved else []}
