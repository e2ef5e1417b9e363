"""`macha approve`: see what waits, and say yes or no."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import Config, Json, application
from cli.output import can_ask, say, say_json, say_table
from cli.screen import command, say_screen, time_left
from gate import queue
from tools.clock import SystemClock, stamp
from tools.errors import MachaError
from tools.safe_text import safe_line
from tools.state_folder import state_folder

MOST_DIGITS = 18
"""Of a number that is typed: it fits into 64 bits, and no parameter is nearly as large."""

app = application("See what waits for your answer, and give it.")


def _in_range(given: int | list[int]) -> int | list[int]:
    """SQLite cannot even be asked for a number beyond 64 bits."""
    for number in given if isinstance(given, list) else [given]:
        if not 0 < number < 1 << 63:
            raise _unknown(number)
    return given


def _unknown(number: int) -> MachaError:
    return MachaError(f"there is no action number {number}; `macha-approve list` shows those that wait")


Number = Annotated[
    int, typer.Argument(metavar="N", help="The number that the report or `list` shows.", callback=_in_range)
]
Numbers = Annotated[list[int], typer.Argument(metavar="N...", help="One number or several.", callback=_in_range)]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]


@app.command("list")
def list_(as_json: Json = False, config: Config = None) -> None:
    """What waits for an answer."""
    now = SystemClock().now()
    waiting = queue.waiting(state_folder(config), stamp(now))
    if as_json:
        say_json(waiting)
    elif not waiting:
        say("Nothing waits for an answer.")
    else:
        heading = ("N", "host", "risk", "expires in", "what")
        say_table([_line(row, now) for row in waiting], heading)
        say("\nmacha-approve show N tells more; macha-approve approve N, or reject N, answers.")


@app.command()
def show(number: Number, as_json: Json = False, config: Config = None) -> None:
    """All that is known of one action: what it runs, the facts it rests on, what happened to it, and who wants it."""
    row = queue.row(state_folder(config), number)
    if row is None:
        raise _unknown(number)
    if as_json:
        say_json(row | {"runs": command(row)})
        return
    say_screen(row, SystemClock().now())


@app.command()
def approve(
    numbers: Numbers,
    reason: Reason = "",
    edits: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Allow it with another parameter; `show N` names them."),
    ] = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask once more for what --set has changed.")] = False,
    config: Config = None,
) -> None:
    """Say yes, and see it done: exactly what `show N` says, once, if the world is still as it was.

    With --set you are shown what it would do then, and asked once more. The proposal is withdrawn, and what you allow
    instead is judged anew and gets a number of its own.
    """
    from cli.decide import carry_on, decide  # a second of imports that `list` does not need
    from tools.configuration import load

    if edits and len(numbers) > 1:
        raise MachaError("--set changes one action: name one number")
    changed = _edited(state_folder(config), numbers[0], edits) if edits else None
    if edits and not is_sure and not can_ask():
        raise MachaError("--set asks at the terminal before it allows what it changed, and there is none; add --yes")
    with carry_on(load(config)) as desk:
        failed = [
            n for n in numbers if not decide(desk, n, is_yes=True, reason=reason, parameters=changed, is_sure=is_sure)
        ]
    if failed:
        raise typer.Exit(1)


def _edited(folder: Path, number: int, edits: list[str]) -> dict[str, str | int]:
    """Parameters by name as a person has typed them; a number where the proposal has one."""
    row = queue.row(folder, number)
    if row is None:
        raise _unknown(number)
    there, found = row["parameters"], {}
    for edit in edits:
        key, equals, text = edit.partition("=")
        if not equals or key not in there:
            known = ", ".join(f"{name}={value}" for name, value in there.items())
            raise MachaError(f"--set {safe_line(edit, 80)}: number {number} has {known or 'no parameters'}")
        is_number = isinstance(there[key], int) and text.isdecimal()
        if is_number and len(text) > MOST_DIGITS:
            raise MachaError(f"--set {key}: a number has at most {MOST_DIGITS} digits, not {len(text)}")
        found[key] = int(text) if is_number else text
    return found


@app.command()
def reject(
    numbers: Numbers,
    reason: Reason = "",
    config: Config = None,
) -> None:
    """Say no for good."""
    from cli.decide import carry_on, decide  # as above
    from tools.configuration import load

    with carry_on(load(config)) as desk:
        failed = [number for number in numbers if not decide(desk, number, is_yes=False, reason=reason)]
    if failed:
        raise typer.Exit(1)


def _line(row: dict[str, Any], now: datetime) -> tuple[str, ...]:
    return (str(row["number"]), row["host"], row["risk"], time_left(row, now), row["sentence"])
