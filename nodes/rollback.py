"""Ask the gate for the undo of an action that did not help, where it has one."""

from gate.interface import POLICY
from nodes.context import Context
from nodes.state import ActionTask


def rollback(task: ActionTask, context: Context) -> dict[str, object]:
    context.gate.undo(task["number"], POLICY)
    return {}
