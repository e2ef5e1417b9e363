"""`macha policy`: what may be done where, and why one action may or may not be done now."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Config, Json
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.errors import MachaError

if TYPE_CHECKING:
    from tools.configuration import Settings

app = typer.Typer(help="What Macha may do, and why.", no_args_is_help=True)


@app.command()
def show(as_json: Json = False, config: Config = None) -> None:
    """The whole decision table: every kind of action on every host, at this moment."""
    from gate.policy_table import table
    from tools.clock import SystemClock
    from tools.configuration import load

    settings = load(config)
    rows = table(settings, SystemClock().now())
    if as_json:
        say_json([asdict(row) for row in rows])
        return
    say_table(
        [(r.host, r.kind, r.risk, r.level, r.answer, r.why) for r in rows],
        ("host", "action", "risk", "level", "answer", "because"),
    )
    say()
    say_wrapped(
        "The risk is the action's own; a unit that others hang on, or a critical host, raises it. Protected units, "
        "budgets, open breakers and the facts of the moment come on top: `macha policy explain ACTION TARGET` tells."
    )  # fmt: skip


@app.command()
def explain(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="A kind of action, as in unit.restart.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="What it is done to: a unit, a path.")],
    host: Annotated[
        str | None, typer.Option("--host", metavar="NAME", help="Which host; needed when there are several.")
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What policy would say of one action now, after a fresh look at the host. Nothing is proposed or done."""
    from cli.house import House
    from gate.interface import Request
    from tools.actions.catalogue import parameters_for
    from tools.configuration import load

    settings = load(config)
    name = _host(host, settings)
    parameters = parameters_for(action, target)
    if isinstance(parameters, str):
        raise MachaError(parameters)
    house = House.open(settings)
    try:
        judgement = house.gate().judge(Request(name, action, parameters, ""))
    finally:
        house.fleet.close()
    if as_json:
        say_json({"host": name, "action": action, "target": target, **asdict(judgement)})
        return
    words = {"run": "would be done without asking", "ask": "would be put to a person", "refuse": "would be refused"}
    style = {"run": "good", "ask": "info", "refuse": "warning"}[judgement.answer]
    say_styled(style, f"{action} {target} on {name} {words[judgement.answer]}", f" ({judgement.risk} risk)")
    for reason in judgement.reasons:
        say_wrapped(reason, "    ", "  - ")


def _host(name: str | None, settings: "Settings") -> str:
    known = settings.host_names()
    if name is None and len(known) == 1:
        return known[0]
    if name is None:
        raise MachaError(f"which host? --host NAME, one of {', '.join(known) or 'none'}")
    if name not in known:
        raise MachaError(f"there is no host {name} in the configuration; known are {', '.join(known) or 'none'}")
    return name
