"""`macha approve`: see what waits, and say yes or no."""

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.options import Config, Json, application
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from gate import queue
from tools.clock import SystemClock, parse_stamp, stamp
from tools.configuration import load
from tools.errors import MachaError

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
    waiting = queue.waiting(load(config).state(), stamp(now))
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
    """All that is known of one action: why, the facts it rests on, and what happened to it."""
    row = queue.row(load(config).state(), number)
    if row is None:
        raise _unknown(number)
    if as_json:
        say_json(row)
        return
    say_styled("bold", f"{number}", f"  {row['sentence'] or row['kind']} on {row['host']}")
    for label in ("state", "risk", "reason", "verdict", "decided_by", "expires_at", "run"):
        if row[label]:
            say_wrapped(str(row[label]), " " * 14, f"  {label.replace('_', ' '):<11} ")
    for key, value in row["basis"].items():
        say_wrapped(f"{key} {value}", " " * 14, "  rests on    " if key == next(iter(row["basis"])) else " " * 14)
    for at, event in enumerate(row["events"]):
        by = f" by {event['decided_by']}" if event["event"] in ("approved", "rejected") else ""
        say_wrapped(f"{event['at']} {event['event']}{by}", " " * 14, "  story       " if at == 0 else " " * 14)
    if row["output"]:
        say("  output")
        say_wrapped(row["output"], "    ")
    if row["why"]:
        say_wrapped(row["why"], " " * 14, "  why         ")


@app.command()
def approve(
    numbers: Numbers,
    reason: Reason = "",
    config: Config = None,
) -> None:
    """Say yes, and see it done: exactly what `show N` says, once, if the world is still as it was."""
    from cli.decide import carry_on, decide  # a second of imports that `list` does not need

    with carry_on(load(config)) as desk:
        failed = [number for number in numbers if not decide(desk, number, is_yes=True, reason=reason)]
    if failed:
        raise typer.Exit(1)


@app.command()
def reject(
    numbers: Numbers,
    reason: Reason = "",
    config: Config = None,
) -> None:
    """Say no for good."""
    from cli.decide import carry_on, decide  # as above

    with carry_on(load(config)) as desk:
        failed = [number for number in numbers if not decide(desk, number, is_yes=False, reason=reason)]
    if failed:
        raise typer.Exit(1)


def _line(row: dict[str, Any], now: datetime) -> tuple[str, ...]:
    minutes = int((parse_stamp(row["expires_at"]) - now).total_seconds() // 60)
    left = f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
    return (str(row["number"]), row["host"], row["risk"], left, row["sentence"])
