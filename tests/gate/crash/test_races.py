"""Several processes at the same rows: each row has one effect, one decision and one number, and the others are told."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from gate.audit import verify
from gate.interface import Entry, Person, Request
from gate.local import LocalGate
from tests.conftest import ManualClock, settings_for
from tests.gate.crash.house import LastingWorld, close, keep
from tests.world import FakeUnit, World, failed, lines
from tools.configuration import Level
from tools.hosts import Host

PROCESSES = 4
HOSTS, UNITS = 50, 10
ACTIONS = HOSTS * UNITS
HOST_NAMES = [f"host{number:02}" for number in range(HOSTS)]
BUDGETS = {"hostHour": 10_000, "fleetHour": 10_000, "hostCycle": 10_000, "promptsDay": 10_000}


def units() -> dict[str, FakeUnit]:
    return {f"app{number}.service": failed() for number in range(UNITS)}


def open_gate(folder: Path, clock: ManualClock, level: Level = Level.SUGGEST) -> LocalGate:
    worlds: dict[str, World] = {}

    def host_of(name: str) -> Host:
        return worlds.setdefault(name, LastingWorld(name, units, folder.with_suffix(f".{name}")))

    return LocalGate(folder, settings_for(*HOST_NAMES, budgets=BUDGETS), host_of, clock, level)


def restart(host: str, unit: str) -> Request:
    return Request(host, "unit.restart", {"name": unit}, "because", (), "run-1")


@pytest.fixture(scope="module")
def proposed(place: Path) -> tuple[Path, ManualClock, list[int]]:
    """A row for every unit of every host. One host falls ill after the other: all at once would open the breaker."""
    clock, folder, numbers = ManualClock(), place / "proposed", []
    gate = open_gate(folder, clock)
    for host in HOST_NAMES:
        clock.sleep(timedelta(minutes=11).total_seconds())
        numbers += [gate.propose(restart(host, unit)).number for unit in units()]
    close(gate)
    return folder, clock, numbers


def in_processes(work: Callable[..., object], *arguments: object) -> list[Any]:
    """Let `work(who, together, …)` run in four processes that begin at once; returns what each of them returns."""
    context = get_context("fork")
    together, answers = context.Barrier(PROCESSES), context.Queue()
    children = [
        context.Process(target=_answer, args=(answers, work, who, together, *arguments)) for who in range(PROCESSES)
    ]
    for child in children:
        child.start()
    told = [answers.get(timeout=400) for _ in children]
    for child in children:
        child.join()
    assert not any(child.exitcode for child in children)
    return told


def _answer(
    answers: "Queue[object]", work: Callable[..., object], who: int, together: Barrier, *arguments: object
) -> None:
    try:
        answers.put(work(who, together, *arguments))
    except BaseException:
        together.abort()  # or the others would wait for this one
        answers.put(None)
        raise


def executes(who: int, together: Barrier, folder: Path, clock: ManualClock, numbers: list[int]) -> Counter[str]:
    gate = open_gate(folder, clock)
    random.Random(who).shuffle(numbers)
    together.wait()
    ended: Counter[str] = Counter()
    for number in numbers:
        answer = gate.execute(number)
        ended[answer.state if isinstance(answer, Entry) else "refused"] += 1
    return ended


def test_four_processes_carry_out_every_approved_row_once(
    place: Path, proposed: tuple[Path, ManualClock, list[int]]
) -> None:
    before, clock, numbers = proposed
    keep(before, folder := place / "executed")
    gate = open_gate(folder, clock)
    for number in numbers:
        assert isinstance(gate.approve(number, Person(1000, "lily")), Entry)
    close(gate)
    begun = time.monotonic()
    ended = sum(in_processes(executes, folder, clock, numbers), Counter[str]())
    seconds = time.monotonic() - begun
    worlds = [LastingWorld(name, units, folder.with_suffix(f".{name}")) for name in HOST_NAMES]
    effects = sum((world.ran() for world in worlds), Counter[str]())
    print(f"\n{ACTIONS} actions, {PROCESSES} processes: {effects.total()} effects, {dict(ended)}; {seconds:.0f} s")
    assert effects == Counter({f"macha-act-{row.id}.service": 1 for row in gate.list()})
    assert ended == {"done": ACTIONS, "refused": (PROCESSES - 1) * ACTIONS}
    assert verify(folder / "audit.jsonl") == len(gate._ledger.events_after(0))


def decides(who: int, together: Barrier, folder: Path, clock: ManualClock, numbers: list[int]) -> list[tuple[int, str]]:
    """What this person's answers came to: two say yes, two say no, all at once."""
    gate, person = open_gate(folder, clock), Person(1000 + who, f"person{who}")
    told = []
    for number in numbers:
        together.wait()
        answer = gate.approve(number, person) if who % 2 else gate.reject(number, person, "no")
        won = isinstance(answer, Entry) and f"won: {answer.state} by {answer.decided_by}"
        told.append((number, won or answer.why))
    return told


def test_of_four_answers_at_once_one_counts_and_the_others_are_told_whose(
    place: Path, proposed: tuple[Path, ManualClock, list[int]]
) -> None:
    before, clock, numbers = proposed
    keep(before, folder := place / "decided")
    begun = time.monotonic()
    told = [answer for answers in in_processes(decides, folder, clock, numbers) for answer in answers]
    seconds = time.monotonic() - begun
    rows = {row.number: row for row in open_gate(folder, clock).list()}
    winners = Counter(row.decided_by.split(" ")[0] for row in rows.values())
    print(f"\n{len(numbers)} rows, {PROCESSES} answers to each at once: won {dict(winners)}; {seconds:.0f} s")
    assert len(told) == PROCESSES * ACTIONS
    assert sorted(number for number, what in told if what.startswith("won")) == numbers
    for number, what in told:
        row = rows[number]
        if what.startswith("won"):
            assert what == f"won: {row.state} by {row.decided_by}"
        else:
            assert what == f"number {number} is {row.state} already by {row.decided_by} at {row.decided_at}"
    assert len(winners) > 1, "they did not race"
    decisions = lines(folder / "decisions.jsonl")
    assert Counter(line["number"] for line in decisions if line["event"] != "proposed") == Counter(numbers)


def proposes(who: int, together: Barrier, folder: Path, clock: ManualClock, level: Level) -> list[int]:
    gate = open_gate(folder, clock, level)
    numbers = []
    for unit in units():
        together.wait()
        numbers.append(gate.propose(restart("host00", unit)).number)
    return numbers


def test_four_processes_that_propose_the_same_action_get_the_same_row(place: Path, clock: ManualClock) -> None:
    for level, state in ((Level.SUGGEST, "proposed"), (Level.AUTO_SAFE, "approved")):
        folder = place / level
        told = in_processes(proposes, folder, clock, level)
        rows = open_gate(folder, clock).list()
        print(f"\n{level}: {UNITS} actions proposed by {PROCESSES} processes at once: {len(rows)} rows")
        assert [row.state for row in rows] == [state] * UNITS
        assert told == [[row.number for row in rows]] * PROCESSES
