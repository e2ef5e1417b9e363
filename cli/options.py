"""What several commands share, said once: options, and what a command with sub-commands is."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Configuration file; else $MACHA_CONFIG, else /etc/macha/macha.toml."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text for people.")]


def application(help_: str) -> typer.Typer:
    """A command with sub-commands; errors are the business of cli.main alone."""
    return typer.Typer(
        help=help_, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
