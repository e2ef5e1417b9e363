"""One row carried out: at most once, found again after a crash, and proven; also when the connection breaks in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from gate.effect import Outcome, unit_of
from gate.interface import Entry, Person, Refused, Request
from gate.local import LocalGate
from gate.recording import Recorder
from tests.conftest import GateOver, ManualClock
from tests.world import World, failed
from tools.clock import Deadline
from tools.configuration import Level
from tools.hosts import Completed, Unreachable

LILY = Person(1000, "lily")
NO_TRACE = "the host has no trace of it, and it cannot run any more"


def restart(unit: str = "app.service", host: str = "web") -> Request:
    return Request(host, "unit.restart", {"name": unit}, "because", ("f1",), "run-1")


def entry(answer: Entry | Refused) -> Entry:
    assert isinstance(answer, Entry), answer
    return answer


class Ended(BaseException):
    """Ends a process as nothing that is caught on the way could."""


def interrupt(*_: object) -> None:
    """What stands in for an effect, or follows it, in a process that is ended there."""
    raise Ended


def approved(gate: LocalGate, request: Request | None = None) -> int:
    """The number of a row that a person has just allowed."""
    row = gate.propose(request or restart())
    return entry(gate.approve(row.number, LILY)).number


def interrupted(gate: LocalGate) -> int:
    """The number of a row in whose effect the process ends."""
    number = approved(gate)
    with pytest.raises(Ended):
        gate.execute(number)
    return number


def test_a_row_in_flight_on_a_host_that_is_gone_from_the_configuration_is_unknown(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    world.after_effect = interrupt
    gate = gate_over(world)
    assert interrupted(gate) == 1
    (settled,) = gate_over(World("other")).settle()
    assert settled.state == "unknown"


def test_an_interrupted_effect_is_found_by_the_next_gate(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    world.after_effect = interrupt
    gate = gate_over(world)
    assert interrupted(gate) == 1
    (settled,) = gate_over(world).settle()
    assert (settled.state, settled.reason[:28]) == ("done", "found after an interruption:")
    assert entry(gate.verify(1)).state == "verified"
    assert len(world.effects) == 1


@pytest.mark.parametrize(("boot_id", "state"), [("", "failed"), ("11111111-2222-3333-4444-555555555555", "unknown")])
def test_no_trace_of_an_effect_proves_something_only_within_one_boot(
    gate_over: GateOver, boot_id: str, state: str
) -> None:
    world = World(units={"app.service": failed()})
    world.before_effect = interrupt
    gate = gate_over(world)
    assert interrupted(gate) == 1
    world.boot_id = boot_id or world.boot_id
    (settled,) = gate_over(world).settle()
    assert settled.state == state


def test_an_interrupted_diagnosis_has_changed_nothing(gate_over: GateOver, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world, level=Level.AUTO_SAFE)
    gate.propose(Request("web", "diagnose", {"name": "app.service"}, ""))

    with monkeypatch.context() as patch:
        patch.setattr("gate.acting.carry_out", interrupt)
        with pytest.raises(Ended):
            gate.execute(1)
    (settled,) = gate_over(world).settle()
    assert (settled.state, settled.reason) == (
        "failed",
        "found after an interruption: interrupted while it was reading; nothing was to be changed",
    )


def test_the_stop_switch_is_read_once_more_right_before_the_effect(gate_over: GateOver, tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    assert approved(gate) == 1
    seen: list[str | None] = [None]
    gate._switch.why = lambda: seen.pop() if seen else "stopped just now"  # type: ignore[method-assign]
    ended = entry(gate.execute(1))
    assert (ended.state, ended.reason) == ("failed", "nothing was done: stopped just now")
    assert world.effects == []


def test_a_busy_host_keeps_the_approval_for_later(gate_over: GateOver, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    assert approved(gate) == 1
    monkeypatch.setattr("gate.acting.FENCE_SECONDS", 0)
    with gate._actor._fence("web", 0) as is_held:
        assert is_held
        assert gate.execute(1) == Refused("another process is acting on web; number 1 stays approved")
        assert gate.settle() == []
    assert entry(gate.execute(1)).state == "done"


def test_a_verification_that_can_tell_nothing_is_inconclusive(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    assert approved(gate) == 1
    gate.execute(1)
    world.unreachable = Unreachable("silent", "no banner")
    unproven = entry(gate.verify(1))
    assert (unproven.state, unproven.verdict) == ("inconclusive", "web could not be looked at: no banner")
    assert isinstance(gate.verify(1), Refused)


# ---- the name of the effect


def test_an_effect_that_did_not_run_never_can(gate_over: GateOver) -> None:
    """A command may still be under way when its sender is gone: it finds its name taken."""
    world = World(units={"app.service": failed()})
    world.before_effect = interrupt
    number = interrupted(gate_over(world))
    (settled,) = gate_over(world).settle()
    assert (settled.state, settled.reason) == (
        "failed",
        "found after an interruption: the host has no trace of it, and it cannot run any more",
    )
    unit = unit_of(settled.id)
    assert world.acts == {unit: "taken"}
    world.before_effect = lambda _: None
    late = world.run(
        ("systemd-run", f"--unit={unit}", "--", "systemctl", "restart", "--", "app.service"), deadline=Deadline(1)
    )
    assert isinstance(late, Completed) and late.exit_status == 1
    assert world.effects == [], f"number {number} came late"


def test_a_process_that_dies_between_taking_the_name_and_the_ledger_finds_the_same(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    world.before_effect = interrupt
    interrupted(gate_over(world))
    with monkeypatch.context() as patch:
        patch.setattr("gate.acting.Actor._end", interrupt)
        with pytest.raises(Ended):
            gate_over(world).settle()
    assert "taken" in world.acts.values()
    (settled,) = gate_over(world).settle()
    assert (settled.state, settled.reason) == (
        "failed",
        "found after an interruption: the host has no trace of it, and it cannot run any more",
    )


def test_a_name_that_cannot_be_taken_leaves_the_row_unknown(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    world.before_effect = interrupt
    interrupted(gate_over(world))
    monkeypatch.setattr(world, "_take", lambda _: Completed(1, b"", b"sudo: a password is required"))
    (settled,) = gate_over(world).settle()
    assert settled.state == "unknown"
    assert "it may still come" in settled.reason


def test_names_that_are_left_are_given_back_when_nothing_can_come_any_more(
    gate_over: GateOver, clock: ManualClock
) -> None:
    world = World(units={"app.service": failed(), "other.service": failed(), "third.service": failed()})
    world.before_effect = interrupt
    interrupted(gate_over(world))
    gate = gate_over(world)
    (settled,) = gate.settle()
    world.before_effect = lambda _: None
    left = unit_of(settled.id)
    world.units[left] = world.units["ssh.service"]  # as systemd lists it
    world.units[unit_of("0" * 16)] = world.units["ssh.service"]  # of another ledger
    gate.execute(approved(gate, restart("other.service")))
    assert left in world.acts, "a late command may still come"
    clock.sleep(timedelta(minutes=11).total_seconds())
    gate.execute(approved(gate, restart("third.service")))
    assert left not in world.acts


# ---- what could not be told


def test_what_was_unknown_is_asked_again_until_the_host_tells(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    world.after_effect = lambda _: Unreachable("lost", "the connection broke")
    gate = gate_over(world)
    number = approved(gate)
    assert entry(gate.execute(number)).state == "unknown"
    world.unreachable = Unreachable("silent", "no banner")
    assert gate_over(world).settle() == []
    world.unreachable = None
    (settled,) = gate_over(world).settle()
    assert (settled.number, settled.state) == (number, "done")
    assert entry(gate.verify(number)).state == "verified"
    assert len(world.effects) == 1


def test_a_day_later_only_a_person_can_tell(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    world.after_effect = lambda _: Unreachable("lost", "the connection broke")
    gate = gate_over(world)
    number = approved(gate)
    gate.execute(number)
    clock.sleep(timedelta(hours=25).total_seconds())
    assert gate.settle() == []
    assert gate.explain(number).entry.state == "unknown"


def test_a_command_that_is_cut_off_at_its_limit_is_judged_by_facts(gate_over: GateOver) -> None:
    """systemd kills the command, not the job that it has asked for."""
    world = World(units={"app.service": failed()})
    world.after_effect = lambda _: world.acts.update(dict.fromkeys(world.acts, "timeout"))
    gate = gate_over(world)
    number = approved(gate)
    done = entry(gate.execute(number))
    assert (done.state, done.exit_status) == ("done", None)
    assert "cut off at its time limit" in done.reason
    assert entry(gate.verify(number)).state == "verified"


def test_what_never_ran_says_nothing_against_the_remedy(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    world.before_effect = lambda _: Completed(1, b"", b"Failed to connect to bus")
    for _ in range(3):
        ended = entry(gate.execute(approved(gate)))
        assert (ended.state, ended.exit_status) == ("failed", None)
        clock.sleep(timedelta(hours=9).total_seconds())
    assert not gate.breakers()


# ---- others at the same row


def test_a_row_that_another_process_is_at_is_left_to_it(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    world.before_effect = interrupt
    number = interrupted(gate_over(world))
    gate = gate_over(world)
    with gate._actor._fence("web", 0):
        assert gate.settle() == []
    assert gate.explain(number).entry.state == "armed"


def test_a_host_with_an_effect_in_flight_takes_no_second_one(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the lock of the host is lost: the ledger is a fence of its own."""
    world = World(units={"app.service": failed(), "other.service": failed()})
    world.before_effect = interrupt
    interrupted(gate_over(world))
    gate = gate_over(world)
    number = approved(gate, restart("other.service"))
    monkeypatch.setattr("gate.acting.Actor._settle_on", lambda *_: None)
    monkeypatch.setattr("gate.acting.Actor._may_still_come", lambda *_: None)
    assert entry(gate.execute(number)).reason == "another action on web is in flight"


def test_a_row_that_is_moved_between_claim_and_effect_is_not_carried_out(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    number = approved(gate)
    monkeypatch.setattr("gate.ledger.Ledger.move", lambda *_, **__: None)
    assert gate.execute(number) == Refused(
        f"number {number} is claimed already by lily (uid 1000) at 2026-03-01T12:00:00.000Z"
    )
    assert world.effects == []


def test_nothing_else_is_done_on_a_host_while_an_effect_may_still_be_under_way(
    gate_over: GateOver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.effect.time.sleep", clock.sleep)
    world = World(units={"app.service": failed(), "other.service": failed()})
    gate = gate_over(world)
    first, second = approved(gate), approved(gate, restart("other.service"))
    world.after_effect = lambda _: Unreachable("lost", "the connection broke")
    assert entry(gate.execute(first)).state == "unknown"
    world.after_effect = lambda _: None
    world.acts = dict.fromkeys(world.acts, "activating")
    assert gate.propose(restart()).number == first, "nor is the same proposed again meanwhile"
    refused = gate.execute(second)
    assert refused == Refused(f"what became of number {first} is not known; number {second} stays approved")
    clock.sleep(timedelta(minutes=11).total_seconds())
    assert entry(gate.execute(second)).state == "done"


def test_facts_that_are_too_old_when_the_effect_is_due_do_not_do(
    gate_over: GateOver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    number = approved(gate)
    record = Recorder.record

    def slowly(recorder: Recorder) -> None:
        record(recorder)
        clock.ticks += 31  # stopped, or behind somebody else's lock

    monkeypatch.setattr("gate.recording.Recorder.record", slowly)
    ended = entry(gate.execute(number))
    assert (ended.state, ended.reason) == ("failed", "nothing was done: its facts are over 30 s old")
    assert world.effects == []


def test_a_unit_that_takes_too_long_again_and_again_is_not_tried_for_ever(
    gate_over: GateOver, clock: ManualClock
) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    for _ in range(2):
        world.unreachable = None
        number = approved(gate)
        gate.execute(number)
        world.unreachable = Unreachable("silent", "no banner")
        assert entry(gate.verify(number)).state == "inconclusive"
        world.units["app.service"] = failed()
        clock.sleep(timedelta(hours=9).total_seconds())
    assert [breaker.scope for breaker in gate.breakers()] == ["remedy"]


def test_what_was_started_and_left_no_trace_is_unknown(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    world.before_effect = lambda _: Completed(0, b"", b"")
    gate = gate_over(world)
    assert entry(gate.execute(approved(gate))).state == "unknown"


def test_a_host_that_cannot_tell_of_one_row_is_asked_about_no_other(
    gate_over: GateOver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={f"app{at}.service": failed() for at in range(3)})
    world.after_effect = lambda _: Unreachable("lost", "the connection broke")
    gate = gate_over(world)
    for at in range(3):
        gate.execute(approved(gate, restart(f"app{at}.service")))
        clock.sleep(timedelta(minutes=11).total_seconds())
    asked: list[str] = []

    def cannot_tell(_: object, id_: str, deadline: object) -> Outcome:
        asked.append(id_)
        return Outcome("unknown", "no banner")

    monkeypatch.setattr("gate.acting.look", cannot_tell)
    assert gate.settle() == []
    assert len(asked) == 1
