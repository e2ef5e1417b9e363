"""Proving what was done: only what is done and of this run; what did not help is named."""

import threading
import time
from pathlib import Path

import pytest

from gate.interface import Entry, Person, Refused
from nodes.context import Context
from nodes.execute import execute
from nodes.state import ActionTask
from nodes.verify import verify
from tests.graph.test_driver import context_over
from tests.nodes.steps import in_run, planned, row
from tests.world import World, failed
from tools.hosts import Unreachable

LILY = Person(1000, "lily")


def after_restarting(folder: Path, world: World, *numbers: int) -> Context:
    """A run that has restarted what it proposed under these numbers."""
    context = context_over(folder, world)
    planned(context)
    for number in numbers:
        context.gate.approve(number, LILY)
        execute(ActionTask(number=number), context)
    return context


def test_where_nothing_was_done_nothing_is_proven(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    assert verify({}, context) == {"unhelped": []}
    assert row(context).state == "proposed"


def test_what_helped_is_verified(tmp_path: Path) -> None:
    context = after_restarting(tmp_path, World(units={"a.service": failed(), "b.service": failed()}), 1, 2)
    assert verify({}, context) == {"unhelped": []}
    assert {row(context, number).state for number in (1, 2)} == {"verified"}


def test_what_went_down_again_did_not_help(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = after_restarting(tmp_path, world, 1)
    world.units["app.service"].active = "failed"
    assert verify({}, context) == {"unhelped": [1]}
    assert row(context).state == "not_helped"


def test_what_cannot_be_seen_is_not_success_and_not_failure(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = after_restarting(tmp_path, world, 1)
    world.unreachable = Unreachable("silent", "no banner")
    assert verify({}, context) == {"unhelped": []}
    assert row(context).state == "inconclusive"


def test_what_another_run_did_is_left_to_it(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = after_restarting(tmp_path, world, 1)
    verify({}, in_run(context, "run-2"))
    assert row(context).state == "done"


def test_rows_of_one_host_come_one_after_the_other_and_hosts_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds = [World(name, {"a.service": failed(), "b.service": failed()}) for name in ("db", "web")]
    healthy = [World(f"h{number}") for number in range(8)]  # of ten hosts two may fall ill at once
    context = context_over(tmp_path, *worlds, *healthy)
    planned(context)
    host_of = {row.number: row.host for row in context.gate.list()}
    for number in host_of:
        context.gate.approve(number, LILY)
        execute(ActionTask(number=number), context)
    real, asked, most = context.gate.verify, list[str](), set[tuple[str, ...]]()

    def slow(number: int) -> Entry | Refused:
        asked.append(host_of[number])
        most.add(tuple(sorted(asked)))
        meeting.wait(10) if number in first else None
        time.sleep(0.02)
        asked.remove(host_of[number])
        return real(number)

    first = {min(n for n, host in host_of.items() if host == name) for name in ("db", "web")}
    meeting = threading.Barrier(2)
    monkeypatch.setattr(context.gate, "verify", slow)
    assert verify({}, context) == {"unhelped": []}
    assert ("db", "web") in most
    assert not any(len(set(at_once)) < len(at_once) for at_once in most)
