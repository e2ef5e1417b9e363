"""Taking back what did not help: only where there is an undo, and only through the gate."""

from pathlib import Path

from gate.interface import Person
from nodes.execute import execute
from nodes.rollback import rollback
from nodes.state import ActionTask
from tests.graph.test_driver import context_over
from tests.nodes.steps import planned, row
from tests.world import World, failed


def test_a_restart_has_no_undo_so_nothing_is_asked_and_nothing_done(tmp_path: Path) -> None:
    world = World(units={"app.service": failed(heals=False)})
    context = context_over(tmp_path, world)
    planned(context)
    context.gate.approve(1, Person(1000, "lily"))
    execute(ActionTask(number=1), context)
    before = row(context)
    assert rollback(ActionTask(number=1), context) == {}
    assert row(context) == before
    assert len(context.gate.list()) == len(world.effects) == 1
