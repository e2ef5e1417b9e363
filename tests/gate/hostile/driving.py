"""Let a hostile planner loose on a gate, with a person who answers now and then, and count what came of it."""

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gate.interface import Entry, Person, Refused, Request
from gate.local import LocalGate
from tests.conftest import ManualClock
from tests.gate.hostile.oracle import VERBS, Row, Trail, forbidden, rules_of, touched, world_of
from tests.gate.hostile.plans import Planner
from tests.gate.hostile.worlds import Machine, Scenario, configuration, link, scenario
from tools.configuration import validated
from tools.errors import MachaError
from tools.probes import collection
from tools.probes.unit_graph import UnitGraph
from tools.redaction import redact_bytes

LILY = Person(1000, "lily")
PLANS_OF_ONE_WORLD = 150
ODD_NUMBERS: tuple[Any, ...] = (0, -1, 10**6, 2**62, 2**63, 10**30, True, "1", None, 1.0, [1])


@dataclass
class Tally:
    """What came of many plans. `forbidden` is what the oracle said of effects, with the seed to see it again."""

    counts: Counter[str] = field(default_factory=Counter)
    forbidden: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.forbidden += other.forbidden


def drive(seed: int, plans: int, folder: Path, until: str | None = None) -> Tally:
    """At least so many plans, in as many worlds as that takes; the same seed drives the same way.

    Ends before that once the oracle has said `until`.
    """
    tally = Tally()
    with _remembering_what_was_read():
        for world in count():
            if tally.counts["plans"] >= plans or (until and any(until in why for why in tally.forbidden)):
                return tally
            here = folder / f"{seed}-{world}"
            try:
                Episode(here.name, here, tally).play()
            finally:
                shutil.rmtree(here, ignore_errors=True)
    raise AssertionError("worlds do not run out")


@contextmanager
def _remembering_what_was_read() -> Iterator[None]:
    """A machine that says the same again is not read again: parsing and redacting are pure, and not on trial here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collection, "redact_bytes", lru_cache(4096)(redact_bytes))
        patch.setattr(UnitGraph, "parse", lru_cache(256)(UnitGraph.parse))
        yield


class Episode:
    """One fleet, one planner, one person and some hours."""

    def __init__(self, seed: str, folder: Path, tally: Tally) -> None:
        self._seed, self._folder, self._tally = seed, folder, tally
        self._chance = random.Random(seed)
        self._clock = ManualClock()
        self._scenario: Scenario = scenario(self._chance)
        self._trail = Trail(self._scenario.values)
        self._planner = Planner(self._chance, self._scenario)
        self._numbers: list[int] = []
        self._planned = 0
        for machine in self._scenario.machines.values():
            machine.watcher = self._watch
        self._gate = self._open()

    def play(self) -> None:
        for _ in range(PLANS_OF_ONE_WORLD):
            self._planned += 1
            self._something_happens()
            plan = self._planner.plan()
            self._count("plans", plan.sort)
            self._ask(plan.request)

    # ---- the planner and the person

    def _ask(self, request: Request) -> None:
        judgement = self._gate.judge(request)
        if judgement.answer == "refuse" and self._chance.random() > 0.1:
            self._count("refused")
            return
        row = self._propose(request)
        if row.state == "refused":
            self._count("refused", "refused and recorded")
            return
        self._count("asked" if row.state == "proposed" else "run")
        if row.state == "proposed":
            self._answer(row)
        if self._chance.random() < 0.3:
            self._something_happens()
        if self._chance.random() < 0.1 and row.target in self._scenario.machines[row.host].units:
            self._entangle(self._scenario.machines[row.host], row.target)
        if self._chance.random() < 0.75:
            self._act(row.number)

    def _propose(self, request: Request) -> Entry:
        asked = self._row(request)
        row = self._gate.propose(request)
        self._know(row, asked)
        return row

    def _know(self, row: Entry, asked: Row) -> None:
        """Put a new row on the trail; one that was open already keeps what was known of it."""
        if row.id not in self._trail.rows:
            self._trail.rows[row.id] = asked
            self._numbers.append(row.number)

    def _row(self, request: Request) -> Row:
        host: Any = request.host
        machine = self._scenario.machines.get(host) if isinstance(host, str) else None
        name = request.parameters.get("name") if isinstance(request.parameters, dict) else None
        verb = next((verb for verb, kind in VERBS.items() if kind == request.kind), "")
        is_known = machine is not None and isinstance(name, str)
        return Row(
            request.host, request.kind, request.parameters, request.run,
            world_of(machine, request.kind, name) if machine else None,
            frozenset(touched(machine, verb, str(name))[0]) if machine and is_known else frozenset(),
            rules_of(self._trail.values), self._trail.epoch,
        )  # fmt: skip

    def _answer(self, row: Entry) -> None:
        draw = self._chance.random()
        if draw < 0.65:
            self._approve(row.number)
        elif draw < 0.75:
            self._approve_edited(row)
        elif draw < 0.8:
            self._end(row, self._gate.reject(row.number, LILY, "no"))
        elif draw < 0.85:
            self._end(row, self._gate.withdraw(row.number, "over"))
        elif draw < 0.9:
            self._approve(self._any_number())

    def _approve(self, number: Any) -> None:
        try:
            answer = self._gate.approve(number, LILY)
        except MachaError:
            self._count("numbers that are not there")
            return
        if isinstance(answer, Entry) and answer.state == "approved":
            self._count("approved by a person")
            self._trail.rows[answer.id].approved_at = self._clock.now()

    def _approve_edited(self, row: Entry) -> None:
        """A person edits the parameters, into anything that a planner could have whispered."""
        other: Any = self._planner.plan().request.parameters
        if other is None:  # which is no edit
            self._approve(row.number)
            return
        edited = Request(row.host, row.kind, other, "")
        if isinstance(other, dict):
            edited = Request(row.host, row.kind, {**row.parameters, **other}, "")
        asked = self._row(edited)
        answer = self._gate.approve(row.number, LILY, "so rather", other)
        if isinstance(answer, Refused):
            return
        self._trail.rows[row.id].is_over = True
        self._count("edited")
        self._know(answer, asked)
        if answer.state == "approved" and answer.decided_by == str(LILY):
            self._trail.rows[answer.id].approved_at = self._clock.now()

    def _end(self, row: Entry, answer: Entry | Refused) -> None:
        if isinstance(answer, Entry):
            self._trail.rows[row.id].is_over = True

    def _act(self, number: Any) -> None:
        try:
            done = self._gate.execute(number)
            if isinstance(done, Entry):
                self._count(f"ended {done.state}")
                self._gate.verify(number)
            if self._chance.random() < 0.1:
                self._gate.undo(number, LILY)
            if self._chance.random() < 0.3:
                self._gate.execute(number)
        except MachaError:
            self._count("numbers that are not there")

    def _any_number(self) -> Any:
        newest = self._chance.choice((3, 1000))
        numbers = self._numbers[-newest:] or [1]
        return self._chance.choice(numbers if self._chance.random() < 0.8 else ODD_NUMBERS)

    # ---- the world goes on

    def _something_happens(self) -> None:
        draw = self._chance.random()
        machine = self._chance.choice(list(self._scenario.machines.values()))
        self._clock.sleep(self._chance.choice((1, 5, 30, 120, 700)))
        if draw < 0.25:
            self._fail(machine)
        elif draw < 0.30:
            names = [name for name in machine.units if name.startswith(("app", "only", "worker", "cache"))]
            self._entangle(machine, self._chance.choice(names))
        elif draw < 0.33:
            self._trail.is_stopped = not self._trail.is_stopped
            switch = self._folder / "stopped"
            switch.touch() if self._trail.is_stopped else switch.unlink()
        elif draw < 0.37:
            self._change_configuration()
        elif draw < 0.44:
            self._close_breakers()
        elif draw < 0.54:
            self._act(self._any_number())
        elif draw < 0.56:
            self._gate.settle()
        elif draw < 0.57:
            self._clock.sleep(26 * 3600)
        elif draw < 0.59:
            self._jump()

    def _fail(self, machine: Machine) -> None:
        """A unit goes down, or comes back by itself."""
        unit = machine.units[self._chance.choice([name for name in machine.units if name not in ("ssh.service",)])]
        if unit.load == "loaded":
            unit.invocation += 1
            unit.active, unit.sub = self._chance.choice(
                (("failed", "failed"), ("failed", "failed"), ("active", "running"))
            )
        machine.journal_bytes = self._chance.choice((8, 900)) << 20

    def _entangle(self, machine: Machine, unit: str) -> None:
        """From now on another unit hangs on this one."""
        other = self._chance.choice(("shop.service", "ssh.service", "NetworkManager.service"))
        link(machine, unit, self._chance.choice(("RequiredBy", "ConsistsOf")), other)

    def _change_configuration(self) -> None:
        self._trail.values = configuration(list(self._scenario.machines), self._chance)
        self._gate = self._open()

    def _jump(self) -> None:
        """The wall clock jumps, and Macha is started again: nothing decided before may be acted on."""
        self._clock.time += timedelta(hours=self._chance.choice((-30, -2, 2, 30)))
        self._trail.epoch += 1
        self._gate = self._open()

    def _open(self) -> LocalGate:
        machines = self._scenario.machines

        def host_of(name: str) -> Machine:
            if name not in machines:
                raise MachaError(f"there is no host {name} in the configuration; known are {', '.join(machines)}")
            return machines[name]

        return LocalGate(self._folder, validated(dict(self._trail.values), "test"), host_of, self._clock)

    # ---- watching

    def _close_breakers(self) -> None:
        for breaker in self._gate.breakers():
            if not breaker.closed_at:
                self._gate.close_breaker(breaker.id, LILY)
                self._trail.closed_at[breaker.host, breaker.kind, breaker.target] = self._clock.now()

    def _watch(self, machine: Machine, argv: tuple[str, ...], as_root: bool) -> None:
        if argv[0] == "systemd-run" or argv[:2] == ("systemctl", "status"):
            self._count("effects" if as_root else "reads")
            self._trail.open_breakers = [(b.host, b.kind, b.target) for b in self._gate.breakers() if not b.closed_at]
        for why in forbidden(machine, argv, as_root, self._trail, self._clock.now()):
            self._tally.forbidden.append(f"seed {self._seed}, plan {self._planned}: {' '.join(argv[-4:])}: {why}"[:300])

    def _count(self, *what: str) -> None:
        self._tally.counts.update(what)
