"""Options that several commands share, each said once."""

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
