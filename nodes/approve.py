"""Say what has to be asked of a person. The answer is never returned here: it is read from the ledger."""

from typing import TypedDict

from gate.interface import WAITING
from nodes.context import Context


class ActionRequest(TypedDict):
    number: int
    name: str
    args: dict[str, str | int]
    description: str


class Question(TypedDict):
    """The payload of the one interrupt, in the shape of LangChain's human-in-the-loop requests."""

    cycle: str
    action_requests: list[ActionRequest]


def question(context: Context) -> Question:
    """What waits in this run. Built from the ledger only, for it is built again whenever the run is resumed."""
    return {
        "cycle": context.run,
        "action_requests": [
            {
                "number": row.number,
                "name": row.kind,
                "args": dict(row.parameters),
                "description": f"{row.host}: {row.sentence}",
            }
            for row in context.gate.list(WAITING, context.run)
        ],
    }
