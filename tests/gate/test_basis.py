"""What an approval rests on besides the unit itself."""

from gate.interface import Entry, Person, Request
from tests.conftest import GateOver
from tests.world import FakeUnit, World, failed


def test_an_approval_is_stale_when_more_would_be_stopped_than_was_shown(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed(), "shop.service": FakeUnit()})
    gate = gate_over(world)
    gate.propose(Request("web", "unit.restart", {"name": "app.service"}, "because"))
    gate.approve(1, Person(1000, "lily"))
    world.units["app.service"].relations = {"RequiredBy": ("shop.service",)}
    answer = gate.execute(1)
    assert isinstance(answer, Entry)
    assert answer.state == "stale"
    assert "also stops was 'nothing', is 'shop.service'" in answer.reason
    assert world.effects == []


def test_what_else_would_be_stopped_is_part_of_what_is_approved(gate_over: GateOver) -> None:
    relations = {"RequiredBy": ("shop.service",)}
    world = World(units={"app.service": failed(relations=relations), "shop.service": FakeUnit()})
    row = gate_over(world).propose(Request("web", "unit.restart", {"name": "app.service"}, "because"))
    assert row.basis["also stops"] == "shop.service"
    assert row.risk == "medium"
