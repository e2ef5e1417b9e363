"""From facts to findings: what is new, what is over, and what is not known because a host is silent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gate.interface import Person
from nodes.collect import failed as broken_branch
from nodes.state import HostTask
from nodes.triage import triage
from tests.conftest import ManualClock
from tests.graph.test_driver import context_over
from tests.nodes.steps import in_run, looked, planned, row, triaged
from tests.world import FakeUnit, World, failed
from tools.detectors import Finding
from tools.detectors.catalogue import detectors
from tools.errors import MachaError
from tools.hosts import Unreachable
from tools.probes.script import Section
from tools.probes.units import Units
from tools.store.reading import rows


def test_a_quiet_host_has_no_finding_and_is_remembered(tmp_path: Path) -> None:
    world = World()
    context = context_over(tmp_path, world)
    assert triaged(context)[1] == {"findings": [], "new": [], "to_read": []}
    assert context.store.known_host("web").boot_id == world.boot_id.replace("-", "")


def test_without_a_look_there_is_nothing(tmp_path: Path) -> None:
    assert triage({"looks": []}, context_over(tmp_path, World())) == {"findings": [], "new": [], "to_read": []}


def test_a_finding_is_new_once(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    first, second = triaged(context)[1], triaged(in_run(context, "run-2"))[1]
    assert len(first["findings"]) == 1
    assert first["new"] == first["findings"] == second["findings"]
    assert second["new"] == []


def test_a_finding_that_is_over_takes_its_proposal_back(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    world.units["app.service"].active = "active"
    assert triaged(context)[1]["findings"] == []
    assert (row(context).state, row(context).reason) == ("withdrawn", "what it was proposed for is over")


def test_a_proposal_whose_finding_is_still_open_stays(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    triaged(context)
    assert row(context).state == "proposed"


def test_what_a_person_has_decided_is_not_taken_back(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    context.gate.approve(1, Person(1000, "lily"))
    world.units["app.service"].active = "active"
    triaged(context)
    assert row(context).state == "approved"


def test_of_a_silent_host_what_was_known_stays_known(tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    planned(context)
    world.unreachable = Unreachable("no_route", "nothing answers")
    found = triaged(in_run(context, "run-2"))[1]
    assert (len(found["findings"]), len(found["new"])) == (2, 1)
    assert row(context).state == "proposed"
    assert context.store.known_host("web").unreachable_since is not None


def test_a_host_that_answers_again_is_no_longer_unreachable(tmp_path: Path) -> None:
    world = World()
    context = context_over(tmp_path, world)
    world.unreachable = Unreachable("refused", "port 22 is closed")
    assert len(triaged(context)[1]["findings"]) == 1
    world.unreachable = None
    assert triaged(context)[1]["findings"] == []
    assert context.store.known_host("web").unreachable_since is None


def test_one_silent_host_hides_nothing_of_the_others(tmp_path: Path) -> None:
    silent, well = World("silent"), World("well", {"app.service": failed()})
    silent.unreachable = Unreachable("silent", "no banner")
    context = context_over(tmp_path, silent, well)
    triaged(context)
    found = {(finding.host, finding.kind) for finding in context.store.open_findings()}
    assert found == {("silent", "net.unreachable"), ("well", "unit.failed")}


def test_a_broken_branch_is_a_finding(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    triage(broken_branch(HostTask(host="web"), MachaError("no key")), context)
    assert [finding.summary for finding in context.store.open_findings()] == ["web does not answer: no key"]


def test_of_a_fact_that_could_not_be_read_nothing_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    (print_,) = triaged(context)[1]["findings"]
    monkeypatch.setattr(world, "_say_units", lambda: "", raising=False)
    world.units["app.service"].active = "active"
    looks = looked(context)
    recording = context.snapshots.load(looks["looks"][0]["snapshot"])
    sections = {**recording.sections, "units": Section(124, b"")}
    for section in (Section(124, b""), Section(None, b"ssh.service loaded active running x\n", is_truncated=True)):
        sections["units"] = section
        looks["looks"][0]["snapshot"] = context.snapshots.save(replace(recording, sections=sections))
        assert print_ in triage(looks, in_run(context, "run-2"))["findings"]
    assert print_ not in triaged(in_run(context, "run-3"))[1]["findings"]


def test_a_detector_that_broke_says_nothing_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(units={"app.service": failed()})
    context = context_over(tmp_path, world)
    (print_,) = triaged(context)[1]["findings"]
    world.units["app.service"].active = "active"

    def broken(units: Units) -> Iterator[Finding]:
        raise ZeroDivisionError

    monkeypatch.setitem(detectors(), "failed_units", broken)
    assert print_ in triaged(in_run(context, "run-2"))[1]["findings"]
    monkeypatch.undo()
    assert print_ not in triaged(in_run(context, "run-3"))[1]["findings"]


def test_what_had_changed_is_kept_with_what_began(tmp_path: Path, clock: ManualClock) -> None:
    world = World(units={"app.service": FakeUnit()})
    context = replace(context_over(tmp_path, world), clock=clock)
    triaged(context)
    clock.sleep(300)
    world.units["app.service"] = failed()
    triaged(in_run(context, "run-2"))
    (living,) = (one for one in context.store.living_findings() if one.finding.kind == "unit.failed")
    assert living.changed == ("unit app.service: was active, is failed",)


def test_every_look_is_kept_with_its_figures_and_its_snapshot(tmp_path: Path, clock: ManualClock) -> None:
    context = replace(context_over(tmp_path, World()), clock=clock)
    names = []
    for run in ("run-1", "run-2"):
        names.append(triaged(in_run(context, run))[0]["looks"][0]["snapshot"])
        clock.sleep(300)
    kept = rows(tmp_path / "macha.db", "SELECT run, snapshot FROM samples ORDER BY at")
    assert [(row["run"], row["snapshot"]) for row in kept] == [("run-1", names[0]), ("run-2", names[1])]


def test_what_was_silenced_takes_its_proposal_back_and_says_why(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    (print_,) = (one.fingerprint for one in context.store.open_findings() if one.kind == "unit.failed")
    context.store.suppress(print_, "lily (uid 1000)", "on purpose")
    triaged(in_run(context, "run-2"))
    assert (row(context).state, row(context).reason) == ("withdrawn", "what it was proposed for was silenced")
