"""Show a person what an edited proposal would do before they allow it: they have read only what it was."""

import shlex
from collections.abc import Callable, Mapping

from cli.output import say, say_styled, say_wrapped
from gate.interface import Gate, Judgement, Request
from gate.telling import already
from tools.actions import Action
from tools.actions.catalogue import build


def why_not(
    gate: Gate, number: int, parameters: Mapping[str, str | int], is_allowed: Callable[[], bool] | None
) -> str | None:
    """Say what a proposal would do with these parameters, and ask; why it stays as it is, or None when it is allowed.

    Without `is_allowed` nobody is asked: the person has said before that they are sure.
    """
    entry = gate.explain(number).entry
    if entry.state != "proposed":
        return already(entry)
    stays = f"number {number} stays as it is"
    action = build(entry.kind, {**entry.parameters, **parameters})
    if isinstance(action, str):
        return f"{stays}: {action}"
    request = Request(entry.host, entry.kind, action.model_dump(), "", entry.findings, entry.run, "person")
    judgement = gate.judge(request)
    if judgement.answer == "refuse":
        return f"{stays}: {'; '.join(judgement.reasons)}"
    _say(action, entry.host, judgement)
    if is_allowed is None:
        return None
    if not is_allowed():
        return f"{stays}: it was not allowed"
    # the answer may have taken an hour
    return None if gate.judge(request) == judgement else f"{stays}: what the edit would do has changed; look again"


def _say(action: Action, host: str, judgement: Judgement) -> None:
    say_styled("bold", "would", f" {action.sentence()} on {host}: {shlex.join(action.argv())}")
    say(f"  risk        {judgement.risk}")
    say_wrapped("; ".join(judgement.reasons), " " * 14, "  because     ")
