"""`macha audit`: prove that the record of decisions and actions is as it was written."""

from typing import Annotated

import typer

from cli.options import Config, Json
from cli.output import say, say_json
from gate.audit import Audit, verify
from tools.errors import MachaError
from tools.state_folder import state_folder

app = typer.Typer(help="Prove that the record is as it was written.", no_args_is_help=True)


@app.command("verify")
def verify_(
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="LINE:HASH", help="A head that was anchored elsewhere: finds a cut tail too."),
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Check every line of audit.jsonl; the first bad one is named, and the exit code is 1."""
    file = state_folder(config) / "audit.jsonl"
    lines = verify(file, _head(head))
    if as_json:
        say_json({"file": str(file), "lines": lines, "is_whole": True})
    else:
        say(f"{lines} lines, every one as it was written.")


@app.command("head")
def head_(as_json: Json = False, config: Config = None) -> None:
    """The number and hash of the newest line, to be kept elsewhere."""
    number, hash_ = Audit(state_folder(config)).head()
    if as_json:
        say_json({"line": number, "hash": hash_})
    else:
        say(f"{number}:{hash_}")


def _head(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    line, _, hash_ = text.partition(":")
    if not line.isdecimal() or len(hash_) != 64:
        raise MachaError(f"--head {text}: not a head, as `macha audit head` prints it (LINE:HASH)")
    return int(line), hash_
