"""One whole cycle behind `macha check`: go on with what was left behind, look anew, tidy up."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.house import House
from cli.progress import Progress
from cli.replay import replay
from graph.driver import Driver
from nodes.report import result
from tools.clock import stamp
from tools.configuration import Level, Settings, load
from tools.errors import MachaError


def cycle(hosts: list[str] | None, level: str | None, config: Path | None) -> dict[str, Any]:
    """Look at these hosts, or at all; returns the object of `--json`. Raises MachaError on a name or level that there
    is not, before anything is done."""
    settings = load(config)
    asked, names = _level(level), _hosts(hosts, settings)
    house = House.open(settings, asked)
    with Progress() as progress:
        try:
            return run_cycle(house, names, progress)
        finally:
            house.fleet.close()


def replayed(snapshot: Path, config: Path | None) -> dict[str, Any]:
    """The same object for recorded facts; nothing is done or stored."""
    return replay(snapshot, load(config))


def run_cycle(house: House, hosts: list[str], progress: Callable[[str], None]) -> dict[str, Any]:
    """Go on with what was left behind, look anew, and remove what is kept no longer."""
    context = house.context(house.new_run(), progress)
    driver = Driver(house.folder)
    troubles = []
    for left in driver.recover(context):
        if left.trouble:
            troubles.append(f"run {left.run} could not go on: {left.trouble}")
            house.log.error("%s", troubles[-1])
        else:
            house.log.info("run %s went on: %s", left.run, "waits" if left.is_waiting else "ended")
    house.log.info("run %s starts on %s", context.run, ", ".join(hosts))
    drive = driver.start(context, hosts, house.level)
    found = result(context, drive.values)
    found["notes"] += troubles
    house.log.info(
        "run %s %s: %d findings, %d actions, %s",
        context.run, "waits" if drive.is_waiting else "ended", len(found["findings"]), len(found["actions"]),
        ", ".join(f"{step} {seconds} s" for step, seconds in found["seconds"].items()),
    )  # fmt: skip
    now, keep = house.clock.now(), house.settings.retention
    driver.prune(context, stamp(now - timedelta(days=keep.checkpoint_days)))
    context.readings.prune((now - timedelta(days=keep.snapshot_days)).timestamp())
    context.snapshots.prune((now - timedelta(days=keep.snapshot_days)).timestamp(), keep.snapshot_megabytes)
    return found


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
