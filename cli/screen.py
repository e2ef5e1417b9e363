"""What a person approves, rendered from the typed action and the gate's own probe; words of others last and marked."""

import shlex
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cli.output import say, say_styled, say_wrapped
from tools.clock import parse_stamp
from tools.safe_text import safe_line

MOST_OUTPUT_LINES = 200
WORDS = {"rules": "rules say", "model": "model says, unchecked", "person": "a person says"}
_INDENT = " " * 14


def command(row: Mapping[str, Any]) -> str:
    """The exact command that a row would run, made from its typed action; or why there is none."""
    from tools.actions.catalogue import build  # pydantic, which `list` does without

    action = build(row["kind"], row["parameters"])
    if isinstance(action, str):
        return f"nothing: {action}"
    if action.sentence() != row["sentence"]:
        return f"nothing: this row was edited, what it would do is to {action.sentence()}"
    return shlex.join(action.argv())


def time_left(row: Mapping[str, Any], now: datetime) -> str:
    minutes = int((parse_stamp(row["expires_at"]) - now).total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def say_screen(row: Mapping[str, Any], now: datetime) -> None:
    """Print all that is known of a row of the ledger, as `gate.queue.row` has it."""
    say_styled("bold", str(row["number"]), f"  {row['sentence'] or row['kind']} on {row['host']}")
    for label, words in _facts(row, now):
        if words:
            say_wrapped(words, _INDENT, f"  {label:<11} ")
    if row["output"]:
        _say_output(row["output"])
    if row["why"]:
        say_wrapped(f"“{safe_line(row['why'])}”", _INDENT, f"  {WORDS[row['author']]}: ")


def _facts(row: Mapping[str, Any], now: datetime) -> Iterable[tuple[str, str]]:
    waits = row["state"] in ("proposed", "approved")
    basis = dict(row["basis"])
    yield "state", row["state"] + (f", expires in {time_left(row, now)}" if waits else "")
    yield "risk", row["risk"]
    yield "runs", command(row)
    yield "parameters", ", ".join(f"{key}={value}" for key, value in row["parameters"].items())
    yield "also stops", basis.pop("also stops", "")
    yield "because", safe_line(row["reason"], 600)
    yield "rests on", ", ".join(f"{key} {value}" for key, value in basis.items())
    yield "story", "; ".join(f"{told['event']} {told['at']}" + _by(told) for told in row["events"])
    yield "verdict", safe_line(row["verdict"])
    yield "run", row["run"]


def _by(told: Mapping[str, Any]) -> str:
    is_answer = told["event"] in ("approved", "rejected", "withdrawn")
    return f" by {told['decided_by']}" if is_answer and told["decided_by"] else ""


def _say_output(output: str) -> None:
    lines = output.split("\n")
    say("  output")
    for line in lines[:MOST_OUTPUT_LINES]:
        say_wrapped(line, "    ")
    if len(lines) > MOST_OUTPUT_LINES:
        say(f"    … {len(lines) - MOST_OUTPUT_LINES} more lines, with --json")
