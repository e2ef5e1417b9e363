"""`macha logs`: what Macha did and decided, from its own files or from the journal of its service."""

import json
import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from cli.options import Config, Json
from cli.output import say, say_json
from tools.errors import MachaError
from tools.safe_text import safe_line
from tools.state_folder import state_folder

FILES = {"decisions": "decisions.jsonl", "actions": "actions.jsonl", "orchestrator": "orchestrator.log"}
SERVICE = "macha-autonomous.service"
POLL_SECONDS = 0.5
LONGEST = 1 << 16


def logs(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="service, decisions, actions or orchestrator")],
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on as lines are added.")] = False,
    number: Annotated[int, typer.Option("-n", "--lines", min=0, metavar="N", help="How many of the last lines.")] = 50,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show what Macha did and decided."""
    if what == "service":
        _service(number, follow, as_json)
    if what not in FILES:
        raise MachaError(f"there is no log {what}; known are service, {', '.join(FILES)}")
    file = state_folder(config) / FILES[what]
    if follow:
        for line in _following(file, number):
            say(json.dumps(_value(line)) if as_json else _for_people(line))
            sys.stdout.flush()
    elif as_json:
        say_json([_value(line) for line in _last(file, number)])
    else:
        for line in _last(file, number):
            say(_for_people(line))


def _service(number: int, follow: bool, as_json: bool) -> None:
    journalctl = shutil.which("journalctl")
    if journalctl is None:
        raise MachaError("journalctl is not installed here, so there is no service log; try `macha-logs orchestrator`")
    argv = [journalctl, "--unit", SERVICE, "--lines", str(number), "--no-pager"]
    os.execv(journalctl, [*argv, *(["--follow"] if follow else []), *(["--output=json"] if as_json else [])])  # noqa: S606


def _open(file: Path) -> TextIO:
    try:
        return file.open(errors="replace", newline="\n")
    except FileNotFoundError:
        raise MachaError(f"{file}: nothing was written yet; `macha check` runs a cycle") from None
    except OSError as error:
        raise MachaError(f"{file}: cannot be read: {error.strerror}") from None


def _last(file: Path, number: int) -> list[str]:
    with _open(file) as lines:
        return [line.rstrip("\n") for line in deque(lines, number)]


def _following(file: Path, number: int) -> Iterator[str]:
    """The last lines and then those that are added, each when it is whole, also after the file was rotated away."""
    lines = _open(file)
    last = deque(lines, number)
    line = last.pop() if last and not last[-1].endswith("\n") else ""
    yield from (known.rstrip("\n") for known in last)
    while True:
        line += lines.readline()
        if line.endswith("\n"):
            yield line.rstrip("\n")
            line = ""
        elif _was_replaced(file, lines):
            lines.close()
            lines = _open(file)
        else:
            time.sleep(POLL_SECONDS)


def _was_replaced(file: Path, lines: TextIO) -> bool:
    try:
        return file.stat().st_ino != os.fstat(lines.fileno()).st_ino
    except FileNotFoundError:
        return False  # it will be there again with the next line


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return {"line": line}


def _for_people(line: str) -> str:
    """One event in one line: when, which number, what became of what, on whose word and why."""
    event = _value(line)
    if not isinstance(event, dict) or "event" not in event:
        return safe_line(line, LONGEST)
    told = {key: str(event.get(key, "")) for key in ("at", "number", "event", "kind", "target", "host", "decided_by")}
    what = "{at}  {number:>4} {event:<11} {kind} {target} on {host}".format(**told)
    by = f" by {told['decided_by']}" if told["event"] in ("approved", "rejected", "withdrawn") else ""
    why = event.get("verdict") or event.get("reason", "")
    return safe_line(f"{what}{by}{f': {why}' if why else ''}", LONGEST)
