"""`macha ask`: a question in plain words, answered by what Macha saw, with references; without a model by a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Config, Json
from cli.output import say, say_json, say_styled, say_wrapped
from tools.errors import MachaError
from tools.safe_text import safe_line

if TYPE_CHECKING:
    from tools.configuration import Settings
    from tools.questions import Reference
    from tools.questions.grounding import Grounded

MOST_FOUND = 8
MOST_QUESTION = 2000
MOST_SHOWN = 300
WHO = "macha ask"
"""Who waits, in `macha model queue`."""


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In plain words.")],
    host: Annotated[list[str] | None, typer.Option("--host", metavar="NAME", help="Only about this host.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Answer a question from findings, actions, knowledge and the latest readings; every sentence names its reasons."""
    from cli.known import known
    from tools.clock import SystemClock
    from tools.configuration import load

    asked = question.strip()
    if not asked or len(asked) > MOST_QUESTION:
        raise MachaError(f"a question has between 1 and {MOST_QUESTION} characters; say it in fewer words")
    settings = load(config)
    hosts = _hosts(host, settings.host_names())
    references = known(settings.state(), SystemClock().now(), asked, hosts)
    if settings.model:
        answered = _answered(settings, asked, references)
    else:
        answered = _Answered(None, references, "no model is configured (`model` in the configuration)")
    _show(asked, answered, as_json)


@dataclass(frozen=True)
class _Answered:
    """An answer, or why there is none; `references` are what it may rest on."""

    grounded: "Grounded | None"
    references: "list[Reference]"
    why: str = ""


def _hosts(asked: list[str] | None, known: list[str]) -> list[str]:
    for name in asked or []:
        if name not in known:
            raise MachaError(f"there is no host {name} in the configuration; known are {', '.join(known) or 'none'}")
    return list(dict.fromkeys(asked or known))


def _answered(settings: "Settings", question: str, references: "list[Reference]") -> _Answered:
    from cli.progress import Progress
    from tools.clock import Deadline, SystemClock
    from tools.model import Priority, Purpose, Unanswered
    from tools.model.opening import model_of
    from tools.questions.grounding import Statements, grounded, prompt_of
    from tools.reading.tokens import estimated_tokens

    limits, clock = settings.model_use, SystemClock()
    prompt = prompt_of(question, references, (limits.context_tokens - limits.answer_tokens) // 3)
    model = model_of(settings, WHO, clock, estimated_tokens)
    with Progress() as progress:
        progress("asking the model; `macha model queue` shows who is before you")
        deadline = Deadline(limits.deadline_seconds, clock)
        answer = model.ask(Purpose.QUESTION, prompt, Statements, Priority.INTERACTIVE, deadline)
    if isinstance(answer, Unanswered):
        return _Answered(None, references, answer.why)
    return _Answered(grounded(answer.value, references), references)


def _show(question: str, answered: _Answered, as_json: bool) -> None:
    from tools.questions.grounding import found

    grounded = answered.grounded
    hits = found(question, answered.references, MOST_FOUND) if grounded is None else []
    if as_json:
        say_json(_object(question, answered, hits))
    elif grounded is None:
        say_wrapped(f"No model answered: {safe_line(answered.why, 400)}. This is what a search for your words finds:")
        for one in hits:
            _say_reference(one)
        if not hits:
            say("  nothing; `macha findings list` and `macha knowledge list` show what there is")
    else:
        _say_answer(grounded, answered.references)


def _say_answer(grounded: "Grounded", references: "Sequence[Reference]") -> None:
    for one in grounded.backed:
        say_wrapped(f"{one.text} [{', '.join(one.references)}]", "  ", "- ")
    if not grounded.backed:
        say("The model named nothing that Macha saw as an answer.")
    if grounded.unbacked:
        say_styled("bold", "Not backed by anything Macha saw")
        for one in grounded.unbacked:
            say_wrapped(one.text, "  ", "- ")
    if grounded.invented:
        say_wrapped(f"References that do not exist were dropped: {grounded.invented}.")
    named = {id_ for one in grounded.backed for id_ in one.references}
    if named:
        say_styled("bold", "References")
    for reference in references:
        if reference.id in named:
            _say_reference(reference)


def _say_reference(one: "Reference") -> None:
    say_wrapped(f"{one.where}: {safe_line(one.text, MOST_SHOWN)}", " " * 7, f"  {one.id:<4} ")


def _object(question: str, answered: _Answered, hits: "Sequence[Reference]") -> dict[str, Any]:
    grounded = answered.grounded
    said = grounded.said if grounded else ()
    named = {id_ for one in said for id_ in one.references}
    shown = hits if grounded is None else [one for one in answered.references if one.id in named]
    return {
        "question": question,
        "is_answered": grounded is not None,
        "why_not": answered.why,
        "statements": [
            {"text": one.text, "references": list(one.references), "is_backed": bool(one.references)} for one in said
        ],
        "invented": grounded.invented if grounded else 0,
        "references": [{"id": one.id, "where": one.where, "text": one.text} for one in shown],
    }
