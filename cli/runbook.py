"""`macha runbook`: what Macha knows about causes, and whether a runbook of one's own is right."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Config, Json
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.errors import MachaError

if TYPE_CHECKING:
    from tools.runbooks.runbook import Runbook

app = typer.Typer(help="What Macha knows about causes.", no_args_is_help=True)
_RESTART = {"yes": "helps", "no": "does not help", "for_a_while": "helps only for a while", "harmful": "does harm"}


@app.command("list")
def list_(as_json: Json = False, config: Config = None) -> None:
    """Every runbook: its name, what may be done at most, whether a restart helps, and the cause."""
    known = _known(config)
    if as_json:
        say_json([_object(runbook) for runbook in known.values()])
        return
    say_table(
        [(one.name, one.safe_class, one.restart, one.cause) for one in known.values()],
        ("runbook", "class", "restart", "cause"),
    )
    say()
    say(f"{len(known)} runbooks; `macha runbook show NAME` prints one")


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A runbook of `macha runbook list`.")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """One runbook: how its cause is told, what helps, what must not be done, how it is verified."""
    known = _known(config)
    runbook = known.get(name.replace("-", "_"))
    if runbook is None:
        near = difflib.get_close_matches(name, known, 1, 0.5)
        raise MachaError(f"there is no runbook {name}; " + (f"did you mean {near[0]}?" if near else "see the list"))
    if as_json:
        say_json(_object(runbook))
        return
    _say(runbook)


@app.command()
def test(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A runbook of your own.")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Read a runbook, say by line what is wrong with it, and try its patterns on its own examples."""
    from tools.runbooks.examples import trials
    from tools.runbooks.front_matter import read

    runbook = read(file)
    tried = list(trials(runbook, _known(config)))
    wrong = [trial for trial in tried if trial.why_not]
    if as_json:
        say_json({"name": runbook.name, "examples": [{"text": t.example, "why_not": t.why_not} for t in tried]})
    else:
        for trial in tried:
            style, mark = ("warning", "not told") if trial.why_not else ("good", "told")
            say_styled(style, f"{mark:<8}", f"  {trial.points:.1f} points  {trial.example.splitlines()[0]}")
            if trial.why_not:
                say_wrapped(trial.why_not, " " * 10)
    if wrong:
        raise MachaError(f"{file}: {len(wrong)} of {len(tried)} examples are not told by it")
    if not as_json:
        say_wrapped(f"{runbook.name}: reads well, and its cause is named first in each of its {len(tried)} examples")


def _known(config: Path | None) -> "dict[str, Runbook]":
    from tools.configuration import load
    from tools.runbooks.library import runbooks

    return runbooks(load(config).runbooks_directory)


def _object(runbook: "Runbook") -> dict[str, object]:
    values: dict[str, object] = runbook.model_dump(mode="json", exclude={"signals"})
    signals = {key: [getattr(one, "text", one) for one in given] for key, given in runbook.signals}
    return values | {"signals": signals}


def _say(runbook: "Runbook") -> None:
    say_styled("bold", runbook.name, f"  ({', '.join(runbook.applies_to)}; family {runbook.family})")
    say_wrapped(runbook.cause, "  ")
    say()
    for paragraph in runbook.advice.split("\n\n"):
        say_wrapped(paragraph.replace("\n", " "), "  ")
    say()
    restart = f"{_RESTART[runbook.restart]}: {runbook.restart_why}"
    what = [f"{one.kind} {one.on}{' (for a person)' if one.is_for_a_person else ''}" for one in runbook.actions]
    parts: list[tuple[str, list[str]]] = [
        ("at most", [runbook.safe_class.replace("_", "-")]),
        ("a restart", [restart]),
        ("may help", what),
        ("look at", list(runbook.look_at)),
        ("must not", list(runbook.must_not)),
        ("verify", [runbook.verify]),
        *((key.replace("_", " "), [getattr(one, "text", one) for one in given]) for key, given in runbook.signals),
        ("sources", list(runbook.sources)),
    ]
    for label, lines in parts:
        for at, line in enumerate(lines):
            say_wrapped(line, " " * 16, f"  {label if at == 0 else '':<14}")
