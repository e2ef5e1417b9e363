"""The gate as a whole: what it refuses, asks, does once, proves and remembers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gate import queue
from gate.audit import verify
from gate.interface import Entry, Person, Refused, Request
from gate.telling import person
from tests.conftest import GateOver, ManualClock
from tests.world import FakeUnit, World, failed, lines
from tools.actions.reset_failed_unit import ResetFailedUnit
from tools.clock import stamp
from tools.configuration import Level
from tools.errors import MachaError
from tools.hosts import Completed, Unreachable

LILY = Person(1000, "lily")


def restart(unit: str = "app.service", host: str = "web") -> Request:
    return Request(host, "unit.restart", {"name": unit}, "because", ("f1",), "run-1")


def entry(answer: Entry | Refused) -> Entry:
    assert isinstance(answer, Entry), answer
    return answer


def test_a_failed_unit_is_asked_about_and_restarted_once(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    row = gate.propose(restart())
    assert (row.state, row.number, row.risk) == ("proposed", 1, "low")
    assert entry(gate.approve(1, LILY)).decided_by == "lily (uid 1000)"
    assert entry(gate.execute(1)).state == "done"
    assert entry(gate.verify(1)).state == "verified"
    assert world.effects == [("systemctl", "restart", "--", "app.service")]
    assert isinstance(gate.execute(1), Refused)
    assert world.acts == {}, "the transient unit is cleared away once the outcome is in the ledger"


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        pytest.param("app.service", "not failed", id="a unit that runs"),
        pytest.param("none.service", "not among the units of this host", id="a unit that is not there"),
        pytest.param("ssh.service", "protected", id="a protected unit"),
        pytest.param("sshd.service", "protected", id="a protected unit by its alias"),
        pytest.param("needed.service", "would also touch ssh.service", id="a unit that ssh requires"),
        pytest.param("rival.service", "would also touch ssh.service", id="a unit that conflicts with ssh"),
        pytest.param("--now.service", "do not fit", id="a flag"),
        pytest.param("ss*.service", "do not fit", id="a glob"),
        pytest.param("app.service\n", "do not fit", id="a trailing newline"),
        pytest.param("app.service;reboot", "do not fit", id="a shell command"),
    ],
)
def test_refused_and_recorded(gate_over: GateOver, unit: str, why: str) -> None:
    world = World(
        units={
            "app.service": FakeUnit(),
            "ssh.service": FakeUnit(aliases=("sshd.service",)),
            "needed.service": failed(relations={"RequiredBy": ("ssh.service",)}),
            "rival.service": failed(relations={"Conflicts": ("ssh.service",)}),
        }
    )
    gate = gate_over(world, level=Level.AUTO_FULL)
    row = gate.propose(restart(unit))
    assert row.state == "refused"
    assert why in row.reason
    assert isinstance(gate.approve(row.number, LILY), Refused)
    assert isinstance(gate.execute(row.number), Refused)
    assert world.effects == []


def test_an_unknown_kind_and_an_extra_argument_are_recorded_as_refused(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    assert gate.propose(Request("web", "shell.run", {"command": "rm -rf /"}, "")).state == "refused"
    assert gate.propose(Request("web", "unit.restart", {"name": "app.service", "force": "yes"}, "")).state == "refused"
    assert gate.propose(restart(host="elsewhere")).reason.startswith("there is no host elsewhere")


def test_the_same_refusal_keeps_its_number_and_is_counted(gate_over: GateOver) -> None:
    gate = gate_over(World())
    first = gate.propose(restart("ssh.service"))
    again = gate.propose(restart("ssh.service"))
    assert (again.number, again.seen_count) == (first.number, 2)


@pytest.mark.parametrize(
    ("level", "state"),
    [
        (Level.OBSERVE, "refused"),
        (Level.SUGGEST, "proposed"),
        (Level.AUTO_SAFE, "approved"),
        (Level.AUTO_FULL, "approved"),
    ],
)
def test_the_level_decides_who_is_asked(gate_over: GateOver, level: Level, state: str) -> None:
    assert gate_over(World(units={"app.service": failed()}), level=level).propose(restart()).state == state


def test_a_host_may_be_stricter_than_the_run(gate_over: GateOver) -> None:
    hosts = {"web": {"address": "192.0.2.9", "autonomyLevel": "observe"}}
    gate = gate_over(World(units={"app.service": failed()}), level=Level.AUTO_FULL, hosts=hosts)
    assert gate.propose(restart()).state == "refused"


def test_an_open_proposal_is_not_made_twice(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    assert gate.propose(restart()).number == gate.propose(restart()).number


def test_an_approval_expires(gate_over: GateOver, clock: ManualClock) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    clock.time += timedelta(hours=25)
    refused = gate.execute(1)
    assert isinstance(refused, Refused)
    assert "expired" in refused.why
    assert world.effects == []


def test_the_second_of_two_people_is_told_who_and_when(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    gate.propose(restart())
    gate.reject(1, Person(1001, "sam"), "not now")
    refused = gate.approve(1, LILY)
    assert isinstance(refused, Refused)
    assert "rejected already by sam (uid 1001) at 2026-03-01T12:00:00" in refused.why


def test_an_approval_is_stale_when_the_world_moved(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    world.units["app.service"].invocation = 9
    stale = entry(gate.execute(1))
    assert stale.state == "stale"
    assert "invocation was" in stale.reason
    assert world.effects == []


def test_an_approval_is_stale_when_the_policy_moved(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    gate_over(world).propose(restart())
    gate_over(world).approve(1, LILY)
    changed = gate_over(world, protectedServices=["app.service"])
    assert entry(changed.execute(1)).state == "stale"
    assert world.effects == []


def test_what_policy_allowed_is_stale_when_policy_would_ask_now(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    gate_over(world, level=Level.AUTO_SAFE).propose(restart())
    assert entry(gate_over(world).execute(1)).state == "stale"
    assert world.effects == []


def test_the_stop_switch_holds_an_approved_action(gate_over: GateOver, tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    (tmp_path / "stopped").touch()
    assert entry(gate.execute(1)).state == "stale"
    assert world.effects == []


def test_a_unit_that_fails_again_was_not_helped(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed(heals=False)})
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    assert entry(gate.execute(1)).state == "failed"


def test_success_of_the_command_is_not_taken_for_help(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    gate.execute(1)
    world.units["app.service"].active = "failed"
    assert entry(gate.verify(1)).state == "not_helped"


def test_a_denial_by_the_host_is_final(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})
    world.before_effect = lambda _: Completed(1, b"", b"sudo: a password is required\n")
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    assert entry(gate.execute(1)).state == "denied_by_host"


def test_a_lost_connection_is_unknown_and_not_tried_again(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed()})

    def lose(_: tuple[str, ...]) -> Unreachable:
        world.unreachable = Unreachable("lost", "the connection broke")
        return world.unreachable

    world.after_effect = lose
    gate = gate_over(world)
    gate.propose(restart())
    gate.approve(1, LILY)
    assert entry(gate.execute(1)).state == "unknown"
    world.unreachable = None
    assert isinstance(gate.execute(1), Refused)
    assert len(world.effects) == 1


def test_a_diagnosis_is_read_and_kept(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}), level=Level.AUTO_SAFE)
    gate.propose(Request("web", "diagnose", {"name": "app.service"}, ""))
    assert entry(gate.execute(1)).output == "app.service is failed\n"


def test_every_move_is_in_the_chain_and_its_views(gate_over: GateOver, tmp_path: Path) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    gate.propose(restart())
    gate.approve(1, LILY)
    gate.execute(1)
    gate.verify(1)
    assert verify(tmp_path / "audit.jsonl") == 6
    assert [line["event"] for line in lines(tmp_path / "decisions.jsonl")] == ["proposed", "approved"]
    assert [line["event"] for line in lines(tmp_path / "actions.jsonl")] == ["claimed", "armed", "done", "verified"]


def test_a_changed_line_of_the_chain_is_named(gate_over: GateOver, tmp_path: Path) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    gate.propose(restart())
    gate.approve(1, LILY)
    file = tmp_path / "audit.jsonl"
    file.write_text(file.read_text().replace("lily", "mary"))
    with pytest.raises(MachaError, match="line 2"):
        verify(file)


def test_numbers_that_are_not_there_are_known_errors(gate_over: GateOver) -> None:
    gate = gate_over(World())
    for call in (gate.execute, gate.verify, gate.explain):
        with pytest.raises(MachaError, match="there is no action number 7"):
            call(7)


def test_judging_records_nothing(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}), level=Level.AUTO_SAFE)
    assert gate.judge(restart()).answer == "run"
    assert gate.judge(restart("ssh.service")).answer == "refuse"
    assert gate.judge(restart(host="elsewhere")).answer == "refuse"
    assert gate.judge(Request("web", "shell.run", {}, "")).answer == "refuse"
    assert gate.list() == []


def test_an_edited_approval_is_a_new_row_judged_again(gate_over: GateOver) -> None:
    world = World()
    world.journal_bytes = 900 << 20
    gate = gate_over(world)
    gate.propose(Request("web", "journal.vacuum", {}, "the disk is full", ("f1",)))
    edited = entry(gate.approve(1, LILY, "keep more", {"keep_megabytes": 200}))
    assert (edited.number, edited.state, edited.decided_by) == (2, "approved", "lily (uid 1000)")
    assert gate.explain(1).entry.state == "withdrawn"
    assert entry(gate.execute(2)).state == "done"
    assert world.effects == [("journalctl", "--directory=/var/log/journal", "--rotate", "--vacuum-size=200M")]
    assert isinstance(gate.approve(1, LILY, "", {"keep_megabytes": 200}), Refused)


def test_an_edited_approval_is_the_persons_also_where_policy_would_have_run_it(gate_over: GateOver) -> None:
    world = World()
    world.journal_bytes = 900 << 20
    gate_over(world).propose(Request("web", "journal.vacuum", {}, ""))
    edited = entry(gate_over(world, level=Level.AUTO_SAFE).approve(1, LILY, "", {"keep_megabytes": 200}))
    assert (edited.state, edited.decided_by) == ("approved", "lily (uid 1000)")


def test_a_proposal_of_a_full_cycle_can_be_edited(gate_over: GateOver) -> None:
    world = World(units={f"app{at}.service": failed() for at in range(4)})
    world.journal_bytes = 900 << 20
    gate = gate_over(world, budgets={"hostCycle": 5})
    for at in range(4):
        gate.propose(restart(f"app{at}.service"))
    gate.propose(Request("web", "journal.vacuum", {}, "", (), "run-1"))
    assert entry(gate.approve(5, LILY, "", {"keep_megabytes": 200})).number == 6


def test_an_edit_to_what_is_proposed_already_allows_that(gate_over: GateOver) -> None:
    world = World(units={"app.service": failed(), "other.service": failed()})
    gate = gate_over(world)
    gate.propose(restart())
    gate.propose(restart("other.service"))
    assert entry(gate.approve(1, LILY, "", {"name": "other.service"})).number == 2
    assert [row.state for row in gate.list()] == ["withdrawn", "approved"]
    gate.propose(restart())
    assert entry(gate.approve(3, LILY, "", {"name": "other.service"})).number == 2, "it is allowed already"


@pytest.mark.parametrize(
    ("parameters", "why"),
    [({"keep_megabytes": 1}, "greater than or equal"), ({"keep_megabytes": 1000}, "no more than what would be kept")],
)
def test_an_edit_that_policy_refuses_leaves_the_proposal_as_it_is(
    gate_over: GateOver, parameters: dict[str, str | int], why: str
) -> None:
    world = World()
    world.journal_bytes = 900 << 20
    gate = gate_over(world)
    gate.propose(Request("web", "journal.vacuum", {}, ""))
    refused = gate.approve(1, LILY, "", parameters)
    assert isinstance(refused, Refused)
    assert why in refused.why
    assert gate.explain(1).entry.state == "proposed"


def test_an_edit_of_what_somebody_else_answers_meanwhile_is_refused(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    world.journal_bytes = 900 << 20
    gate, other = gate_over(world), gate_over(world)
    gate.propose(Request("web", "journal.vacuum", {}, ""))
    run = world.run

    def run_slowly(argv: tuple[str, ...], **how: Any) -> Completed | Unreachable:
        other.reject(1, Person(1001, "sam"))
        return run(argv, **how)

    monkeypatch.setattr(world, "run", run_slowly)
    refused = gate.approve(1, LILY, "", {"keep_megabytes": 200})
    assert isinstance(refused, Refused)
    assert "rejected already by sam" in refused.why
    assert len(gate.list()) == 1


def test_the_same_action_proposed_while_it_is_looked_at_is_one_row(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(units={"app.service": failed()})
    gate, other = gate_over(world), gate_over(world)
    run, first = world.run, iter([True])

    def run_slowly(argv: tuple[str, ...], **how: Any) -> Completed | Unreachable:
        if next(first, False):
            other.propose(restart())
        return run(argv, **how)

    monkeypatch.setattr(world, "run", run_slowly)
    assert gate.propose(restart()).number == 1
    assert len(gate.list()) == 1


def test_an_undo_is_proposed_like_any_action(gate_over: GateOver, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    gate.propose(restart())
    back = ResetFailedUnit(name="app.service")
    monkeypatch.setattr("tools.actions.restart_unit.RestartUnit.undo", lambda *_: back)
    row = entry(gate.undo(1, LILY))
    assert (row.kind, row.state) == ("unit.reset_failed", "proposed")
    assert row.why == "undo of number 1, asked for by lily (uid 1000)"


def test_only_the_moves_of_the_table_can_be_made(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    with pytest.raises(ValueError, match="no move from proposed to done"):
        gate._ledger.move(gate.propose(restart()), "done")


def test_what_has_no_undo_says_so(gate_over: GateOver) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    gate.propose(restart())
    assert gate.undo(1, LILY) == Refused("number 1 (unit.restart app.service) has no undo")


def test_the_queue_shows_what_waits_without_the_gate(gate_over: GateOver, tmp_path: Path, clock: ManualClock) -> None:
    gate = gate_over(World(units={"app.service": failed()}))
    assert queue.waiting(tmp_path, stamp(clock.now())) == []
    gate.propose(restart())
    assert [row["number"] for row in queue.waiting(tmp_path, stamp(clock.now()))] == [1]
    assert queue.waiting(tmp_path, stamp(clock.now() + timedelta(days=2))) == []
    shown = queue.row(tmp_path, 1)
    assert shown is not None
    assert [event["event"] for event in shown["events"]] == ["proposed"]
    assert queue.row(tmp_path, 9) is None


def test_who_decides_is_named_by_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "li\x1bly")
    assert str(person()) == "root through sudo by li\\x1bly (uid 0)"
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert str(person()) == "unknown (uid 54321)"
