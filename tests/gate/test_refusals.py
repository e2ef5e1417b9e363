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
