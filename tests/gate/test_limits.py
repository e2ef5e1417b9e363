"""Budgets and breakers: how much may be done, what is not tried again, and who alone lets it go on."""

from datetime import timedelta
from pathlib import Path

import pytest

from gate.interface import Entry, Person, Refused, Request
from gate.local import LocalGate
from tests.conftest import GateOver, ManualClock
from tests.world import FakeUnit, World, failed
from tools.configuration import Level
from tools.store.ballast import BALLAST_BYTES, Ballast, is_disk_full

LILY = Person(1000, "lily")


def restart(unit: str = "app.service", host: str = "web", run: str = "") -> Request:
    return Request(host, "unit.restart", {"name": unit}, "because", ("f1",), run)


def heal_again(gate: LocalGate, world: World, unit: str = "app.service", host: str = "web") -> Entry:
    """The unit fails once more and is restarted as far as the gate lets it."""
    world.units[unit].active = "failed"
    world.units[unit].invocation += 1
    row = gate.propose(restart(unit, host))
    if row.state == "approved":
        done = gate.execute(row.number)
        assert isinstance(done, Entry)
        row = done
    if row.state == "done":
        proven = gate.verify(row.number)
        assert isinstance(proven, Entry)
        return proven
    return row


def test_one_unit_is_not_started_twice_in_ten_minutes_nor_four_times_a_day(
    gate_over: GateOver, clock: ManualClock
) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE)
    assert heal_again(gate, world).state == "verified"
    assert "starts of app.service in 10 minutes" in heal_again(gate, world).reason
    for _ in range(2):
        clock.sleep(11 * 60)
        assert heal_again(gate, world).state == "verified"
    clock.sleep(11 * 60)
    assert "starts of app.service in 24 hours" in heal_again(gate, world).reason
    assert len(world.effects) == 3


def test_a_spent_budget_is_counted_again_over_a_restart_of_macha(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    heal_again(gate_over(world, level=Level.AUTO_SAFE), world)
    assert heal_again(gate_over(world, level=Level.AUTO_SAFE), world).state == "refused"


def test_a_clock_that_went_back_does_not_free_a_budget(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE)
    heal_again(gate, world)
    clock.time -= timedelta(days=400)
    assert heal_again(gate, world).state == "refused"


def test_a_host_and_the_fleet_have_an_hourly_budget(gate_over: GateOver, clock: ManualClock) -> None:
    units = {f"app{number}.service": FakeUnit() for number in range(4)}
    world = World(units=units)
    gate = gate_over(world, level=Level.AUTO_SAFE, budgets={"hostHour": 2})
    assert [heal_again(gate, world, unit).state for unit in units] == ["verified", "verified", "refused", "refused"]
    clock.sleep(3600)
    fleet = gate_over(world, level=Level.AUTO_SAFE, budgets={"fleetHour": 1})
    assert [heal_again(fleet, world, unit).state for unit in list(units)[2:]] == ["verified", "refused"]


def test_a_budget_that_was_spent_meanwhile_makes_an_approval_stale(gate_over: GateOver) -> None:
    world = World(units={"a.service": failed(), "b.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE, budgets={"hostHour": 1})
    first, second = gate.propose(restart("a.service")), gate.propose(restart("b.service"))
    gate.execute(first.number)
    stale = gate.execute(second.number)
    assert isinstance(stale, Entry)
    assert (stale.state, "changes on web in an hour" in stale.reason) == ("stale", True)


def test_reading_spends_nothing(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}), level=Level.AUTO_SAFE, budgets={"hostHour": 1})
    for _ in range(3):
        row = gate.propose(Request("web", "diagnose", {"name": "app.service"}, ""))
        assert isinstance(gate.execute(row.number), Entry)
        gate.verify(row.number)


def test_a_plan_of_many_actions_is_cut_off(gate_over: GateOver) -> None:
    units = {f"app{number}.service": failed() for number in range(7)}
    gate = gate_over(World(units=units))
    rows = [gate.propose(restart(unit, run="run-1")) for unit in units]
    assert [row.state for row in rows] == ["proposed"] * 5 + ["refused"] * 2
    assert "at most 5 actions on web in one cycle" in rows[-1].reason


def test_people_are_called_twelve_times_a_day_and_the_rest_waits_for_the_digest(gate_over: GateOver) -> None:
    units = {f"app{number}.service": failed() for number in range(14)}
    gate = gate_over(World(units=units))
    rows = [gate.propose(restart(unit)) for unit in units]
    assert [row.is_prompt for row in rows] == [True] * 12 + [False] * 2
    assert {row.state for row in rows} == {"proposed"}


def test_a_remedy_that_did_not_help_twice_is_not_tried_a_third_time(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed(heals=False)})
    gate = gate_over(world, level=Level.AUTO_SAFE)
    for _ in range(2):
        assert heal_again(gate, world).state == "failed"
        clock.sleep(3600)
    third = heal_again(gate, world)
    assert third.state == "refused"
    assert "unit.restart app.service on web did not help 2 times" in third.reason
    (breaker,) = gate.breakers()
    assert (breaker.scope, breaker.host, breaker.closed_at) == ("remedy", "web", "")

    assert gate.close_breaker(breaker.id, LILY, "repaired") is None
    assert isinstance(gate.close_breaker(breaker.id, LILY), Refused)
    world.units["app.service"].heals = True
    clock.sleep(24 * 3600)
    assert heal_again(gate, world).state == "verified"


def test_help_in_between_starts_the_count_anew(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE)
    for heals, state in ((False, "failed"), (True, "verified"), (False, "failed")):
        world.units["app.service"].heals = heals
        assert heal_again(gate, world).state == state
        clock.sleep(9 * 3600)
    assert gate.breakers() == []


def test_not_helped_counts_as_well_as_failed(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})

    def fail_later(_: tuple[str, ...]) -> None:
        world.units["app.service"].active = "failed"

    world.after_effect = fail_later
    gate = gate_over(world, level=Level.AUTO_SAFE)
    for _ in range(2):
        assert heal_again(gate, world).state == "not_helped"
        clock.sleep(3600)
    assert [breaker.scope for breaker in gate.breakers()] == ["remedy"]


def test_a_flapping_unit_is_left_to_a_person(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE, budgets={"unitDay": 4})
    for _ in range(3):
        assert heal_again(gate, world).state == "verified"
        clock.sleep(3600)
    fourth = heal_again(gate, world)
    assert "brought back 3 times in 24 hours: it is flapping" in fourth.reason
    assert [breaker.scope for breaker in gate.breakers()] == ["unit"]


@pytest.mark.parametrize(
    ("fleet", "ill", "trips"),
    [(1, 1, False), (2, 1, False), (2, 2, True), (12, 2, False), (9, 2, True), (40, 2, False), (40, 3, True)],
)
def test_hosts_that_fall_ill_at_once_trip_the_fleet_breaker(
    gate_over: GateOver, fleet: int, ill: int, trips: bool
) -> None:
    worlds = [World(f"h{number}", {"app.service": failed()}) for number in range(fleet)]
    gate = gate_over(*worlds, level=Level.AUTO_SAFE)
    rows = [gate.propose(restart(host=world.name)) for world in worlds[:ill]]
    outcomes = [gate.execute(row.number) for row in rows]
    assert any(world.effects for world in worlds) is not trips
    assert bool(gate.breakers()) is trips
    assert len(outcomes) == ill


def test_hosts_that_are_nobodys_trip_no_fleet_breaker(
    gate_over: GateOver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.refusals.MOST_AN_HOUR", 3)
    world = World(units={"app.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE)
    rows = [gate.propose(restart(host=host)) for host in ("web2", "db", "mail", "web3")]
    assert (rows[-1].host, {row.state for row in rows}) == ("", {"refused"}), "the last shares the row of overflow"
    assert gate.propose(restart()).state == "approved"
    assert gate.breakers() == []


def test_what_was_asked_before_a_host_had_the_name_is_not_held_against_it(gate_over: GateOver) -> None:
    web, later = World(units={"app.service": failed()}), World("web2", {"app.service": failed()})
    gate_over(web, level=Level.AUTO_SAFE).propose(restart(host="web2"))
    gate = gate_over(web, later, level=Level.AUTO_SAFE)
    assert gate.propose(restart()).state == "approved"
    assert gate.breakers() == []


def test_hosts_that_fall_ill_one_after_the_other_do_not(gate_over: GateOver, clock: ManualClock) -> None:
    worlds = [World(f"h{number}", {"app.service": failed()}) for number in range(4)]
    gate = gate_over(*worlds, level=Level.AUTO_SAFE)
    for world in worlds:
        assert gate.propose(restart(host=world.name)).state == "approved"
        clock.sleep(11 * 60)


def test_a_fleet_breaker_that_a_person_closed_stays_closed_for_the_same_wave(
    gate_over: GateOver, clock: ManualClock
) -> None:
    worlds = [World(f"h{number}", {"app.service": failed()}) for number in range(3)]
    gate = gate_over(*worlds, level=Level.AUTO_SAFE)
    rows = [gate.propose(restart(host=world.name)) for world in worlds]
    assert [row.state for row in rows] == ["approved", "refused", "refused"]
    gate.close_breaker(1, LILY)
    assert gate.propose(restart(host="h2")).state == "approved"


@pytest.mark.parametrize("hours", [-3, 5, 5 * 365 * 24])
def test_after_a_jump_of_the_clock_everything_open_is_judged_anew(
    gate_over: GateOver, clock: ManualClock, hours: int
) -> None:
    world = World(units={"app.service": failed()})
    gate_over(world).propose(restart())
    gate_over(world).approve(1, LILY)
    clock.time += timedelta(hours=hours)
    gate = gate_over(world)
    assert gate.explain(1).entry.state == "expired"
    assert "the clock jumped" in gate.explain(1).entry.reason
    assert isinstance(gate.execute(1), Refused)


def test_time_that_passed_is_no_jump(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    gate_over(world).propose(restart())
    clock.sleep(3 * 3600)
    assert gate_over(world).explain(1).entry.state == "proposed"


def test_after_a_reboot_only_a_clock_that_went_back_is_a_jump(
    gate_over: GateOver, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    gate_over(world).propose(restart())
    monkeypatch.setattr("gate.clock_guard.BOOT_ID", tmp_path / "not-there")
    clock.time += timedelta(hours=5)
    assert gate_over(world).explain(1).entry.state == "proposed"
    clock.time -= timedelta(days=2)
    monkeypatch.undo()
    assert gate_over(world).explain(1).entry.state == "expired"


def test_the_ballast_is_given_up_once_and_put_back(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path)
    ballast.fill()
    ballast.fill()
    assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES
    tries: list[int] = []

    def full_at_first() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError(28, "no space left on device")
        return "written"

    assert ballast.spend_on(full_at_first) == "written"
    assert not (tmp_path / "ballast").exists()
    tries.clear()
    with pytest.raises(OSError, match="no space"):
        ballast.spend_on(full_at_first)


def test_other_errors_do_not_cost_the_ballast(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path)
    ballast.fill()

    def fail() -> None:
        raise ValueError("something else")

    with pytest.raises(ValueError, match="something else"):
        ballast.spend_on(fail)
    assert (tmp_path / "ballast").exists()
    assert not is_disk_full(OSError(5, "input/output error"))
