"""A run that is killed at any moment is gone on with by the next process: nothing twice, no approval lost, an end."""

import os
import signal
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from gate.interface import Entry
from gate.local import LocalGate
from graph.driver import Driver
from nodes.context import Context
from tests.conftest import settings_for
from tests.gate.crash.house import LILY, House, assert_consistent, close, forget, in_a_child, keep, side_by_side
from tests.gate.crash.points import Points, kill_at
from tests.graph.test_driver import Worlds
from tests.world import failed
from tools.clock import SystemClock
from tools.configuration import Level
from tools.model.opening import NoModel
from tools.store.memory import Store
from tools.store.readings import Readings
from tools.store.snapshots import Snapshots

KILLS_PER_STEP = int(os.environ.get("MACHA_KILLS_PER_STEP", "1"))


class Runs(House):
    """A house with a driver. Its clock begins with the machine's, by which langgraph stamps its checkpoints."""

    def __init__(self, folder: Path, step: Callable[[str], None] = lambda _: None, minutes: int = 0) -> None:
        super().__init__(folder, step)
        self.world._made = lambda: {"app.service": failed(), "worker.service": failed()}
        now = SystemClock()
        self.clock.time, self.clock.ticks = now.now(), now.monotonic()
        self.clock.sleep(timedelta(minutes=minutes).total_seconds())

    def context(self, run: str, level: Level) -> Context:
        fleet = Worlds(self.world)
        settings = settings_for("web", budgets={"hostCycle": 10, "hostHour": 20})
        return Context(
            run=run,
            settings=settings,
            store=Store(self.folder / "macha.db", self.clock),
            snapshots=Snapshots(self.folder / "snapshots"),
            readings=Readings(self.folder / "readings"),
            model_of=lambda _: NoModel(),
            gate=LocalGate(self.folder, settings, fleet.host, self.clock, level),
            fleet=fleet,
            clock=self.clock,
        )


def it_looks_and_asks(house: Runs) -> None:
    Driver(house.folder).start(house.context("run-1", Level.SUGGEST), ["web"], None)


def it_goes_on_with_the_answer(house: Runs) -> None:
    context = house.context("run-1", Level.SUGGEST)
    for row in context.gate.list(frozenset({"proposed"})):
        if row.target == "app.service":
            house.tell(context.gate.approve(row.number, LILY))
        else:
            context.gate.reject(row.number, LILY)
    Driver(house.folder).resume(context)


def it_acts_by_itself(house: Runs) -> None:
    Driver(house.folder).start(house.context("run-2", Level.AUTO_SAFE), ["web"], "auto-safe")


STORY = (it_looks_and_asks, it_goes_on_with_the_answer, it_acts_by_itself)


def the_next_cycle(house: Runs) -> None:
    """What the next timer runs: recover what was left behind, then look anew; everything comes to its end."""
    context = house.context("run-3", Level.AUTO_SAFE)
    driver = Driver(house.folder)
    driver.recover(context)
    assert isinstance(context.gate, LocalGate)
    assert_consistent(house, context.gate)
    for row in context.gate.list(frozenset({"proposed"})):
        assert isinstance(context.gate.reject(row.number, LILY), Entry)
    driver.recover(context)
    driver.start(context, ["web"], "auto-safe")
    assert_consistent(house, context.gate)
    assert not context.gate.list(frozenset({"proposed", "approved", "claimed", "armed", "done", "unknown"}))
    assert context.store.unfinished_runs() == []
    for number in house.told():
        assert context.gate.explain(number).entry.state in ("verified", "failed")
    close(context.gate)
    context.store._engine.dispose()


@pytest.fixture(scope="module")
def steps(place: Path) -> list[int]:
    """How many steps each chapter takes: whatever the machine is asked, and every checkpoint. What it finds is kept."""
    counts = []
    for number, chapter in enumerate(STORY):
        keep(place / "told", place / f"before-{number}")
        points = Points()
        with pytest.MonkeyPatch.context() as patched:
            at_checkpoints(points, patched)
            chapter(Runs(place / "told", points))
        counts.append(len(points.passed))
    return counts


def at_checkpoints(points: Points, patched: pytest.MonkeyPatch) -> None:
    for name in ("put", "put_writes"):
        patched.setattr(SqliteSaver, name, points._around(name, getattr(SqliteSaver, name)))


def killed_at(place: Path, chapter: int, number: int, attempt: int) -> str:
    """What is wrong after a kill at a step of a chapter; empty when nothing is."""
    folder = place / f"kill-{chapter}-{number}-{attempt}"
    keep(place / f"before-{chapter}", folder)

    def dies() -> None:
        points = Points(kill_at(number))
        at_checkpoints(points, pytest.MonkeyPatch())
        STORY[chapter](Runs(folder, points))

    try:
        status = in_a_child(dies)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"it ended with {status}"
        the_next_cycle(Runs(folder, minutes=1))
    except Exception:
        return f"{STORY[chapter].__name__}, step {number}:\n{traceback.format_exc()}"
    finally:
        forget(folder)
    return ""


def test_a_run_killed_at_any_step_comes_to_its_end(place: Path, steps: list[int]) -> None:
    begun = time.monotonic()
    tasks: list[tuple[object, ...]] = [
        (place, chapter, number, attempt)
        for attempt in range(KILLS_PER_STEP)
        for chapter, count in enumerate(steps)
        for number in range(1, count + 1)
    ]
    wrong = side_by_side(killed_at, tasks)
    print(
        f"\n{len(tasks)} kills of a driven run: {KILLS_PER_STEP} at each of {sum(steps)} steps {steps}: "
        f"{len(wrong)} went wrong; {time.monotonic() - begun:.0f} s"
    )
    assert not wrong, f"{len(wrong)} of {len(tasks)}, the first:\n" + "\n".join(wrong[:2])
