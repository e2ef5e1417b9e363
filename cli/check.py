"""`macha check`: look at the machines now, judge, propose, do what is allowed, and report."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import Config, Json
from cli.output import say_json
from cli.report import say_report
from tools.configuration import Level, Settings, load
from tools.errors import MachaError

WAITING_EXIT = 10


def check(
    host: Annotated[
        list[str] | None, typer.Option("--host", metavar="NAME", help="Only this host; may be repeated.")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", metavar="FILE", help="Judge recorded facts; nothing is done or stored.")
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="LEVEL", help="observe, suggest, auto-safe or auto-full, for this run only."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 10 when something waits for approval.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Look at the machines now, judge what is seen, and propose what would help."""
    settings = load(config)
    asked = _level(level)
    if snapshot:
        from cli.replay import replay  # a live check does not need it

        result = replay(snapshot, settings)
    else:
        result = _cycle(settings, asked, _hosts(host, settings))
    say_json(result) if as_json else say_report(result)
    if exit_code and any(action["state"] == "proposed" for action in result["actions"]):
        raise typer.Exit(WAITING_EXIT)


def _cycle(settings: Settings, level: Level | None, hosts: list[str]) -> dict[str, Any]:
    from cli.house import House  # a second of imports that `--help` does not need
    from cli.progress import Progress

    house = House.open(settings, level)
    with Progress() as progress:
        return run_cycle(house, hosts, progress)


def run_cycle(house: Any, hosts: list[str], progress: Callable[[str], None]) -> dict[str, Any]:
    """One whole cycle: go on with what was left behind, then look anew. Returns the object of `--json`."""
    from datetime import timedelta

    from graph.driver import Driver
    from nodes.report import result
    from tools.clock import stamp

    context = house.context(house.new_run(), progress)
    driver = Driver(house.folder)
    try:
        for left in driver.recover(context):
            house.log.info("run %s went on: %s", left.run, "waits" if left.is_waiting else "ended")
        house.log.info("run %s starts on %s", context.run, ", ".join(hosts))
        drive = driver.start(context, hosts, house.level)
        found = result(context, drive.values)
        house.log.info(
            "run %s %s: %d findings, %d actions, %s",
            context.run, "waits" if drive.is_waiting else "ended", len(found["findings"]), len(found["actions"]),
            ", ".join(f"{step} {seconds} s" for step, seconds in found["seconds"].items()),
        )  # fmt: skip
        now = house.clock.now()
        keep = house.settings.retention
        driver.prune(context, stamp(now - timedelta(days=keep.checkpoint_days)))
        context.snapshots.prune((now - timedelta(days=keep.snapshot_days)).timestamp(), keep.snapshot_megabytes)
        return found
    finally:
        house.fleet.close()


def _hosts(asked: list[str] | None, settings: Settings) -> list[str]:
    known = settings.host_names()
    for name in asked or []:
        if name not in known:
            raise MachaError(f"there is no host {name} in the configuration; known are {', '.join(known) or 'none'}")
    if not known:
        raise MachaError("the configuration names no host: add [hosts.NAME], or set localHost = true")
    return list(dict.fromkeys(asked or known))


def _level(text: str | None) -> Level | None:
    try:
        return Level(text) if text is not None else None
    except ValueError:
        raise MachaError(f"there is no level {text}; known are {', '.join(Level)}") from None
