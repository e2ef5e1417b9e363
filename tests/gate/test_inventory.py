"""What systemd has unloaded is read from the disk before it is judged; what cannot be read is refused."""

from typing import Any

import pytest

from gate.inventory import MOST_ROUNDS, complete
from gate.protected import why_not_touch
from tests.gate.test_protected import APP, DB, Edge, graph, unit
from tests.world import FakeUnit, World
from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.probes.unit_graph import UnitGraph


class Disk(World):
    """A host that tells of units it has not loaded, and counts how often it was asked."""

    def __init__(self, **unloaded: FakeUnit) -> None:
        super().__init__()
        self.unloaded = {f"{name}.service": unit for name, unit in unloaded.items()}
        self.asked: list[tuple[str, ...]] = []
        self.answer: Completed | Unreachable | None = None

    def run(self, argv: tuple[str, ...], **limits: Any) -> Completed | Unreachable:
        self.asked.append(argv[argv.index("--") + 1 :])
        return self.answer or super().run(argv, **limits)


def down(**relations: tuple[str, ...]) -> FakeUnit:
    return FakeUnit("inactive", "dead", relations=relations)


def completed(known: UnitGraph, disk: Disk) -> UnitGraph | str:
    return complete(known, APP, disk, Deadline(5))


def loaded(*edges: Edge) -> UnitGraph:
    return graph([unit(DB), unit(APP, "failed")], *edges)


def test_a_graph_that_is_whole_is_not_asked_for_again() -> None:
    disk, known = Disk(), loaded((APP, "Requires", DB))
    assert completed(known, disk) is known
    assert disk.asked == []


def test_a_unit_that_is_not_loaded_is_read_from_the_disk() -> None:
    disk = Disk(app=down(Wants=("job.service", DB)), job=down(Conflicts=(DB,)))
    whole = completed(graph([unit(DB)]), disk)
    assert isinstance(whole, UnitGraph)
    assert disk.asked == [(APP,), ("job.service",)]
    assert why_not_touch(whole, APP, "start", [DB]) is not None


@pytest.mark.parametrize("relation", ["Requires", "BindsTo", "Wants", "Upholds", "OnFailure", "OnSuccess", "Triggers"])
def test_every_relation_that_starts_something_is_followed(relation: str) -> None:
    disk = Disk(app=down(**{relation: ("job.service",)}), job=down(Requires=("deep.service",)), deep=down())
    whole = completed(graph([unit(DB)]), disk)
    assert isinstance(whole, UnitGraph) and {"job.service", "deep.service"} <= set(whole.units)


def test_a_unit_that_runs_is_not_followed() -> None:
    known = graph([unit(APP, "failed"), unit(DB)], (APP, "Wants", DB), (DB, "Wants", "job.service"))
    assert completed(known, Disk()) is known


def test_what_is_not_on_the_disk_either_is_known_to_be_absent() -> None:
    whole = completed(graph([unit(DB)]), Disk())
    assert isinstance(whole, UnitGraph)
    assert why_not_touch(whole, APP, "start") == f"{APP} is not among the units of this host"


def test_an_alias_is_found_by_its_other_name() -> None:
    whole = completed(graph([unit(DB)]), Disk(app=down(Wants=("sql.service",)), sql=FakeUnit(aliases=("x.service",))))
    assert isinstance(whole, UnitGraph) and whole.find("x.service") is whole.units["sql.service"]


def test_what_goes_too_deep_is_refused() -> None:
    chain = {f"d{n}": down(Requires=(f"d{n + 1}.service",)) for n in range(MOST_ROUNDS + 1)}
    assert (
        completed(loaded((APP, "Wants", "d0.service")), Disk(**chain))
        == f"what {APP} depends on goes too deep to be judged"
    )
    shorter = Disk(**{name: chain[name] for name in list(chain)[2:]})
    assert isinstance(completed(loaded((APP, "Wants", "d3.service")), shorter), UnitGraph)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Unreachable("deadline", "no answer"), id="a host that does not answer"),
        pytest.param(Completed(1, b"", b"Failed to connect to bus"), id="a command that fails"),
        pytest.param(Completed(0, b"Id=job.service\n", b"", is_truncated=True), id="an answer that was cut"),
        pytest.param(Completed(0, b"", b""), id="no answer"),
        pytest.param(Completed(0, b"Id=other.service\nNames=other.service\n", b""), id="an answer about another unit"),
    ],
)
def test_what_cannot_be_read_is_refused(answer: Completed | Unreachable) -> None:
    disk = Disk()
    disk.answer = answer
    refusal = completed(loaded((APP, "Wants", "job.service")), disk)
    assert isinstance(refusal, str) and refusal.startswith(f"what {APP} depends on could not be read")
    assert len(disk.asked) == 1
