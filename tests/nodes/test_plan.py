"""From findings to proposals: each finding gets its words, and the gate is asked for what could help."""

from dataclasses import replace
from pathlib import Path

import pytest

from nodes.plan import plan
from tests.conftest import settings_for
from tests.graph.test_driver import context_over
from tests.nodes.steps import looked, planned, row, triaged
from tests.world import World, failed
from tools.configuration import Level
from tools.hosts import Unreachable


def test_without_a_finding_nothing_is_asked(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    assert planned(context) == {"advice": {}}
    assert context.gate.list() == []


def test_a_failed_unit_is_proposed_with_its_reason_and_its_finding(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    advice = planned(context)["advice"]
    ((fingerprint, words),) = advice.items()
    proposal = row(context)
    assert (proposal.state, proposal.kind, proposal.target) == ("proposed", "unit.restart", "app.service")
    assert (proposal.findings, proposal.why, proposal.run) == ((fingerprint,), words, "run-1")


def test_planning_twice_asks_once(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    planned(context)
    assert [entry.number for entry in context.gate.list()] == [1]


@pytest.mark.parametrize("level", list(Level))
def test_a_protected_unit_gets_words_and_no_row_at_any_level(tmp_path: Path, level: Level) -> None:
    context = context_over(tmp_path, World(units={"ssh.service": failed()}), level=level)
    (words,) = planned(context)["advice"].values()
    assert "is protected" in words
    assert context.gate.list() == []


def test_a_unit_that_the_file_protects_is_no_different(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    context = replace(context, settings=settings_for("web", protectedServices=["app.*"]))
    looks, _ = triaged(context)
    assert "is protected (app.*)" in next(iter(plan(looks, context)["advice"].values()))
    assert context.gate.list() == []


def test_a_cause_is_read_from_the_log_of_the_unit(tmp_path: Path) -> None:
    unit = failed("exit-code", log=("cannot open data.db: no such file",))
    context = context_over(tmp_path, World(units={"app.service": unit}))
    (words,) = planned(context)["advice"].values()
    assert words.endswith("before this is repaired: cannot open data.db: no such file")
    assert context.gate.list() == []


def test_nothing_is_planned_for_a_host_that_was_not_seen(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    triaged(context)
    world.unreachable = Unreachable("silent", "no banner")
    assert plan(looked(context), context) == {"advice": {}}
    assert context.gate.list() == []


def test_a_runbook_names_the_cause(tmp_path: Path) -> None:
    unit = failed("exit-code", log=("bind() to 0.0.0.0:80 failed (98: Address already in use)",))
    context = context_over(tmp_path, World(units={"app.service": unit}))
    said = planned(context)["advice"].values()
    assert any("likely cause: another program already listens" in words for words in said)
    assert all("a restart will not help" in words for words in said)
    assert context.gate.list() == []


def test_a_wrong_runbook_of_the_user_is_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "wrong.md").write_text("nothing")
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    context = replace(context, settings=settings_for("web", runbooksDirectory=str(tmp_path / "own")))
    looks, _ = triaged(context)
    made = plan(looks, context)
    assert len(made["advice"]) == 1
    assert "wrong.md:1: must begin with a line +++" in made["left_out"][0]
