"""What must never happen, said once more from the design alone: this file shares no code with the gate it judges.

It looks at the machines' own data at the moment before an effect, and at a trail kept by the test of what was asked,
answered and configured. It imports nothing of gate/ and nothing of tools/actions/.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.gate.hostile.worlds import PROTECTED, Machine
from tests.world import FakeUnit

LEVELS = ("observe", "suggest", "auto-safe", "auto-full")
RISKS = ("safe", "low", "medium", "high")
VERBS = {"restart": "unit.restart", "start": "unit.start", "reset-failed": "unit.reset_failed"}
WRAPPED = re.compile(r"--unit=macha-act-([0-9a-f]{16})\.service")
PULLED_IN = ("Requires", "Requisite", "BindsTo", "Wants", "Upholds", "OnFailure", "OnSuccess")
HANGS_ON = ("Requires", "BindsTo", "Requisite", "PartOf", "StopPropagatedFrom")
NEVER_STOPPED = (".target", ".slice", ".scope", ".mount", ".swap", ".device")


@dataclass
class Row:
    """What the test knows of one row of the ledger: who asked for what, and what was answered."""

    host: object
    kind: object
    parameters: object
    run: object
    world: object
    """How the unit was when it was asked."""
    stopped_with: frozenset[str]
    """The other units that the job would have stopped, then."""
    rules: str
    """The configuration in force when it was asked, but for the default level."""
    epoch: int
    """Raised by a jump of the clock."""
    approved_at: datetime | None = None
    is_over: bool = False
    """Rejected, withdrawn or carried out."""


@dataclass(frozen=True)
class Effect:
    """Something that was done to a machine."""

    at: datetime
    host: str
    unit: str
    kind: str
    helped: bool


@dataclass
class Trail:
    """Everything the test did, in its own words."""

    values: Mapping[str, Any]
    rows: dict[str, Row] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    reads: int = 0
    is_stopped: bool = False
    epoch: int = 0
    closed_at: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    """When a person last closed a breaker, by host, kind and target."""
    open_breakers: list[tuple[str, str, str]] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    by_run: list[tuple[object, str]] = field(default_factory=list)


def rules_of(values: Mapping[str, Any]) -> str:
    """All of a configuration that an approval depends on."""
    return repr(sorted((key, value) for key, value in values.items() if key != "autonomyLevel"))


def forbidden(machine: Machine, argv: tuple[str, ...], as_root: bool, trail: Trail, now: datetime) -> list[str]:
    """Why this command must not run on this machine now; empty when it may. An effect that may is put on the trail."""
    clearing = ("systemctl", "stop", "--"), ("systemctl", "reset-failed", "--")
    if argv[:3] in clearing and len(argv) == 4 and re.fullmatch(r"macha-act-[0-9a-f]{16}\.service", argv[3]):
        return [] if argv[3][10:26] in trail.claims else ["clears away what was never begun"]
    if argv[:2] == ("systemctl", "status"):
        return _why_not_read(machine, argv, as_root, trail, now)
    if argv[:1] != ("systemd-run",) or not as_root:
        return [f"no such command is in the catalogue: {argv[:4]!r}"]
    return _why_not_done(machine, argv, trail, now)


def _why_not_read(machine: Machine, argv: tuple[str, ...], as_root: bool, trail: Trail, now: datetime) -> list[str]:
    trail.reads += 1
    options = ("systemctl", "status", "--no-pager", "--full", "--lines=100", "--output=short-iso", "--")
    if argv[:-1] != options or as_root:
        return ["not exactly the command of the catalogue"]
    rows = [
        row for row in trail.rows.values()
        if row.host == machine.name and row.kind == "diagnose" and row.parameters == {"name": argv[-1]}
    ]  # fmt: skip
    reasons = [] if argv[-1] in machine.every_unit() else ["the unit is not there by this very name"]
    reasons += [] if argv[-1] not in PROTECTED else ["the unit is protected"]
    levels = [_why_not_allowed(machine, row, "diagnose", argv[-1], trail, now) for row in rows]
    return reasons + ([] if any(not why for why in levels) else ["no row allows it", *(levels[-1] if levels else [])])


def _why_not_done(machine: Machine, argv: tuple[str, ...], trail: Trail, now: datetime) -> list[str]:
    parameters: dict[str, Any]
    options, command = argv[1 : argv.index("--")], argv[argv.index("--") + 1 :]
    named = [found[1] for option in options if (found := WRAPPED.fullmatch(option))]
    row = trail.rows.get(named[0]) if len(named) == 1 else None
    if row is None:
        return ["it belongs to no row that was ever asked for"]
    known = re.compile(
        r"--quiet|--unit=macha-act-[0-9a-f]{16}\.service|--property=(Type=oneshot|RemainAfterExit=yes)|"
        r"--property=TimeoutStartSec=90|--description=Macha: [a-z._]+"
    )
    reasons = [f"an option of its own: {option}" for option in options if not known.fullmatch(option)]
    if named[0] in trail.claims:
        reasons.append("this row was carried out before")
    trail.claims.append(named[0])
    every = machine.every_unit()
    match command:
        case ("systemctl", verb, "--", unit) if verb in VERBS:
            kind, parameters = VERBS[verb], {"name": unit}
            reasons += _why_not_unit(machine, verb, unit)
        case ("journalctl", "--directory=/var/log/journal", "--rotate", size) if found := re.fullmatch(
            r"--vacuum-size=([1-9][0-9]{1,6})M", size
        ):
            kind, unit = "journal.vacuum", "/var/log/journal"
            parameters = {"keep_megabytes": int(found[1])}
            if machine.journal_bytes <= int(found[1]) << 20:
                reasons.append("the journal is not larger than what would be kept")
        case _:
            return [f"no such command is in the catalogue: {command[:4]!r}"]
    reasons += _why_not_row(machine, row, kind, parameters)
    reasons += _why_not_allowed(machine, row, kind, unit, trail, now)
    reasons += _why_spent(machine.name, unit, kind, trail, now)
    reasons += _why_hopeless(machine.name, unit, kind, trail, now)
    # a failure can always be cleared, and a journal shortened; only a start depends on the unit
    helped = kind not in ("unit.restart", "unit.start") or unit not in every or every[unit].heals
    trail.effects.append(Effect(now, machine.name, unit, kind, helped))
    trail.by_run.append((row.run, machine.name))
    return reasons


def _why_not_row(machine: Machine, row: Row, kind: str, parameters: dict[str, Any]) -> list[str]:
    reasons = []
    if row.host != machine.name:
        reasons.append(f"it was asked for on {row.host!r}")
    asked = row.parameters if row.parameters != {} or kind != "journal.vacuum" else {"keep_megabytes": 64}
    same_types = isinstance(asked, dict) and [type(v) for v in asked.values()] == [type(v) for v in parameters.values()]
    if row.kind != kind or asked != parameters or not same_types:
        reasons.append(f"something else was asked for: {row.kind!r} {str(row.parameters)[:80]}")
    if row.is_over:
        reasons.append("its row was rejected or withdrawn")
    return reasons


def _why_not_unit(machine: Machine, verb: str, name: str) -> list[str]:
    unit = machine.every_unit().get(name)
    if unit is None:
        return ["the unit is not there by this very name"]
    reasons = [] if unit.load == "loaded" else [f"the unit is {unit.load}"]
    if unit.active != "failed" and (verb != "start" or unit.active != "inactive"):
        reasons.append(f"the unit is {unit.active}")
    if name in PROTECTED:
        reasons.append("the unit is protected")
    stops, starts = touched(machine, verb, name)
    reasons += [f"it touches {other}, which is protected" for other in sorted((stops | starts) & PROTECTED)]
    reasons += [f"it stops {other}" for other in sorted(stops - {name}) if other.endswith(NEVER_STOPPED)]
    return reasons


def touched(machine: Machine, verb: str, name: str) -> tuple[set[str], set[str]]:
    """The units that a job stops and those that it starts: told from what every other unit says of itself."""
    every = machine.every_unit()
    stops = _stopped_by(every, {name}) if verb == "restart" else set()
    starts: set[str] = set()
    ahead = {name, *stops} if verb in ("start", "restart") else set()
    while ahead:
        unit = every.get(one := ahead.pop())
        if unit is None or one in starts:
            continue
        starts.add(one)
        wanted = {other for relation in PULLED_IN for other in unit.relations.get(relation, ())}
        ahead |= {other for other in wanted if other in every and every[other].active not in ("active", "activating")}
    rivals = {
        other for other, unit in every.items()
        if unit.active != "inactive" and other not in starts
        and (starts & {*unit.relations.get("Conflicts", ()), *unit.relations.get("ConflictedBy", ())})
    }  # fmt: skip
    return stops | _stopped_by(every, rivals), starts - {name}


def _stopped_by(every: Mapping[str, FakeUnit], first: set[str]) -> set[str]:
    stopped = set(first)
    while more := {
        other
        for other, unit in every.items()
        if other not in stopped and stopped & {name for r in HANGS_ON for name in unit.relations.get(r, ())}
    }:
        stopped |= more
    return stopped


def _why_not_allowed(machine: Machine, row: Row, kind: str, unit: str, trail: Trail, now: datetime) -> list[str]:
    """Level, lists, stop, freeze and window; and an approval that is fresh, of a person, and of this very world."""
    reasons = ["Macha is stopped"] if trail.is_stopped else []
    lists = trail.values.get("actions", {})
    if kind in lists.get("deny", []) or (lists.get("allow") and kind not in lists["allow"]):
        reasons.append("the lists of the configuration forbid this kind")
    level = level_now(machine.name, kind, trail.values, now)
    if level == "observe":
        reasons.append("nothing is done at observe")
    limit = {"observe": -1, "suggest": -1, "auto-safe": 1, "auto-full": 2}[level]
    if row.approved_at is None and risk_now(machine, kind, unit, trail.values) > limit:
        reasons.append(f"nobody approved it, and the level is {level}")
    if row.approved_at is not None and now - row.approved_at > timedelta(hours=24):
        reasons.append("the approval is too old")
    if row.rules != rules_of(trail.values):
        reasons.append("the configuration changed since it was asked")
    if row.epoch != trail.epoch:
        reasons.append("the clock jumped since it was asked")
    if kind in VERBS.values():
        if row.world != world_of(machine, kind, unit):
            reasons.append(f"the world changed since it was asked: {row.world}")
        verb = next(verb for verb, known in VERBS.items() if known == kind)
        if more := touched(machine, verb, unit)[0] - {unit} - row.stopped_with:
            reasons.append(f"it would now also stop {sorted(more)}")
    covers = [
        b for b in trail.open_breakers if b[0] in ("", machine.name) and b[1] in ("", kind) and b[2] in ("", unit)
    ]
    return reasons + [f"a breaker is open: {breaker}" for breaker in covers]


def world_of(machine: Machine, kind: object, unit: object) -> object:
    """What an approval of an action on a unit rests on."""
    found = machine.every_unit().get(unit) if isinstance(unit, str) else None
    if found is None:
        return None
    if kind == "unit.start":
        return found.active in ("failed", "inactive"), found.load
    return found.active, found.sub, found.load, found.invocation


def level_now(host: str, kind: str, values: Mapping[str, Any], now: datetime) -> str:
    """The strictest of all levels that hold here; what may run by itself only in its window asks outside of it."""
    own = values["hosts"][host]
    groups = [values["groups"][name] for name in own.get("groups", [])]
    levels: list[str] = [
        values["autonomyLevel"],
        *(part["autonomyLevel"] for part in (own, *groups) if "autonomyLevel" in part),
    ]
    levels += [level for name, level in values.get("actions", {}).get("levels", {}).items() if name == kind]
    windows = [part["maintenanceWindows"] for part in (values, own, *groups) if part.get("maintenanceWindows")]
    if any(not any(w["start"] <= f"{now:%H:%M}" < w["end"] for w in window) for window in windows):
        levels.append("suggest")
    if any(f["first"] <= f"{now:%Y-%m-%d}" <= f["last"] for f in values.get("freezes", [])):
        levels.append("suggest")
    return min(levels, key=LEVELS.index)


def risk_now(machine: Machine, kind: str, unit: str, values: Mapping[str, Any]) -> int:
    if kind == "diagnose":
        return 0
    own = values["hosts"][machine.name]
    groups = [values["groups"][name] for name in own.get("groups", [])]
    verb = {"unit.restart": "restart", "unit.start": "start"}.get(kind)
    others = touched(machine, verb, unit)[0] - {unit} if verb else set()
    return 1 + any(part.get("critical") for part in (own, *groups)) + bool(others)


def _why_spent(host: str, unit: str, kind: str, trail: Trail, now: datetime) -> list[str]:
    limits = {"unitDay": 3, "hostHour": 6, "fleetHour": 10, "hostCycle": 5} | trail.values.get("budgets", {})

    def done(hours: float, *, on_host: bool, on_unit: bool = False) -> int:
        return sum(
            effect.at > now - timedelta(hours=hours)
            and (effect.host == host or not on_host)
            and (not on_unit or (effect.unit == unit and effect.kind in ("unit.restart", "unit.start")))
            for effect in trail.effects
        )

    spent = []
    if kind in ("unit.restart", "unit.start"):
        spent += ["started within 10 minutes"] if done(1 / 6, on_host=True, on_unit=True) >= 1 else []
        spent += ["started too often today"] if done(24, on_host=True, on_unit=True) >= limits["unitDay"] else []
    spent += ["too many changes on the host"] if done(1, on_host=True) >= limits["hostHour"] else []
    return spent + (["too many changes in the fleet"] if done(1, on_host=False) >= limits["fleetHour"] else [])


def _why_hopeless(host: str, unit: str, kind: str, trail: Trail, now: datetime) -> list[str]:
    """The same remedy a third time after it did not help twice in a row, unless a person let go on since."""
    since = trail.closed_at.get((host, kind, unit), now - timedelta(days=7))
    tries = [e.helped for e in trail.effects if (e.host, e.unit, e.kind) == (host, unit, kind) and e.at > since]
    return ["it did not help twice"] if len(tries) >= 2 and not any(tries[-2:]) else []
