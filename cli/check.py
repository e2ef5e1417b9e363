"""`macha check`: look at the machines now, judge, propose, do what is allowed, and report."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json
from cli.output import say_json
from cli.report import say_report

WAITING_EXIT = 10


def check(
    host: Annotated[
        list[str] | None, typer.Option("--host", metavar="NAME", help="Only this host; may be repeated.")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", metavar="FILE", help="Judge recorded facts; nothing is done or stored.")
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="LEVEL", help="observe, suggest, auto-safe or auto-full, for this run only."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 10 when something waits for approval.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Look at the machines now, judge what is seen, and propose what would help."""
    from cli.cycle import cycle, replayed  # a second of imports that `--help` does not need

    result = replayed(snapshot, config) if snapshot else cycle(host, level, config)
    say_json(result) if as_json else say_report(result)
    if exit_code and any(action["state"] == "proposed" for action in result["actions"]):
        raise typer.Exit(WAITING_EXIT)
