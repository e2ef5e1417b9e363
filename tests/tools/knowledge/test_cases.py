"""Only what was proven is a case, and a damaged row teaches nothing."""

import json
import sqlite3
from pathlib import Path

import pytest

from gate.interface import Person, Request
from tests.cli.conftest import HOSTILE
from tests.conftest import GateOver, ManualClock
from tests.tools.test_safe_text import is_harmless
from tests.world import World, failed
from tools.detectors import Evidence, Finding, Severity
from tools.knowledge.cases import Cases
from tools.store.memory import Store

PERSON = Person(1000, "lily")


def finding(unit: str) -> Finding:
    evidence = (Evidence("unit_logs", "worker: out of leases"),)
    return Finding("unit.failed", unit, Severity.HIGH, f"{unit} is failed: out of leases", evidence, "web")


@pytest.fixture
def folder(tmp_path: Path, gate_over: GateOver, clock: ManualClock) -> Path:
    """One action that helped, one that did not, one that waits."""
    units = {"good.service": failed(heals=True), "bad.service": failed(heals=False), "late.service": failed()}
    gate = gate_over(World("web", units))
    store = Store(tmp_path / "macha.db", clock)
    found = [finding(unit) for unit in units]
    store.record_findings("run-1", "web", found)
    for one in found:
        request = Request("web", "unit.restart", {"name": one.object}, "it ran out of leases", (one.fingerprint,))
        row = gate.propose(request)
        if one.object != "late.service":
            gate.approve(row.number, PERSON)
            gate.execute(row.number)
            gate.verify(row.number)
    return tmp_path


def test_without_a_ledger_there_is_no_case(tmp_path: Path) -> None:
    assert list(Cases(tmp_path).documents()) == []


def test_only_what_was_verified_is_a_case(folder: Path) -> None:
    (case,) = Cases(folder).documents()
    assert case.id == "case-1"
    assert case.title == "good.service is failed: out of leases"
    assert case.text.splitlines()[:4] == [
        "unit.failed: good.service is failed: out of leases",
        "  | unit_logs: worker: out of leases",
        "cause: it ran out of leases",
        "done: restart good.service",
    ]
    assert case.provenance.startswith("action 1 on web, allowed by lily (uid 1000), verified 2026-03-01T12:00")


def change(folder: Path, **columns: object) -> None:
    with sqlite3.connect(folder / "macha.db") as db:
        for name, value in columns.items():
            db.execute(f"UPDATE actions SET {name} = ? WHERE number = 1", (value,))


def test_what_a_model_said_is_marked_as_such(folder: Path) -> None:
    change(folder, author="model")
    assert "cause, as the model said, unchecked: it ran" in next(iter(Cases(folder).documents())).text


def test_the_same_again_is_one_case_told_as_the_last_time(folder: Path) -> None:
    with sqlite3.connect(folder / "macha.db") as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(actions)") if row[1] not in ("number", "id")]
        names = ", ".join(columns)
        db.execute(f"INSERT INTO actions (number, id, {names}) SELECT 9, 'x', {names} FROM actions WHERE number = 1")
    (case,) = Cases(folder).documents()
    assert (case.id, case.provenance.endswith(", for the 2. time")) == ("case-9", True)


@pytest.mark.parametrize("column", ["host", "sentence", "why", "verdict", "finished_at", "decided_by"])
def test_a_column_that_is_no_text_teaches_nothing(folder: Path, column: str) -> None:
    change(folder, **{column: b"\xff\x00"})
    assert list(Cases(folder).documents()) == []


@pytest.mark.parametrize("findings", ["", "[1, {}]", '"x"', "[" * 5000, json.dumps(["gone"])])
def test_findings_that_are_gone_or_damaged_leave_the_rest(folder: Path, findings: str) -> None:
    change(folder, findings=findings)
    (case,) = Cases(folder).documents()
    assert case.title == "restart good.service"


def test_hostile_rows_are_harmless(folder: Path) -> None:
    for name in ("host", "kind", "target", "sentence", "author", "why", "verdict", "decided_by", "finished_at"):
        change(folder, **{name: HOSTILE})
    with sqlite3.connect(folder / "macha.db") as db:
        db.execute("UPDATE findings SET summary = ?, evidence = ?", (HOSTILE, json.dumps([[HOSTILE, HOSTILE]])))
    (case,) = Cases(folder).documents()
    assert is_harmless(case.title + case.provenance + case.text.replace("\n", ""))
    assert not any(line.startswith("macha-approve") for line in case.text.splitlines())
