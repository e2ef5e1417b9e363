"""Worlds for the tests of actions: the units of a small machine, as its own parser reads them."""

from datetime import UTC, datetime

from tests.world import FakeUnit, World, failed
from tools.probes import Probe, Skipped
from tools.probes.journal_usage import JournalUsage
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph

MEBIBYTE = 1 << 20


def units(journal_megabytes: int = 8, /, **named: FakeUnit) -> Observation:
    """The facts of a machine with these units: `units(app=failed())` has an app.service."""
    world = World(units={f"{name}.service": unit for name, unit in named.items()})
    graph = UnitGraph.parse(world._say_unit_graph().encode())
    return facts(graph, JournalUsage(journal_megabytes * MEBIBYTE))


def facts(*given: Probe | Skipped) -> Observation:
    named = {fact.name: fact for fact in given if isinstance(fact, Probe)}
    return Observation("web", datetime(2026, 3, 1, tzinfo=UTC), dict(named))


WELL = units(app=FakeUnit())
DOWN = units(app=failed())
ELSEWHERE = units(other=FakeUnit())
UNREADABLE = Observation("web", datetime(2026, 3, 1, tzinfo=UTC), {"unit_graph": Skipped("the bus is down")})


def app(active: str = "active", sub: str = "running", invocation: int = 2, **more: object) -> Observation:
    """The machine where app.service is like this, by default started anew after `DOWN`."""
    return units(app=FakeUnit(active, sub, invocation=invocation, **more))  # type: ignore[arg-type]
