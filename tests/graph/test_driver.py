"""Runs over real SQLite: they pause, go on in another process' driver, survive a kill, and never act twice."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import graph
from gate.interface import Person
from gate.local import LocalGate
from graph.driver import Driver
from nodes.context import Context
from tests.conftest import ManualClock, settings_for
from tests.world import World, die, failed
from tools.clock import stamp
from tools.configuration import Level
from tools.errors import MachaError
from tools.hosts import Host, Unreachable
from tools.hosts.fleet import Fleet
from tools.model.opening import NoModel
from tools.store.locks import exclusive
from tools.store.memory import Store
from tools.store.readings import Readings
from tools.store.snapshots import Snapshots

LILY = Person(1000, "lily")


class Worlds(Fleet):
    """A fleet of machines in memory."""

    def __init__(self, *worlds: World) -> None:
        self._worlds = {world.name: world for world in worlds}

    def host(self, name: str) -> Host:
        if name not in self._worlds:
            raise MachaError(f"there is no host {name} in the configuration")
        return self._worlds[name]


def context_over(folder: Path, *worlds: World, run: str = "run-1", level: Level | None = None) -> Context:
    clock = ManualClock()
    clock.time = datetime.now(UTC)  # langgraph stamps checkpoints by the machine's clock, which must not be ahead
    settings = settings_for(*(world.name for world in worlds))
    fleet = Worlds(*worlds)
    return Context(
        run=run,
        settings=settings,
        store=Store(folder / "macha.db", clock),
        snapshots=Snapshots(folder / "snapshots"),
        readings=Readings(folder / "readings"),
        model_of=lambda _: NoModel(),
        gate=LocalGate(folder, settings, fleet.host, clock, level),
        fleet=fleet,
        clock=clock,
    )


def test_nothing_of_a_run_is_sent_anywhere_and_rows_build_no_objects() -> None:
    assert graph.__name__ == "graph"
    assert os.environ["LANGGRAPH_STRICT_MSGPACK"] == "true"
    assert os.environ["LANGSMITH_TRACING"] == "false"


def test_a_quiet_run_comes_to_its_end(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    drive = Driver(tmp_path).start(context, ["web"], None)
    assert not drive.is_waiting
    assert drive.values["findings"] == []
    assert context.store.unfinished_runs() == []


def test_a_run_waits_and_goes_on_in_another_driver(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    drive = Driver(tmp_path).start(context_over(tmp_path, world), ["web"], None)
    assert drive.is_waiting
    context = context_over(tmp_path, world)
    context.gate.approve(1, LILY)
    ended = Driver(tmp_path).resume(context)
    assert ended is not None
    assert not ended.is_waiting
    assert context.gate.explain(1).entry.state == "verified"
    assert len(world.effects) == 1


def test_an_unanswered_run_stays_where_it_is(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    driver = Driver(tmp_path)
    driver.start(context, ["web"], None)
    for _ in range(2):
        again = driver.resume(context)
        assert again is not None
        assert again.is_waiting


def test_one_answer_of_two_is_carried_out_and_the_other_still_waits(tmp_path: Path) -> None:
    world = World(units={"a.service": failed(), "b.service": failed()})
    context = context_over(tmp_path, world)
    driver = Driver(tmp_path)
    driver.start(context, ["web"], None)
    context.gate.reject(1, LILY)
    context.gate.approve(2, LILY)
    ended = driver.resume(context)
    assert ended is not None
    assert not ended.is_waiting
    assert world.effects == [("systemctl", "restart", "--", "b.service")]


def test_a_paused_run_does_not_block_the_next_and_is_not_asked_twice(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    driver = Driver(tmp_path)
    driver.start(context_over(tmp_path, world), ["web"], None)
    second = context_over(tmp_path, world, run="run-2")
    assert not driver.start(second, ["web"], None).is_waiting
    assert [row.number for row in second.gate.list()] == [1]


def test_a_healed_proposal_is_withdrawn_and_its_run_ends(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    driver = Driver(tmp_path)
    driver.start(context_over(tmp_path, world), ["web"], None)
    world.units["app.service"].active = "active"
    second = context_over(tmp_path, world, run="run-2")
    driver.start(second, ["web"], None)
    assert second.gate.explain(1).entry.state == "withdrawn"
    driver.recover(second)
    assert second.store.unfinished_runs() == []


def test_auto_safe_acts_without_a_person(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}), level=Level.AUTO_SAFE)
    assert not Driver(tmp_path).start(context, ["web"], "auto-safe").is_waiting
    assert [row.state for row in context.gate.list()] == ["verified"]


def test_hosts_that_fall_ill_together_are_left_alone(tmp_path: Path) -> None:
    worlds = [World(name, {"app.service": failed()}) for name in ("web", "db")]
    context = context_over(tmp_path, *worlds, level=Level.AUTO_SAFE)
    Driver(tmp_path).start(context, ["web", "db"], "auto-safe")
    assert [row.state for row in context.gate.list()] == ["stale", "refused"]
    assert [world.effects for world in worlds] == [[], []]


def test_an_unreachable_host_is_a_finding_and_the_other_is_looked_at(tmp_path: Path) -> None:
    lost, well = World("lost"), World("well", {"app.service": failed()})
    lost.unreachable = Unreachable("no_route", "nothing answers at 192.0.2.9")
    context = context_over(tmp_path, lost, well)
    drive = Driver(tmp_path).start(context, ["lost", "well"], None)
    found = {(finding.host, finding.kind) for finding in context.store.open_findings()}
    assert found == {("lost", "net.unreachable"), ("well", "unit.failed")}
    assert {look["host"] for look in drive.values["looks"]} == {"lost", "well"}


def test_a_branch_that_breaks_is_a_finding_too(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    Driver(tmp_path).start(context, ["web", "gone"], None)
    assert [(f.host, f.kind) for f in context.store.open_findings()] == [("gone", "net.unreachable")]


def test_what_was_known_of_a_host_stays_known_while_it_is_unreachable(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    driver = Driver(tmp_path)
    driver.start(context_over(tmp_path, world), ["web"], None)
    world.unreachable = Unreachable("silent", "no banner")
    second = context_over(tmp_path, world, run="run-2")
    driver.start(second, ["web"], None)
    assert {finding.kind for finding in second.store.open_findings()} == {"unit.failed", "net.unreachable"}
    assert second.gate.explain(1).entry.state == "proposed"


def test_resuming_what_is_not_there_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match="there is no run run-9"):
        Driver(tmp_path).resume(context_over(tmp_path, World(), run="run-9"))


def test_only_one_process_drives_a_run(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    driver = Driver(tmp_path)
    driver.start(context, ["web"], None)
    with driver._locked("run-1") as is_held:
        assert is_held
        assert Driver(tmp_path).resume(context) is None


def test_a_clock_that_was_set_back_is_refused(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    driver = Driver(tmp_path)
    driver.start(context, ["web"], None)
    assert isinstance(context.clock, ManualClock)
    context.clock.time = context.clock.time.replace(year=2020)
    context.gate.reject(1, LILY)
    with pytest.raises(MachaError, match="the clock is"):
        driver.resume(context)


def test_finished_runs_are_pruned_and_waiting_ones_are_not(tmp_path: Path) -> None:
    driver = Driver(tmp_path)
    driver.start(context_over(tmp_path, World()), ["web"], None)
    waiting = context_over(tmp_path, World(units={"app.service": failed()}), run="run-2")
    driver.start(waiting, ["web"], None)
    assert driver.prune(waiting, stamp(waiting.clock.now().replace(year=2030))) == 1
    assert driver.path("run-2")[1] == ["approve"]
    with pytest.raises(MachaError):
        driver.path("run-1")


def test_a_run_paused_by_another_version_is_given_up_and_judged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    driver = Driver(tmp_path)
    driver.start(context_over(tmp_path, world), ["web"], None)
    monkeypatch.setattr("graph.driver.GRAPH_VERSION", 99)
    second = context_over(tmp_path, world, run="run-2")
    driver.recover(second)
    assert second.gate.explain(1).entry.state == "withdrawn"
    assert driver.start(second, ["web"], None).is_waiting
    assert second.gate.explain(2).entry.state == "proposed"


def in_a_child(work: Callable[..., None], *arguments: Any) -> int:
    process = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def drive_and_die(folder: Path, where: str) -> None:
    world = World(units={"app.service": failed()}, effects=folder / "effects")
    if where == "before":
        world.before_effect = die
    elif where == "after":
        world.after_effect = die
    context = context_over(folder, world, level=Level.AUTO_SAFE)
    Driver(folder).start(context, ["web"], "auto-safe")


@pytest.mark.parametrize(("where", "state", "effects"), [("before", "failed", 0), ("after", "verified", 1)])
def test_a_kill_around_the_effect_never_repeats_it(tmp_path: Path, where: str, state: str, effects: int) -> None:
    assert in_a_child(drive_and_die, tmp_path, where) == -signal.SIGKILL
    world = World(units={"app.service": failed()}, effects=tmp_path / "effects")
    if effects:
        world.units["app.service"].active = "active"
        world.units["app.service"].invocation = 2
    context = context_over(tmp_path, world, level=Level.AUTO_SAFE, run="run-2")
    Driver(tmp_path).recover(context)
    assert context.gate.explain(1).entry.state == state
    assert len(world.effects_on_disk()) == effects
    assert world.effects == []
    assert context.store.unfinished_runs() == []


def test_what_was_allowed_while_somebody_else_acted_is_done_in_the_next_cycle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.acting.FENCE_SECONDS", 0)
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    Driver(tmp_path).start(context, ["web"], None)
    context.gate.approve(1, LILY)
    with exclusive(tmp_path, "host-web", 0) as is_held:
        assert is_held
        Driver(tmp_path).resume(context_over(tmp_path, world))
    assert context.gate.explain(1).entry.state == "approved"
    later = context_over(tmp_path, world, run="run-2")
    Driver(tmp_path).recover(later)
    assert later.gate.explain(1).entry.state == "verified"
    assert len(world.effects) == 1


def breaks(*_: object) -> None:
    raise KeyError("odd")


def test_a_run_that_cannot_go_on_does_not_keep_the_machines_from_being_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    Driver(tmp_path).start(context, ["web"], None)
    context.gate.approve(1, LILY)
    with monkeypatch.context() as patch:
        patch.setattr("nodes.execute.execute", breaks)
        (drive,) = Driver(tmp_path).recover(context_over(tmp_path, world, run="run-2"))
    assert drive.trouble.startswith("KeyError")
    assert context.store.unfinished_runs() == ["run-1"]
