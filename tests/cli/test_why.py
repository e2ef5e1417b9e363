"""`macha why`: the whole story of a number or a finding, read from what is kept; no model, no index, nothing made."""

import sqlite3
from datetime import datetime

import pytest

from gate.interface import Request
from gate.local import LocalGate
from tests.cli.conftest import HOSTILE, House, Machines, assert_harmless
from tests.cli.test_approve import broken, made_hostile
from tests.conftest import settings_for
from tests.world import World, failed
from tools.detectors import Evidence, Finding, Severity
from tools.knowledge.notes import Notes
from tools.store.memory import Store

HEAVY = {"sqlalchemy", "langgraph", "langchain_core", "langchain_ollama", "chromadb", "httpx", "paramiko"}


@pytest.fixture(autouse=True)
def narrow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    house.environment["COLUMNS"] = "80"


def checked(house: House, world: World | None = None) -> str:
    """After a cycle over a machine with one unit that crashed: the id of its finding."""
    house.look_after(world or World(units={"app.service": failed()}))
    assert house.run("macha-check", "--json").code == 0
    return next(
        str(one["id"])
        for one in house.run("macha", "findings", "list", "--json").json()
        if one["kind"] == "unit.failed"
    )


def is_narrow(out: str) -> bool:
    return all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize("asked", ["abc", "7", "99999999999999999999999", "-", "", "²", "a'; DROP", HOSTILE])
def test_what_there_is_not_is_a_known_error_with_a_next_step_and_nothing_is_made(house: House, asked: str) -> None:
    ran = house.run("macha", "why", "--", asked)
    assert (ran.code, ran.out) == (1, "")
    assert "macha findings list --all" in ran.err
    assert_harmless(ran.err)
    assert not house.state.exists()


def test_a_finding_is_told_from_what_was_seen_to_what_waits(house: House) -> None:
    id_ = checked(house)
    out = house.run("macha", "why", id_[:8]).out
    told = [out.index(words) for words in ("Seen:", "What Macha makes of it", "Action 1:", "Known of the like")]
    assert told == sorted(told)
    assert is_narrow(out)
    for words in ("evidence", "snapshot ", "rules say", "gate says", "systemctl", "macha-approve approve 1"):
        assert words in out


def test_the_rules_say_of_the_kept_facts_what_the_cycle_said(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    (said,) = (one for one in house.run("macha-check", "--json").json()["findings"] if one["kind"] == "unit.failed")
    (told,) = house.run("macha", "why", said["id"], "--json").json()["findings"]
    assert told["advice"] == said["advice"] != ""


def test_a_number_tells_who_decided_what_ran_and_how_it_was_proven(house: House) -> None:
    checked(house)
    assert house.run("macha-approve", "approve", "1").code == 0
    out = house.run("macha", "why", "1").out
    for words in (
        "(what you asked about)",
        "the level is suggest",
        "decided",
        "(uid ",
        "exit status 0",
        "proven",
        "verified",
    ):
        assert words in out
    assert is_narrow(out)
    (row,) = house.run("macha", "why", "1", "--json").json()["actions"]
    assert (row["state"], row["runs"].split()[-1]) == ("verified", "app.service")


def test_a_refused_row_is_told_with_the_reason_of_the_gate(house: House) -> None:
    world = broken()
    house.look_after(world)
    gate = LocalGate(
        house.state, settings_for("web", protectedServices=["app.service"]), Machines(world).host, house.clock
    )
    row = gate.propose(Request("web", "unit.restart", {"name": "app.service"}, "it is down", ("f1",), "run-1"))
    assert row.state == "refused"
    out = " ".join(house.run("macha", "why", str(row.number)).out.split())
    assert "refused" in out
    assert row.reason.split(";")[0] in out
    assert "never begun" in out
    assert "finding f1 is no longer kept" in out


def test_without_its_facts_a_finding_is_still_told_and_the_gap_is_said(house: House) -> None:
    id_ = checked(house)
    for file in (house.state / "snapshots").glob("*/*"):
        file.unlink()
    ran = house.run("macha", "why", id_)
    assert ran.code == 0
    assert "facts in which it was last seen are not kept" in " ".join(ran.out.split())


def test_with_a_broken_configuration_it_tells_what_it_can(house: House) -> None:
    id_ = checked(house)
    house.file.write_text(f'stateDirectory = "{house.state}"\nno_such_key = 1\n')
    ran = house.run("macha", "why", id_)
    assert ran.code == 0
    assert "judged without your configuration" in ran.out


def test_a_note_that_fits_and_what_hangs_on_the_same_cause_are_named(house: House) -> None:
    seen = [
        Finding("disk.space", "/var", Severity.CRITICAL, "/var is full", (Evidence("mounts", "/var 100 %"),), "web"),
        Finding("unit.failed", "borg.service", Severity.HIGH, "borg repository locked",
                (Evidence("unit_logs", "borg.locking.LockTimeout: repository locked"),), "web"),
    ]  # fmt: skip
    Store(house.state / "macha.db", house.clock).record_findings("run-1", "web", seen)
    text = "borg repository locked: LockTimeout, borg break-lock once nobody holds the lock"
    note = Notes(house.state).add(text, "", "me", datetime.now().astimezone())
    told = house.run("macha", "why", seen[1].fingerprint, "--json").json()
    assert [hit["id"] for hit in told["knowledge"]] == [note.id]
    assert told["actions"] == []
    assert "Nothing was proposed" in house.run("macha", "why", seen[1].fingerprint).out


def test_hostile_text_in_every_column_acts_on_no_terminal(house: House) -> None:
    id_ = checked(house)
    with sqlite3.connect(house.state / "macha.db") as db:
        db.execute("UPDATE findings SET summary = ?, object = ?", (HOSTILE, HOSTILE))
    ran = house.run("macha", "why", id_)
    assert ran.code == 0
    assert_harmless(ran.out)
    made_hostile(house)
    again = house.run("macha", "why", id_)
    assert_harmless(again.out + again.err)


def test_it_only_reads_and_imports_nothing_heavy(house: House) -> None:
    id_ = checked(house)
    before = sorted(house.state.rglob("*"))
    process = house.start("macha", "why", id_, PYTHONPROFILEIMPORTTIME="1")
    out, err = process.communicate(timeout=60)
    assert "What Macha makes of it" in out
    assert sorted(house.state.rglob("*")) == before
    imported = {line.rsplit("|", 1)[-1].strip() for line in err.splitlines()}
    assert not HEAVY & imported
