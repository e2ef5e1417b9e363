"""A gate over a folder and a machine that both outlive a killed process, and what must be true of them at any time."""

import gc
import json
import os
import re
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gate.audit import verify
from gate.interface import IN_FLIGHT, Entry, Person, Refused, Request
from gate.local import LocalGate
from tests.conftest import ManualClock, settings_for
from tests.world import FakeUnit, World, failed, lines
from tools.clock import Deadline
from tools.configuration import Level
from tools.hosts import Completed, Unreachable

LILY = Person(1000, "lily")


class LastingWorld(World):
    """A machine whose memory is a file: every process that opens it finds what the others did to it.

    Each line is appended in one piece: `sent UNIT` when an effect was asked for, `ran UNIT COMMAND` when it happened,
    `took UNIT` when its name was taken instead, `cleared UNIT` when its transient unit was taken away. `step` is called
    before and after whatever it is asked.
    """

    def __init__(
        self,
        name: str,
        units: Callable[[], dict[str, FakeUnit]],
        file: Path,
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(name, units())
        self._made, self._log, self._step = units, file, step
        self.before_effect = self._sent
        self.after_effect = self._ran

    def run(
        self, argv: tuple[str, ...], *, deadline: Deadline, stdin: bytes = b"", limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:  # fmt: skip
        self._remember()
        self._unit = next((word.removeprefix("--unit=") for word in argv if word.startswith("--unit=")), "")
        self._step("before host.run")
        answer = super().run(argv, deadline=deadline, stdin=stdin, limit_bytes=limit_bytes, as_root=as_root)
        if argv[:2] == ("systemctl", "stop") and argv[-1].startswith("macha-act-"):
            self._write(f"cleared {argv[-1]}")
        self._step("after host.run")
        return answer

    def sent(self) -> Counter[str]:
        """How often each transient unit was asked for."""
        return Counter(line.split()[1] for line in self._lines() if line.startswith("sent "))

    def ran(self) -> Counter[str]:
        """How often each transient unit did its work."""
        return Counter(line.split()[1] for line in self._lines() if line.startswith("ran "))

    def _remember(self) -> None:
        """Become what the file says."""
        self.units = {"ssh.service": FakeUnit()} | self._made()
        self.acts = {}
        for line in self._lines():
            word, unit, *command = line.split()
            if word == "ran":
                self.acts[unit] = "active" if self._carry_out(tuple(command)) else "failed"
            elif word == "took":
                self.acts[unit] = "taken"
            elif word == "cleared":
                self.acts.pop(unit, None)

    def _sent(self, _: tuple[str, ...]) -> None:
        self._write(f"sent {self._unit}")
        self._step("before the effect")

    def _ran(self, command: tuple[str, ...]) -> None:
        self._write(f"ran {self._unit} {' '.join(command)}")
        self._step("after the effect")

    def took(self, unit: str) -> None:
        self._write(f"took {unit}")

    def _lines(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def _write(self, line: str) -> None:
        with open(self._log, "a") as log:  # noqa: PTH123 - `Path.open` is one of the points, and this is not Macha's
            log.write(line + "\n")


def units() -> dict[str, FakeUnit]:
    return {
        "app.service": failed(),
        "other.service": failed(),
        "worker.service": failed(),
        "stubborn.service": failed(heals=False),
    }


def restart(unit: str) -> Request:
    return Request("web", "unit.restart", {"name": unit}, "because", ("f1",), "run-1")


class House:
    """A state folder, the one machine it looks after, and a clock. Made anew in every process that opens it."""

    def __init__(self, folder: Path, step: Callable[[str], None] = lambda _: None, minutes: int = 0) -> None:
        self.folder = folder
        self.world = LastingWorld("web", units, folder.with_suffix(".host"), step)
        self.clock = ManualClock()
        self.clock.sleep(timedelta(minutes=minutes).total_seconds())

    def gate(self, level: Level) -> LocalGate:
        settings = settings_for("web", budgets={"hostCycle": 10})
        return LocalGate(self.folder, settings, lambda _: self.world, self.clock, level)

    def tell(self, answer: Entry | Refused) -> None:
        """Note what a person was told: a promise from here on."""
        assert isinstance(answer, Entry), answer
        with open(self.folder.with_suffix(".told"), "a") as told:  # noqa: PTH123 - as above
            told.write(f"{answer.number}\n")

    def told(self) -> list[int]:
        file = self.folder.with_suffix(".told")
        return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def a_person_is_asked(house: House) -> None:
    gate = house.gate(Level.SUGGEST)
    gate.propose(restart("app.service"))
    gate.propose(restart("other.service"))


def a_person_answers(house: House) -> None:
    gate = house.gate(Level.SUGGEST)
    house.tell(gate.approve(1, LILY))
    gate.reject(2, LILY, "not now")


def what_she_allowed_is_done_and_proven(house: House) -> None:
    gate = house.gate(Level.SUGGEST)
    gate.execute(1)
    gate.verify(1)


def policy_allows_what_helps(house: House) -> None:
    acts(house.gate(Level.AUTO_SAFE), restart("worker.service"))


def policy_allows_what_fails_and_what_only_reads(house: House) -> None:
    gate = house.gate(Level.AUTO_SAFE)
    acts(gate, restart("stubborn.service"))
    acts(gate, Request("web", "diagnose", {"name": "app.service"}, "", (), "run-1"))


def acts(gate: LocalGate, request: Request) -> None:
    row = gate.propose(request)
    gate.execute(row.number)
    gate.verify(row.number)


STORY = (
    a_person_is_asked, a_person_answers, what_she_allowed_is_done_and_proven, policy_allows_what_helps,
    policy_allows_what_fails_and_what_only_reads,
)  # fmt: skip
"""All that a gate does, in chapters: one row that a person allows, one that she does not, and by policy one that helps,
one that fails and one that only reads. Each chapter may be the work of a process of its own."""


def goes_on(house: House) -> None:
    """What the next process does: settle, and carry out and prove what is left."""
    gate = house.gate(Level.AUTO_SAFE)
    assert_consistent(house, gate)
    before = {row.number for row in gate.list(IN_FLIGHT)}
    gate.settle()
    assert not gate.list(IN_FLIGHT)
    for number in before:
        assert gate.explain(number).entry.state in ("done", "failed"), gate.explain(number)
    for row in gate.list(frozenset({"approved"})):
        gate.execute(row.number)
    for row in gate.list(frozenset({"done"})):
        gate.verify(row.number)
    assert not gate.list(frozenset({"approved", "done", *IN_FLIGHT}))
    assert_consistent(house, gate)
    for unit in {row.target for row in gate.list() if row.claimed_at and row.kind != "diagnose"}:
        assert any("the budget is spent" in reason for reason in gate.judge(restart(unit)).reasons), unit
    close(gate)


def assert_consistent(house: House, gate: LocalGate) -> None:
    """Every row says the truth about the machine; audit and views say what the ledger says."""
    sent, ran = house.world.sent(), house.world.ran()
    rows = gate.list()
    assert set(sent) <= {f"macha-act-{row.id}.service" for row in rows}, "an effect without a row"
    for row in rows:
        unit = f"macha-act-{row.id}.service"
        assert sent[unit] <= 1, f"{row} was sent to the machine {sent[unit]} times"
        assert ran[unit] <= 1, f"{row} ran {ran[unit]} times"
        assert ran[unit] in _truth(row), f"{row} ran {ran[unit]} times"
    for number in house.told():
        state = gate.explain(number).entry.state
        assert state in ("approved", "claimed", "armed", "done", "failed", "verified"), f"an approval was lost: {state}"
    assert_files(house.folder, gate)


def _truth(row: Entry) -> tuple[int, ...]:
    """How many effects there may be of a row in its state."""
    if row.kind == "diagnose":
        return (0,)
    match row.state:
        case "done" | "verified" | "not_helped":
            return (1,)
        case "armed" | "unknown":
            return (0, 1)
        case "failed" if re.search("did not run|cannot run|nothing was done", row.reason):
            return (0,)
        case "failed":
            return (1,)
    return (0,)


def assert_files(folder: Path, gate: LocalGate) -> None:
    """The audit is whole, each event of the ledger is once in it and once in its view, and people see what waits."""
    known = [event["id"] for event in gate._ledger.events_after(0)]
    audit = lines(folder / "audit.jsonl") if (folder / "audit.jsonl").exists() else []
    assert [line["id"] for line in audit] == known
    if known:
        assert verify(folder / "audit.jsonl") == len(known)
        views = [line["id"] for name in ("decisions", "actions") for line in lines(folder / f"{name}.jsonl")]
        assert sorted(views, key=str) == sorted(known, key=str)
        queue: list[dict[str, Any]] = json.loads((folder / "approval_queue.json").read_text())
        assert [row["number"] for row in queue] == [row.number for row in gate.list(frozenset({"proposed"}))]


def close(gate: LocalGate) -> None:
    """Give back the connections, so that a test of a thousand folders does not keep them."""
    gate._ledger._engine.dispose()


def keep(folder: Path, copy: Path) -> None:
    """Copy a house: its state, and its machines and promises beside it."""
    if folder.exists():
        shutil.copytree(folder, copy)
    for file in folder.parent.glob(f"{folder.name}.*"):
        shutil.copy(file, copy.with_suffix(file.suffix))


def forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for file in folder.parent.glob(f"{folder.name}.*"):
        file.unlink()


def side_by_side(work: Callable[..., str], tasks: list[tuple[object, ...]]) -> list[str]:
    """Do all of these tasks on two cores; returns what is wrong, where something is."""
    gc.freeze()  # or every child would copy the pages in which its parent's objects are counted
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        return [wrong for wrong in pool.map(work, *zip(*tasks, strict=True), chunksize=8) if wrong]


def in_a_child(work: Callable[[], None]) -> int:
    """Do something in a forked process; returns its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
