"""`macha why`: the whole story of an action or a finding, in order, with what each part rests on; no model is asked."""

from typing import Annotated, Any

import typer

from cli.options import Config, Json
from cli.output import say, say_json, say_styled, say_wrapped
from cli.screen import WORDS
from tools.clock import SystemClock
from tools.safe_text import safe_line
from tools.state_folder import state_folder

MOST_EVIDENCE = 20
MOST_OUTPUT = 10
_INDENT = " " * 14


def why(
    what: Annotated[
        str, typer.Argument(metavar="N|FINDING", help="A number of the ledger, or how a finding's id begins.")
    ],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Why: what was seen, what Macha makes of it, what was proposed or why not, who decided, what came of it."""
    from cli.story import story  # a third of a second of rules that the help does not need

    told = story(state_folder(config), SystemClock().now(), what, config)
    if as_json:
        say_json(told)
        return
    for one in told["findings"]:
        _say_seen(one)
        _say_opinion(one)
    for print_ in told["forgotten"]:
        _tell("seen", f"finding {safe_line(print_, 40)} is no longer kept")
    _say_actions(told)
    _say_rest(told)


def _tell(label: str, words: str) -> None:
    say_wrapped(words, _INDENT, f"  {label:<11} ")


def _say_seen(one: dict[str, Any]) -> None:
    say_styled(one["severity"], f"Seen: {one['summary']}", f" on {one['host']}")
    _tell("finding", f"{one['id']}, {one['kind']} {one['object']}, {one['severity']}, {one['state']}")
    count = "once" if one["seen_count"] == 1 else f"{one['seen_count']} times"
    _tell("seen", f"{count}, first {_minute(one['first_seen_at'])}, last {_minute(one['last_seen_at'])}")
    if one["unknown_since"] and one["state"] != "resolved":
        _tell("", f"unknown now: the host cannot be looked at since {_minute(one['unknown_since'])}")
    for at, line in enumerate(one["evidence"][:MOST_EVIDENCE]):
        _tell("" if at else "evidence", f"{line['source']}: {line['text']}")
    if one["changed"] is None:
        _tell("changed", "there was no look before it began")
    for at, line in enumerate(one["changed"] or []):
        _tell("" if at else "changed", line)
    for at, event in enumerate(one["events"]):
        by = f" by {event['person']}" if event["person"] else ""
        reason = f": {event['reason']}" if event["reason"] else ""
        _tell("" if at else "since then", f"{_minute(event['at'])} {event['event']}{by}{reason}")
    _tell(
        "rests on", ", ".join(filter(None, (f"cycle {one['run']}", one["snapshot"] and f"snapshot {one['snapshot']}")))
    )


def _say_opinion(one: dict[str, Any]) -> None:
    say_styled("bold", "What Macha makes of it")
    if one["advice"]:
        _tell("rules say", one["advice"])
    for place, cause in enumerate(one["causes"], 1):
        named = ", the likely one" if cause["runbook"] == one["named"] else ""
        _tell(f"cause {place}", f"{cause['cause']} (runbook {cause['runbook']}{named}, {cause['confidence']:.2f})")
        for line in cause["for"]:
            _tell("  for", line)
        for line in cause["against"]:
            _tell("  against", line)
    if not one["causes"] and one["snapshot"]:
        _tell("cause", "no runbook knows one")
    for limit in one["limits"]:
        _tell("but", limit)
    _say_incident(one)


def _say_incident(one: dict[str, Any]) -> None:
    incident = one["incident"]
    root = incident["root"]
    if root["id"] != one["id"]:
        _tell("hangs on", f"{root['id']} {root['summary']} (cause: {incident['cause']})")
    others = [other for other in incident["symptoms"] if other["id"] != one["id"]]
    for at, other in enumerate(others):
        _tell("" if at else "with it", f"{other['id']} {other['summary']}: {other['why']}")


def _say_actions(told: dict[str, Any]) -> None:
    if not told["actions"]:
        say_styled("bold", "Nothing was proposed")
        _tell("because", "no rule named an action for it that the gate could have judged")
    for row in told["actions"]:
        asked = " (what you asked about)" if row["number"] == told["number"] else ""
        undoes = f", to undo {row['undo_of']}" if row["undo_of"] is not None else ""
        say_styled(
            "bold", f"Action {row['number']}: {row['sentence'] or row['kind']}", f" on {row['host']}{undoes}{asked}"
        )
        for label, words in _of_action(row):
            if words:
                _tell(label, words)


def _of_action(row: dict[str, Any]) -> list[tuple[str, str]]:
    done = f"exit status {row['exit_status']}" if row["exit_status"] is not None else ""
    return [
        ("state", f"{row['state']}, risk {row['risk']}, policy {safe_line(row['policy_version'], 40)}"),
        ("proposed", _minute(row["proposed_at"]) + (f" in cycle {row['run']}" if row["run"] else "")),
        ("wanted for", f"{WORDS[row['author']]}: “{safe_line(row['why'], 600)}”" if row["why"] else ""),
        ("gate says", safe_line(_first_reason(row), 600)),
        ("saw", ", ".join(f"{key} {value}" for key, value in row["basis"].items())),
        ("decided", f"{row['decided_by']} {_minute(row['decided_at'])}" if row["decided_by"] else ""),
        ("runs", row["runs"]),
        ("done", ", ".join(filter(None, (_minute(row["claimed_at"]), done))) if row["claimed_at"] else "never begun"),
        ("said", "\n".join(row["output"].split("\n")[:MOST_OUTPUT])),
        ("proven", safe_line(row["verdict"])),
        ("story", "\n".join(_told(event) for event in row["events"])),
    ]  # fmt: skip


def _first_reason(row: dict[str, Any]) -> str:
    """Why it was proposed or refused: the row itself holds the reason of its last step only."""
    return str(next((event["reason"] for event in row["events"] if event["reason"]), row["reason"]))


def _told(event: dict[str, Any]) -> str:
    reason = f": {event['reason']}" if event["reason"] else ""
    return safe_line(f"{_minute(event['at'])} {event['event']}{reason}", 300)


def _say_rest(told: dict[str, Any]) -> None:
    say_styled("bold", "Known of the like")
    for hit in told["knowledge"]:
        _tell("", f"{hit['id']}: {hit['title']} ({hit['provenance']})")
    if not told["knowledge"]:
        _tell("", "no past case and no note fits")
    numbers = [str(row["number"]) for row in told["actions"] if row["state"] == "proposed"]
    if numbers:
        say(f"\nmacha-approve approve {numbers[0]}, or reject {numbers[0]}, answers.")


def _minute(text: str | None) -> str:
    """A stored stamp without seconds, in UTC as everything that Macha prints."""
    return safe_line(f"{text[:16].replace('T', ' ')}Z") if text else "-"
