"""`macha knowledge`: what was learned; write something down, look something up."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Config, Json, application
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.clock import SystemClock
from tools.errors import MachaError
from tools.knowledge import Document
from tools.safe_text import decode, safe_line
from tools.state_folder import state_folder

if TYPE_CHECKING:
    from tools.knowledge.base import Found, KnowledgeBase
    from tools.knowledge.ranking import Hit

MOST_SHOWN = 5
app = application("What was learned: notes of people, and cases whose remedy was proven; beside them the runbooks.")
Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `list` shows, or how it begins.")]


@app.command()
def add(
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What to remember.")] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="Take the text from a file.")] = None,
    title: Annotated[str, typer.Option("--title", help="A heading; else the first line.")] = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Write down what you know; secrets are taken out of it first."""
    from gate.telling import person
    from tools.knowledge.notes import Notes

    if (text is None) == (file is None):
        raise MachaError("give either a text or --file FILE")
    who = person()
    notes = Notes(state_folder(config))
    note = notes.add(_text(file) if file else text or "", title, f"{who.name} (uid {who.uid})", SystemClock().now())
    if as_json:
        say_json(_object(note))
    else:
        say_styled("bold", note.id, f"  {note.title}")


@app.command("list")
def list_(as_json: Json = False, config: Config = None) -> None:
    """What was learned here, and what it weighs; the runbooks, found as well, are in `macha runbook list`."""
    from tools.knowledge.notes import Notes

    base = _base(state_folder(config))
    documents = base.documents()
    if as_json:
        say_json([_object(document) for document in documents])
        return
    if not documents:
        say("Nothing is known yet. `macha knowledge add` takes notes; cases come by themselves, once proven.")
    else:
        say_table([_row(document) for document in documents], ("id", "kind", "weight", "title"))
    for name in Notes(base.state).strangers():
        say_wrapped(f"{name} in {base.state}/knowledge/notes is no note of Macha's form and is left out.")


@app.command()
def show(id_: Id, as_json: Json = False, config: Config = None) -> None:
    """All of one document, and where it is from."""
    from tools.knowledge.ranking import RUNBOOK

    # the runbooks bring pydantic and a hundred files with them
    base = _configured(config) if id_.startswith(RUNBOOK) else _base(state_folder(config))
    document = base.document(id_)
    if as_json:
        say_json(_object(document))
        return
    say_styled("bold", document.id, f"  {document.title}")
    say_wrapped(document.provenance, "             ", "  from       ")
    if document.weight < 1:
        say_wrapped(f"{document.weight:.2f}, for it misled before", "             ", "  weight     ")
    say()
    say_wrapped(document.text, "  | ")


@app.command()
def remove(id_: Id, config: Config = None) -> None:
    """Forget a note. Cases are rows of the ledger and stay."""
    from tools.knowledge.notes import Notes

    folder = state_folder(config)
    document = _base(folder).document(id_)
    Notes(folder).remove(document.id)
    say_styled("bold", document.id, " is forgotten")


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A log line, an error, a few words.")],
    every: Annotated[bool, typer.Option("--all", help="Also what is nearest without fitting.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What is known of something like this; that nothing fits is an answer."""
    found = _configured(config).search(query, MOST_SHOWN)
    if as_json:
        say_json({"fits": bool(found.fitting), "hits": [_hit(hit) for hit in found.hits], **_state(found)})
        return
    for hit in found.hits if every else found.fitting:
        _say_hit(hit)
    if not found.fitting:
        others = f" ({len(found.hits)} are near; --all shows them)" if found.hits and not every else ""
        say(f"Nothing that is known fits{others}.")
    _say_state(found)


@app.command()
def rebuild(as_json: Json = False, config: Config = None) -> None:
    """Make the index anew from notes, cases and runbooks; nothing can be lost by it."""
    base = _configured(config)
    found = base.rebuild()
    count = len(base.documents())
    if as_json:
        say_json({"documents": count, **_state(found)})
        return
    if found.less:
        raise MachaError(f"the index was not made: {found.less}")
    say(f"The index is new: {count} documents.")


def _base(folder: Path) -> "KnowledgeBase":
    """For those who only look."""
    from tools.knowledge.base import KnowledgeBase

    return KnowledgeBase.of(folder)


def _configured(config: Path | None) -> "KnowledgeBase":
    from tools.configuration import load
    from tools.knowledge.base import KnowledgeBase
    from tools.knowledge.runbooks import RunbookSource
    from tools.model.opening import embedding_of
    from tools.runbooks.library import usable

    settings = load(config)
    books, _ = usable(settings.runbooks_directory)
    return KnowledgeBase.of(
        settings.state(), RunbookSource(books.values()), embedding=embedding_of(settings, SystemClock())
    )


def _text(file: Path) -> str:
    from tools.knowledge.notes import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return decode(opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise MachaError(f"{safe_line(str(file))}: cannot be read: {error.strerror}") from None


def _row(document: Document) -> tuple[str, ...]:
    return (document.id, document.kind, f"{document.weight:.2f}", document.title)


def _say_hit(hit: "Hit") -> None:
    say_styled("bold", hit.document.id, f"  {hit.document.title}")
    say_wrapped(f"fit {hit.fit:.2f}{'' if hit.fits else ', too little'}; {hit.document.provenance}", "    ", "  ")
    for line in hit.document.text.splitlines()[:MOST_SHOWN]:
        say_wrapped(line, "      ", "  | ")


def _say_state(found: "Found") -> None:
    if found.less:
        say_wrapped(f"By words alone: {found.less}.")


def _state(found: "Found") -> dict[str, str]:
    return {"words_alone_because": found.less, "index_made_because": found.anew}


def _hit(hit: "Hit") -> dict[str, Any]:
    return {**_object(hit.document), "fit": hit.fit, "fits": hit.fits}


def _object(document: Document) -> dict[str, Any]:
    return asdict(document)
