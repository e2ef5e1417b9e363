"""`macha logs`: what Macha did and decided, from its own files or from the journal of its service."""

import json
import os
import shutil
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import Config, Json
from cli.output import say, say_json
from tools.configuration import load
from tools.errors import MachaError

FILES = {"decisions": "decisions.jsonl", "actions": "actions.jsonl", "orchestrator": "orchestrator.log"}
SERVICE = "macha-autonomous.service"
POLL_SECONDS = 0.5


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
    file = load(config).state() / FILES[what]
    if not file.exists():
        raise MachaError(f"{file}: nothing was written yet; `macha check` runs a cycle")
    lines = _following(file, number) if follow else iter(_last(file, number))
    if as_json and not follow:
        say_json([_value(line) for line in lines])
        return
    for line in lines:
        say(line if as_json or what == "orchestrator" else _for_people(line))


def _service(number: int, follow: bool, as_json: bool) -> None:
    journalctl = shutil.which("journalctl")
    if journalctl is None:
        raise MachaError("journalctl is not installed here, so there is no service log; try `macha-logs orchestrator`")
    argv = [journalctl, "--unit", SERVICE, "--lines", str(number), "--no-pager"]
    os.execv(journalctl, [*argv, *(["--follow"] if follow else []), *(["--output=json"] if as_json else [])])  # noqa: S606


def _last(file: Path, number: int) -> list[str]:
    with file.open(errors="replace") as lines:
        return [line.rstrip("\n") for line in deque(lines, number)]


def _following(file: Path, number: int) -> Iterator[str]:
    yield from _last(file, number)
    with file.open(errors="replace") as lines:
        lines.seek(0, os.SEEK_END)
        while True:
            line = lines.readline()
            if line.endswith("\n"):
                yield line.rstrip("\n")
            elif not line:
                time.sleep(POLL_SECONDS)


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return {"line": line}


def _for_people(line: str) -> str:
    """One event in one line: when, which number, what became of what, on whose word and why."""
    event = _value(line)
    if not isinstance(event, dict) or "event" not in event:
        return line
    what = (
        f"{event['at']}  {event['number']:>4} {event['event']:<11} {event['kind']} {event['target']} on {event['host']}"
    )
    by = f" by {event['decided_by']}" if event["event"] in ("approved", "rejected", "withdrawn") else ""
    why = event.get("verdict") or event.get("reason", "")
    return f"{what}{by}{': ' + why if why else ''}"
