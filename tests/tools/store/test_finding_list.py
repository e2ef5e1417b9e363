"""Findings for those who only look: what is open first, ids by their beginning, damage a known error."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import ManualClock
from tests.tools.store.test_findings import WHO
from tests.tools.store.test_memory import found
from tools.detectors import Severity
from tools.errors import MachaError
from tools.store.finding_list import finding, listed
from tools.store.memory import Store


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Store:
    return Store(tmp_path / "macha.db", clock)


def test_without_a_database_nothing_is_known_and_none_is_made(tmp_path: Path, clock: ManualClock) -> None:
    assert listed(tmp_path, clock.now(), every=True) == []
    with pytest.raises(MachaError, match="there is no finding abc"):
        finding(tmp_path, clock.now(), "abc")
    assert list(tmp_path.iterdir()) == []


def test_what_is_open_is_listed_worst_first_and_the_rest_only_when_asked(
    store: Store, tmp_path: Path, clock: ManualClock
) -> None:
    names = ("info", "bad", "known", "quiet", "over")
    severities = (Severity.INFO, Severity.CRITICAL, Severity.HIGH, Severity.HIGH, Severity.HIGH)
    seen = [found(name, severity) for name, severity in zip(names, severities, strict=True)]
    store.record_findings("run-1", "web", seen)
    store.record_findings("run-2", "web", seen[:-1])
    store.acknowledge(seen[2].fingerprint, WHO)
    store.suppress(seen[3].fingerprint, WHO, "known")
    assert [one["object"] for one in listed(tmp_path, clock.now())] == ["bad", "known", "info"]
    every = listed(tmp_path, clock.now(), every=True)
    assert [(one["object"], one["state"]) for one in every[3:]] == [("quiet", "suppressed"), ("over", "resolved")]
    assert listed(tmp_path, clock.now(), host="db") == []


def test_a_silence_that_is_over_is_seen_without_a_look(store: Store, tmp_path: Path, clock: ManualClock) -> None:
    store.record_findings("run-1", "web", [found()])
    store.snooze(found().fingerprint, WHO, clock.now() + timedelta(hours=1))
    assert listed(tmp_path, clock.now()) == []
    (one,) = listed(tmp_path, clock.now() + timedelta(hours=1))
    assert (one["state"], one["answer"], one["until"], one["answered_by"]) == ("open", "", None, "")


def test_it_agrees_with_the_store(store: Store, tmp_path: Path, clock: ManualClock) -> None:
    for at in range(4):
        store.record_findings(f"run-{at}-a", "web", [found()], changed=lambda: ["boot: new"])
        store.record_findings(f"run-{at}-b", "web", [found()] if at == 3 else [])
    (living,), (one,) = store.living_findings(), listed(tmp_path, clock.now())
    assert one["is_flapping"] is living.is_flapping is True
    assert (one["state"], one["seen_count"], one["run"]) == (living.state, living.seen_count, living.run)
    assert tuple(one["changed"]) == living.changed == ("boot: new",)


def test_one_is_told_with_its_story(store: Store, tmp_path: Path, clock: ManualClock) -> None:
    store.record_findings("run-1", "web", [found()])
    store.acknowledge(found().fingerprint, WHO)
    one = finding(tmp_path, clock.now(), found().fingerprint[:4].upper())
    assert [(event["event"], event["person"]) for event in one["events"]] == [("opened", ""), ("acknowledged", WHO)]
    assert one["evidence"] == [{"source": "units", "text": "it"}]


@pytest.mark.parametrize("prefix", ["", "*", "[a-f]", "g", "0" * 13, "' OR 1=1 --"])
def test_what_is_no_beginning_of_an_id_finds_nothing(
    store: Store, tmp_path: Path, clock: ManualClock, prefix: str
) -> None:
    store.record_findings("run-1", "web", [found()])
    with pytest.raises(MachaError, match="there is no finding"):
        finding(tmp_path, clock.now(), prefix)


def test_a_beginning_of_several_names_them(store: Store, tmp_path: Path, clock: ManualClock) -> None:
    store.record_findings("run-1", "web", [found(f"{at}.service") for at in range(17)])
    ids = [one["id"] for one in listed(tmp_path, clock.now())]
    first = next(id_[0] for id_ in ids if sum(other[0] == id_[0] for other in ids) > 1)
    with pytest.raises(MachaError, match=f"{first} begins several ids: {first}"):
        finding(tmp_path, clock.now(), first)


def test_a_silent_host_makes_it_unknown(store: Store, tmp_path: Path, clock: ManualClock) -> None:
    store.record_findings("run-1", "web", [found()])
    store.host_unreachable("web")
    assert [one["unknown_since"] for one in listed(tmp_path, clock.now())] != [None]


@pytest.mark.parametrize(
    "damage", ["state = 'x'", "severity = 'x'", "evidence = '[1]'", "evidence = 'x'", "last_seen_at = 'x'"]
)
def test_damage_is_a_known_error(store: Store, tmp_path: Path, clock: ManualClock, damage: str) -> None:
    store.record_findings("run-1", "web", [found()])
    connection = sqlite3.connect(tmp_path / "macha.db")
    connection.execute(f"UPDATE findings SET {damage}")
    connection.commit()
    connection.close()
    with pytest.raises(MachaError, match="the database is damaged"):
        listed(tmp_path, clock.now())
