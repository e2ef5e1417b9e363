"""`macha breaker`: what Macha holds back because it went wrong too often, until you have looked."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.options import Config, Json
from cli.output import say, say_json, say_table
from tools.errors import MachaError

app = typer.Typer(help="What is held back until you have looked.", no_args_is_help=True)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The open breakers."""
    from cli.house import House  # half a second of imports that `--help` does not need
    from tools.configuration import load

    breakers = [b for b in House.open(load(config)).gate().breakers() if every or not b.closed_at]
    if as_json:
        say_json([asdict(breaker) for breaker in breakers])
    elif not breakers:
        say("No breaker is open.")
    else:
        state = {b.id: f"closed by {b.closed_by}" if b.closed_at else "open" for b in breakers}
        say_table(
            [(str(b.id), b.opened_at[:16], state[b.id], b.reason) for b in breakers], ("N", "since", "state", "why")
        )
        say("\nmacha breaker close N lets go on what it holds back.")


@app.command()
def close(
    number: Annotated[int, typer.Argument(metavar="N", help="The number that `list` shows.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")] = "",
    config: Config = None,
) -> None:
    """Let go on what a breaker holds back."""
    from cli.house import House  # as above
    from gate.telling import person
    from tools.configuration import load

    refused = House.open(load(config)).gate().close_breaker(number, person(), reason)
    if refused:
        raise MachaError(refused.why)
    say(f"Breaker {number} is closed.")
