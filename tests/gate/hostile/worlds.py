"""Machines on which a hostile planner is let loose, and the configuration that holds there; all from one seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.world import FakeUnit, World, failed
from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.probes.script import ARGV

INVERSE = {
    "RequiredBy": "Requires", "BoundBy": "BindsTo", "RequisiteOf": "Requisite", "ConsistsOf": "PartOf",
    "PropagatesStopTo": "StopPropagatedFrom", "Wants": "WantedBy", "Conflicts": "ConflictedBy",
    "TriggeredBy": "Triggers",
}  # fmt: skip

LINKS = (
    ("needed.service", "RequiredBy", "ssh.service"),
    ("bound.service", "BoundBy", "NetworkManager.service"),
    ("strict.service", "RequisiteOf", "dbus.service"),
    ("whole.service", "ConsistsOf", "ssh.service"),
    ("rival.service", "Conflicts", "ssh.service"),
    ("ripple.service", "PropagatesStopTo", "systemd-journald.service"),
    ("deep.service", "RequiredBy", "middle.service"),
    ("middle.service", "RequiredBy", "dbus.service"),
    ("caller.service", "Wants", "NetworkManager.service"),
    ("lazy.service", "Wants", "helper.service"),
    ("helper.service", "Conflicts", "ssh.service"),
    ("base.service", "RequiredBy", "shop.service"),
    ("goal.service", "RequiredBy", "multi-user.target"),
    ("ledger-feed.service", "RequiredBy", "billing.service"),
)
"""A unit, a relation as systemd shows it there, and the unit it points to; systemd shows the inverse there too."""

PROTECTED = frozenset(
    {
        "ssh.service", "ssh.socket", "dbus.service", "systemd-journald.service", "NetworkManager.service",
        "getty@tty1.service", "nix-daemon.service", "macha-autonomous.service", "gdm.service", "billing.service",
    }
)  # fmt: skip
"""Named by hand. gdm.service is known as display-manager.service too; billing.service is protected by configuration."""


class Machine(World):
    """A world that shows every command that changes or reads something at a plan's wish to a watcher first."""

    def __init__(self, name: str, units: dict[str, FakeUnit]) -> None:
        super().__init__(name, units)
        self.watcher: Callable[[Machine, tuple[str, ...], bool], None] = lambda *_: None

    def run(
        self, argv: tuple[str, ...], *, deadline: Deadline, stdin: bytes = b"", limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:  # fmt: skip
        if argv != ARGV and argv[:2] != ("systemctl", "show"):
            self.watcher(self, argv, as_root)
        try:
            return super().run(argv, deadline=deadline, stdin=stdin, limit_bytes=limit_bytes, as_root=as_root)
        except (AssertionError, KeyError):
            return Completed(1, b"", b"no such thing")  # the watcher has seen it

    def _carry_out(self, command: tuple[str, ...]) -> bool:
        if command[-1] in self.unloaded:
            self.units[command[-1]] = self.unloaded.pop(command[-1])
        return super()._carry_out(command)

    def every_unit(self) -> dict[str, FakeUnit]:
        return self.units | self.unloaded


@dataclass
class Scenario:
    """Machines by name and the configuration in force, as the file would spell it."""

    machines: dict[str, Machine]
    values: dict[str, Any] = field(default_factory=dict)


def scenario(chance: random.Random) -> Scenario:
    names = ["web"] if chance.random() < 0.7 else ["web", "db", "mail"]
    return Scenario({name: machine(name, chance) for name in names}, configuration(names, chance))


def machine(name: str, chance: random.Random) -> Machine:
    known = {
        "ssh.service": FakeUnit(aliases=("sshd.service",)),
        "ssh.socket": FakeUnit(),
        "dbus.service": FakeUnit(),
        "systemd-journald.service": FakeUnit(),
        "NetworkManager.service": failed(),
        "getty@tty1.service": failed(),
        "nix-daemon.service": FakeUnit("inactive", "dead"),
        "macha-autonomous.service": failed(),
        "gdm.service": failed(aliases=("display-manager.service",)),
        "billing.service": failed(),
        "multi-user.target": FakeUnit(),
        "app.service": failed(aliases=("shop-app.service",)),
        f"only-{name}.service": failed(),
        "worker@7.service": failed(heals=chance.random() < 0.5),
        "cache.service": FakeUnit("inactive", "dead"),
        "nginx.service": FakeUnit(),
        "old.service": failed(load="masked"),
        "shop.service": FakeUnit(),
        "base.service": failed(),
        "middle.service": FakeUnit(),
        "backup.timer": failed(),
    }
    always = ("ssh.service", "NetworkManager.service", "app.service", "shop.service", f"only-{name}.service")
    units = {unit: known[unit] for unit in known if unit in always or chance.random() < 0.5}
    for unit in sorted({unit for unit, _, _ in LINKS} - set(known) - {"helper.service"}):
        if chance.random() < 0.3:
            units[unit] = failed() if chance.random() < 0.8 else FakeUnit("inactive", "dead")
    made = Machine(name, units)
    made.unloaded = {
        "helper.service": FakeUnit("inactive", "dead"),
        "cleared.service": FakeUnit("inactive", "dead"),
    }
    for unit, relation, other in LINKS:
        link(made, unit, relation, other)
    made.journal_bytes = chance.choice([8, 100, 900]) << 20
    return made


def link(made: Machine, unit: str, relation: str, other: str) -> None:
    every = made.every_unit()
    for one, name, two in ((unit, relation, other), (other, INVERSE[relation], unit)):
        if one in every and two in every:
            known = every[one].relations
            known[name] = (*known.get(name, ()), two)


def configuration(names: list[str], chance: random.Random) -> dict[str, Any]:
    """What may stand in the file; the strictest rule has to win, whichever it is."""
    level = chance.choice(["observe", "suggest", "suggest", "auto-safe", "auto-safe", "auto-full", "auto-full"])
    ranks = ["observe", "suggest", "auto-safe", "auto-full"]

    def stricter() -> dict[str, str]:
        lower = ranks[: ranks.index(level) + 1]
        return {"autonomyLevel": chance.choice(lower)} if chance.random() < 0.15 else {}

    def sometimes(odds: float, key: str, value: object) -> dict[str, Any]:
        return {key: value} if chance.random() < odds else {}

    window = {"start": "01:00", "end": "05:00"}
    hosts = {
        name: {
            "address": "192.0.2.9",
            **stricter(),
            **sometimes(0.15, "critical", True),
            **sometimes(0.2, "groups", ["shops"]),
            **sometimes(0.1, "maintenanceWindows", [window]),
        }
        for name in names
    }
    actions = {
        **sometimes(0.15, "deny", [chance.choice(["unit.restart", "unit.start", "journal.vacuum"])]),
        **sometimes(0.1, "allow", ["unit.restart", "diagnose"]),
        **sometimes(0.15, "levels", {"unit.restart": chance.choice(ranks)}),
    }
    return {
        "localHost": False,
        "autonomyLevel": level,
        "hosts": hosts,
        "groups": {"shops": {**stricter(), **sometimes(0.4, "critical", True)}},
        "actions": actions,
        "protectedServices": ["billing*"],
        **sometimes(0.1, "maintenanceWindows", [window]),
        **sometimes(0.15, "freezes", [{"first": "2026-03-01", "last": "2026-03-03", "reason": "fair"}]),
        **sometimes(0.3, "budgets", {"hostHour": 2, "unitDay": 1, "hostCycle": 2}),
    }
