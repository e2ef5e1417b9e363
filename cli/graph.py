"""`macha graph`: the cycle as a drawing, and the path that a run took through it."""

from typing import Annotated

import typer

from cli.options import Config
from cli.output import say
from tools.configuration import load


def graph(
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="Mark the steps this run took.")] = None,
    config: Config = None,
) -> None:
    """Print the cycle as Mermaid text."""
    settings = load(config)
    from graph.drawing import mermaid, mermaid_of_run  # a second of imports

    if run is None:
        say(mermaid().rstrip())
        return
    from graph.driver import Driver

    say(mermaid_of_run(*Driver(settings.state()).path(run)).rstrip())
