"""`macha graph`: the cycle as a drawing, and the path that a run took through it."""

from typing import Annotated

import typer

from cli.options import Config
from cli.output import say
from tools.errors import MachaError
from tools.state_folder import state_folder


def graph(
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="Mark the steps this run took.")] = None,
    config: Config = None,
) -> None:
    """Print the cycle as Mermaid text."""
    from graph.drawing import mermaid, mermaid_of_run  # a second of imports

    if run is None:
        say(mermaid().rstrip())
        return
    if not run.isascii():  # every id is; other text may not even be fit for a database
        raise MachaError(f"there is no run {run}; `macha-logs orchestrator` names those there were")
    from graph.driver import Driver

    say(mermaid_of_run(*Driver(state_folder(config)).path(run)).rstrip())
