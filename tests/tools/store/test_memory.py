"""What is remembered between cycles: runs, hosts, and which findings are open."""

from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.conftest import ManualClock
from tools.clock import stamp
from tools.detectors import Evidence, Finding, Severity
from tools.store.memory import KnownHost, Store


def found(thing: str = "app.service", severity: Severity = Severity.HIGH, host: str = "web") -> Finding:
    return Finding("unit.failed", thing, severity, f"{thing} is failed", (Evidence("units", "it"),), host, {"a": "b"})


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Store:
    return Store(tmp_path / "macha.db", clock)


def test_at_first_nothing_is_known(store: Store) -> None:
    assert (store.open_findings(), store.unfinished_runs(), store.seconds("no")) == ([], [], {})
    assert store.known_host("web") == KnownHost()


def test_a_finding_is_kept_as_it_was_seen(store: Store) -> None:
    store.record_findings("run-1", "web", [found()])
    assert store.open_findings() == [found()]


def test_a_finding_is_new_once(store: Store) -> None:
    assert store.record_findings("run-1", "web", [found()]) == [found().fingerprint]
    assert store.record_findings("run-2", "web", [found()]) == []


def test_a_finding_that_is_gone_is_resolved_and_new_when_it_is_back(store: Store) -> None:
    store.record_findings("run-1", "web", [found()])
    store.record_findings("run-2", "web", [])
    assert store.open_findings() == []
    assert store.record_findings("run-3", "web", [found()]) == [found().fingerprint]
    assert store.open_findings() == [found()]


def test_what_changed_about_a_finding_is_remembered(store: Store) -> None:
    store.record_findings("run-1", "web", [found(severity=Severity.WARNING)])
    store.record_findings("run-2", "web", [found(severity=Severity.CRITICAL)])
    assert [finding.severity for finding in store.open_findings()] == [Severity.CRITICAL]


def test_one_host_says_nothing_of_another(store: Store) -> None:
    store.record_findings("run-1", "web", [found()])
    store.record_findings("run-1", "db", [found(host="db")])
    store.record_findings("run-2", "db", [])
    assert store.open_findings() == [found()]
    assert store.open_findings(["db"]) == []
    assert store.open_findings([]) == []


def test_the_worst_comes_first(store: Store) -> None:
    store.record_findings("run-1", "web", [found("a.service", Severity.INFO), found("b.service", Severity.CRITICAL)])
    assert [finding.object for finding in store.open_findings()] == ["b.service", "a.service"]


def test_a_host_is_remembered_and_an_empty_word_forgets_nothing(store: Store) -> None:
    store.host_seen("web", "boot-1", "s=1")
    store.host_seen("web", "", "")
    assert store.known_host("web") == KnownHost("boot-1", "s=1", None)
    store.host_seen("web", "boot-2", "s=2")
    assert store.known_host("web") == KnownHost("boot-2", "s=2", None)


def test_since_when_a_host_is_lost_is_kept_until_it_is_seen(store: Store, clock: ManualClock) -> None:
    store.host_seen("web", "boot-1", "s=1")
    first = stamp(clock.now())
    for _ in range(2):
        store.host_unreachable("web")
        clock.sleep(60)
    assert store.known_host("web") == KnownHost("boot-1", "s=1", first)
    store.host_seen("web", "boot-1", "s=2")
    assert store.known_host("web").unreachable_since is None


def test_runs_are_unfinished_oldest_first_until_they_are_finished(store: Store, clock: ManualClock) -> None:
    for run in ("run-b", "run-a"):
        store.start_run(run, ["web"], "suggest")
        clock.sleep(1)
    assert store.unfinished_runs() == ["run-b", "run-a"]
    store.finish_run("run-b")
    assert store.unfinished_runs() == ["run-a"]


def test_a_run_ends_once(store: Store, clock: ManualClock) -> None:
    store.start_run("run-1", ["web"], None)
    store.finish_run("run-1")
    clock.sleep(60)
    after = stamp(clock.now())
    store.finish_run("run-1")
    store.finish_run("never started")
    assert store.finished_before(after) == ["run-1"]
    assert store.finished_before("2020") == []


def test_seconds_add_up_over_branches_and_resumes(tmp_path: Path, store: Store, clock: ManualClock) -> None:
    store.start_run("run-1", ["web"], None)
    store.add_seconds("run-1", "collect", 1.5)
    Store(tmp_path / "macha.db", clock).add_seconds("run-1", "collect", 0.25)
    store.add_seconds("run-1", "triage", 0)
    assert store.seconds("run-1") == {"collect": 1.75, "triage": 0.0}


def add_up(file: Path, host: str) -> None:
    store = Store(file, ManualClock())
    for _ in range(10):
        store.add_seconds("run-1", "collect", 1)
        store.record_findings("run-1", host, [found(host=host)])


def test_two_processes_at_once_lose_nothing_of_each_other(tmp_path: Path, store: Store) -> None:
    store.start_run("run-1", ["web", "db"], None)
    children = [get_context("fork").Process(target=add_up, args=(tmp_path / "macha.db", host)) for host in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0]
    assert store.seconds("run-1") == {"collect": 20.0}
    assert {finding.host for finding in store.open_findings()} == {"a", "b"}
