"""Refusals are all recorded, and a flood of them fills nothing."""

from datetime import timedelta

import pytest

from gate.interface import Request
from tests.conftest import GateOver, ManualClock
from tests.world import World


def test_a_flood_of_different_refusals_shares_one_row(
    gate_over: GateOver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.refusals.MOST_AN_HOUR", 5)
    gate = gate_over(World())
    rows = [gate.propose(Request("web", f"shell.run{number}", {}, "")) for number in range(9)]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6, 6, 6, 6]
    assert (rows[-1].state, rows[-1].seen_count) == ("refused", 4)
    assert "others count here" in rows[-1].reason
    assert gate.propose(Request("web", "shell.run0", {}, "")).number == 1, "what has a number keeps it"
    clock.sleep(timedelta(hours=2).total_seconds())
    assert gate.propose(Request("web", "shell.run9", {}, "")).number == 7


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("the journal takes 63 MB, no more", "the journal takes 140 MB, no more", True),
        ("web did not answer within 14.9 s", "web did not answer within 15 s", True),
        ("would also touch db1.service", "would also touch db2.service", False),
        ("web (192.0.2.9 port 22): refused", "web (192.0.2.10 port 22): refused", False),
        (
            "breaker 1 is open: look (`macha breaker close 1`)",
            "breaker 2 is open: look (`macha breaker close 2`)",
            False,
        ),
        ("no such unit", "masked", False),
    ],
)
def test_a_reason_is_the_same_whatever_figures_it_carries(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch, one: str, other: str, is_same: bool
) -> None:
    gate = gate_over(World())
    rows = []
    for reason in (one, other, one):
        monkeypatch.setattr("gate.local.build", lambda *_, said=reason: said)
        rows.append(gate.propose(Request("web", "unit.restart", {"name": "app.service"}, "")))
    assert [row.number for row in rows] == ([1, 1, 1] if is_same else [1, 2, 1])


def test_a_journal_that_grows_makes_no_new_row_each_cycle(gate_over: GateOver) -> None:
    world = World()
    gate = gate_over(world)
    for megabytes in (63, 64, 70):
        world.journal_bytes = megabytes << 20
        row = gate.propose(Request("web", "journal.vacuum", {"keep_megabytes": 100}, ""))
    assert (row.number, row.seen_count, "takes 63 MB" in row.reason) == (1, 3, True)


def test_a_refusal_is_looked_for_among_so_many_rows_and_no_more(
    gate_over: GateOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.refusals._MOST_ALIKE", 3)
    gate = gate_over(World())
    for unit in "abcd":
        gate.propose(Request("web", "shell.run", {"name": "x", "of": unit}, ""))
    assert gate.propose(Request("web", "shell.run", {"name": "x", "of": "b"}, "")).number == 2
    assert gate.propose(Request("web", "shell.run", {"name": "x", "of": "a"}, "")).number == 5
