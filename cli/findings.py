"""`macha findings`: what is wrong, since when and what had changed; and say that you know, or do not want to hear."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.moments import duration, moment
from cli.options import Config, Json, application
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.clock import SystemClock, parse_stamp
from tools.state_folder import state_folder
from tools.store import finding_list

if TYPE_CHECKING:
    from tools.store.memory import Store

MOST_EVIDENCE = 20
app = application("What is wrong, since when, and what you have said of it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `list` shows, or how it begins.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with it.")]


@app.command("list")
def list_(
    every: Annotated[
        bool, typer.Option("--all", help="Also what is pending, snoozed, suppressed or resolved.")
    ] = False,
    host: Annotated[str | None, typer.Option("--host", metavar="NAME", help="Only of this host.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What is open, worst first."""
    found = finding_list.listed(state_folder(config), SystemClock().now(), every=every, host=host)
    if as_json:
        say_json(found)
    elif not found:
        say("No finding is known." if every else "No finding is open.")
    else:
        heading = ("id", "severity", "state", "since", "host", "what")
        say_table([_line(one) for one in found], heading)
        say("\nmacha findings show ID tells more; ack, snooze and suppress ID answer.")


@app.command()
def show(id_: Id, as_json: Json = False, config: Config = None) -> None:
    """All that is known of one finding: evidence, what had changed before it began, what became of it."""
    one = finding_list.finding(state_folder(config), SystemClock().now(), id_)
    if as_json:
        say_json(one)
        return
    say_styled(one["severity"], f"{one['id']}  {one['severity']}", f"  {one['summary']}")
    for label, words in _facts(one):
        say_wrapped(words, " " * 14, f"  {label:<11} ")
    for at, line in enumerate(one["evidence"][:MOST_EVIDENCE]):
        say_wrapped(f"{line['source']}: {line['text']}", " " * 16, " " * 14 if at else "  evidence    ")
    _say_changed(one["changed"])
    for at, event in enumerate(one["events"]):
        say_wrapped(f"{_minute(event['at'])} {_told(event)}", " " * 16, " " * 14 if at else "  story       ")


@app.command()
def ack(id_: Id, as_json: Json = False, config: Config = None) -> None:
    """You know of it: it stays in the reports, marked, until it is over or gets worse."""
    _answer(id_, config, as_json, lambda store, print_, person: store.acknowledge(print_, person))


@app.command()
def snooze(
    id_: Id,
    length: Annotated[str, typer.Option("--for", metavar="TIME", help="As in 90m, 2h, 3d.")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Not now: it is in no report for that time, unless it gets worse."""
    until = SystemClock().now() + duration(length, "--for")
    _answer(id_, config, as_json, lambda store, print_, person: store.snooze(print_, person, until))


@app.command()
def suppress(
    id_: Id,
    reason: Annotated[str, typer.Option("--reason", help="Why it is meant to be so; kept with it.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="As in 2026-04-01 or 3d; needed for critical ones.")
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """It is meant to be so: it is in no report, also when it comes back, unless it becomes critical."""

    from tools.configuration import load  # for the time zone

    end = moment(until, "--until", SystemClock().now(), load(config).time_zone) if until is not None else None
    _answer(id_, config, as_json, lambda store, print_, person: store.suppress(print_, person, reason, end))


@app.command()
def unsuppress(id_: Id, reason: Reason = "", as_json: Json = False, config: Config = None) -> None:
    """Hear of it again."""
    _answer(id_, config, as_json, lambda store, print_, person: store.unsuppress(print_, person, reason))


def _answer(id_: str, config: Path | None, as_json: bool, say_so: Callable[["Store", str, str], None]) -> None:
    """Give one answer in the name of whoever runs this, and show how the finding stands after it."""
    from gate.telling import person
    from tools.store.memory import Store  # half a second of imports that `list` does not need

    folder, clock, who = state_folder(config), SystemClock(), person()
    before = finding_list.finding(folder, clock.now(), id_)
    say_so(Store(folder / "macha.db", clock), before["id"], f"{who.name} (uid {who.uid})")
    after = finding_list.finding(folder, clock.now(), before["id"])
    if as_json:
        say_json(after)
    else:
        until = f" until {_minute(after['until'])}" if after["until"] else ""
        say_styled("bold", after["id"], f" is {after['state']}{until}: {after['host']}: {after['summary']}")


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    marks = [
        one["state"],
        *(["flapping"] if one["is_flapping"] else []),
        *(["unknown now"] if _is_unknown(one) else []),
    ]
    return (one["id"], one["severity"], ", ".join(marks), _minute(one["began_at"]), one["host"], one["summary"])


def _is_unknown(one: dict[str, Any]) -> bool:
    """Whether the host is silent, so that nobody can say if this is still so."""
    return one["unknown_since"] is not None and one["kind"] != "net.unreachable" and one["state"] != "resolved"


def _facts(one: dict[str, Any]) -> list[tuple[str, str]]:
    facts = [("what", f"{one['kind']} {one['object']} on {one['host']}"), ("state", one["state"])]
    if one["is_flapping"]:
        facts.append(("", "flapping: it reopened three times or more in 24 hours"))
    if _is_unknown(one):
        facts.append(("", f"the host cannot be looked at since {_minute(one['unknown_since'])}: unknown now"))
    if one["answer"]:
        until = f" until {_minute(one['until'])}" if one["until"] else ""
        facts.append(("answer", f"{one['answer']}{until} by {one['answered_by']} at {_minute(one['answered_at'])}"))
    if one["reason"]:
        facts.append(("reason", one["reason"]))
    count = "once" if one["seen_count"] == 1 else f"{one['seen_count']} times"
    seen = f"{count}, first {_minute(one['first_seen_at'])}, last {_minute(one['last_seen_at'])}"
    facts.append(("seen", f"{seen}; this time since {_minute(one['began_at'])}"))
    if one["resolved_at"]:
        facts.append(("resolved", _minute(one["resolved_at"])))
    return facts


def _say_changed(changed: list[str] | None) -> None:
    if changed is None:
        say_wrapped("there was no look before it began", " " * 14, "  changed     ")
        return
    say_wrapped(
        "since the cycle before it was first seen:" if changed else "nothing that Macha compares", "", "  changed     "
    )
    for line in changed:
        say_wrapped(line, " " * 16, " " * 14)


def _told(event: dict[str, Any]) -> str:
    by = f" by {event['person']}" if event["person"] else ""
    until = f" until {_minute(event['until'])}" if event["until"] else ""
    return f"{event['event']}{by}{until}{': ' + event['reason'] if event['reason'] else ''}"


def _minute(moment_: str | None) -> str:
    """A stored stamp without seconds, in UTC as everything that Macha prints."""
    if moment_ is None:
        return "-"
    at: datetime = parse_stamp(moment_)
    return f"{at:%Y-%m-%d %H:%M}Z"
