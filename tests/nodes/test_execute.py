"""Carrying out one approved action; one that another process keeps from being done is left for the next cycle."""

from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from filelock import FileLock

from gate.interface import Person
from nodes.execute import execute
from nodes.state import ActionTask
from tests.graph.test_driver import context_over
from tests.nodes.steps import planned, row
from tests.world import World, failed

LILY = Person(1000, "lily")
FIRST = ActionTask(number=1)


def test_what_nobody_approved_is_not_done_and_not_put_off(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    assert execute(FIRST, context) == {"deferred": []}
    assert world.effects == []


def test_an_approved_action_is_done_once(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    context.gate.approve(1, LILY)
    for _ in range(2):
        assert execute(FIRST, context) == {"deferred": []}
    assert world.effects == [("systemctl", "restart", "--", "app.service")]
    assert row(context).state == "done"


def test_an_action_whose_world_moved_is_stale_and_not_put_off(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    context.gate.approve(1, LILY)
    world.units["app.service"].invocation += 1
    assert execute(FIRST, context) == {"deferred": []}
    assert (row(context).state, world.effects) == ("stale", [])


def hold(lock: Path, is_held: Event, may_end: Event) -> None:
    with FileLock(lock):
        is_held.set()
        may_end.wait(60)


def test_while_another_process_acts_on_the_host_it_is_put_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    context.gate.approve(1, LILY)
    monkeypatch.setattr("gate.acting.FENCE_SECONDS", 0.2)
    (tmp_path / "locks").mkdir(exist_ok=True)
    fork = get_context("fork")
    is_held, may_end = fork.Event(), fork.Event()
    other = fork.Process(target=hold, args=(tmp_path / "locks" / "host-web.lock", is_held, may_end))
    other.start()
    assert is_held.wait(60)
    assert execute(FIRST, context) == {"deferred": [1]}
    assert (row(context).state, world.effects) == ("approved", [])
    may_end.set()
    other.join(60)
    assert execute(FIRST, context) == {"deferred": []}
    assert len(world.effects) == 1
