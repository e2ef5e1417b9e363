"""The looks that are kept: series as they were, thinned with age, what is usual learned, references findable."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ManualClock
from tools.history import Point
from tools.store import samples, schema
from tools.store.memory import Store
from tools.store.reading import rows

USED = ("mounts.used_bytes", "/")


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Store:
    return Store(tmp_path / "macha.db", clock)


def looks(store: Store, begin: datetime, count: int, seconds: int, value: float = 0) -> None:
    for at in range(count):
        moment = begin + timedelta(seconds=at * seconds)
        store.add_sample("web", moment, f"run-{at}", f"{at:016x}", {USED: value + at})


def test_before_the_first_look_there_is_nothing(store: Store) -> None:
    history = store.history("web")
    assert (dict(history.points), dict(history.baselines)) == ({}, {})
    assert history.series(*USED) == ()
    assert not history.baseline(*USED).is_trusted


def test_a_look_without_figures_is_kept(store: Store, clock: ManualClock) -> None:
    assert store.add_sample("web", clock.now(), "run-1", "a" * 16, {}) == ""
    assert store.history("web").series(*USED) == ()


def test_a_series_is_what_was_measured_and_the_last_point_is_the_newest(store: Store, clock: ManualClock) -> None:
    looks(store, clock.now(), 3, 300, 0.1)
    begin = int(clock.now().timestamp())
    assert store.history("web").series(*USED) == (Point(begin, 0.1), Point(begin + 300, 1.1), Point(begin + 600, 2.1))


def test_one_host_knows_nothing_of_another(store: Store, clock: ManualClock) -> None:
    looks(store, clock.now(), 3, 300)
    assert store.history("db").series(*USED) == ()


def test_each_look_names_the_snapshot_before_it(store: Store, clock: ManualClock) -> None:
    assert store.add_sample("web", clock.now(), "run-1", "a", {}) == ""
    assert store.add_sample("db", clock.now(), "run-1", "x", {}) == ""
    clock.sleep(300)
    assert store.add_sample("web", clock.now(), "run-2", "b", {}) == "a"


def test_a_look_that_is_taken_in_again_takes_its_own_place(store: Store, clock: ManualClock) -> None:
    store.add_sample("web", clock.now(), "run-1", "a", {USED: 1})
    clock.sleep(300)
    for _ in range(2):
        assert store.add_sample("web", clock.now(), "run-2", "b", {USED: 2}) == "a"
    assert [point.value for point in store.history("web").series(*USED)] == [1, 2]


def test_a_figure_may_be_missing_in_between(store: Store, clock: ManualClock) -> None:
    for figures in ({USED: 1.0}, {("load.one", ""): 5.0}, {USED: 3.0, ("load.one", ""): 6.0}):
        store.add_sample("web", clock.now(), "run", "", figures)
        clock.sleep(300)
    history = store.history("web")
    assert [point.value for point in history.series(*USED)] == [1, 3]
    assert [point.value for point in history.series("load.one")] == [5, 6]
    assert set(history.points) == {USED, ("load.one", "")}


def test_every_cycle_of_a_day_and_one_an_hour_before(store: Store, clock: ManualClock) -> None:
    looks(store, clock.now(), 40 * 6, 600)
    points = store.history("web").series(*USED)
    newest = points[-1].seconds
    assert newest == clock.now().timestamp() + (40 * 6 - 1) * 600
    assert sum(point.seconds >= newest - 86400 for point in points) == 24 * 6 + 1
    older = [point.seconds for point in points if point.seconds < newest - 86400]
    assert 14 <= len(older) <= 16
    assert {int(second) % 3600 for second in older} == {3000}


def test_the_old_are_thinned_and_keep_their_snapshots_for_a_while(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    looks(store, clock.now(), 5 * 72, 1200)
    kept = rows(tmp_path / "macha.db", "SELECT at, figures IS NULL AS is_thin FROM samples ORDER BY at")
    assert len(kept) == 5 * 72, "a reference is kept as long as its snapshot"
    old = [row for row in kept if row["at"] < clock.now().timestamp() + 2 * 86400]
    assert {row["at"] % 3600 for row in old if not row["is_thin"]} == {2400}
    assert sum(row["is_thin"] for row in old) > 90


def test_beyond_that_only_one_an_hour_is_left_and_in_the_end_none(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    looks(store, clock.now(), 300, 600)
    later = clock.now() + timedelta(days=30)
    store.add_sample("web", later - timedelta(days=1), "run", "", {USED: 1}, snapshot_days=14)
    store.add_sample("web", later, "run", "", {USED: 1}, snapshot_days=14)
    assert len(store.history("web").series(*USED)) == 300 // 6 + 2
    looks(store, clock.now() + timedelta(days=100), 2, 86400)
    assert len(store.history("web").series(*USED)) == 2


def test_what_is_usual_is_learned_hour_by_hour_and_once(store: Store, clock: ManualClock) -> None:
    for day in range(6):
        for minute in range(0, 120, 10):
            at = clock.now() + timedelta(days=day, minutes=minute)
            for _ in range(2):
                store.add_sample("web", at, "run", "", {USED: 10 if minute < 60 else 500})
    store.add_sample("web", clock.now() + timedelta(days=6), "run", "", {USED: 10})
    usual = store.history("web").baseline(*USED)
    assert (usual.count, usual.mean) == (6, 10)
    assert usual.is_unusual(500)
    store.add_sample("web", clock.now() + timedelta(days=6, hours=1), "run", "", {USED: 500})
    usual = store.history("web").baseline(*USED)
    assert (usual.count, usual.mean) == (6, 500)


def test_names_that_come_and_go_do_not_pile_up(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(samples, "MOST_SERIES", 10)
    store.add_sample("web", clock.now(), "run", "", {("unit.restarts", f"run-{at}"): 1.0 for at in range(50)})
    assert len(store.history("web").points) == 10
    clock.sleep(90 * 86400)
    store.add_sample("web", clock.now(), "run", "", {})
    store.add_sample("web", clock.now() + timedelta(minutes=1), "run", "", {USED: 1})
    assert set(store.history("web").points) == {USED}
    assert rows(tmp_path / "macha.db", "SELECT min(id) > 10 AS is_new FROM series") == [{"is_new": 1}]


def test_a_damaged_look_is_a_hole(store: Store, clock: ManualClock) -> None:
    looks(store, clock.now(), 3, 300)
    with store._engine.begin() as db:
        db.execute(schema.samples.update().where(schema.samples.c.run == "run-1").values(figures=b"nonsense"))
    assert [point.value for point in store.history("web").series(*USED)] == [0, 2]


def test_a_quiet_cycle_writes_little(store: Store, clock: ManualClock, tmp_path: Path) -> None:
    figures = {("probe.figure", f"object-{at}"): float(at % 5) for at in range(150)}
    log, written = tmp_path / "macha.db-wal", []
    other = sqlite3.connect(tmp_path / "macha.db")
    for cycle in range(48):
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.add_sample("web", clock.now(), f"run-{cycle}", "a" * 16, figures | {USED: cycle * 4096.0})
        written.append(log.stat().st_size)
        clock.sleep(300)
    other.close()
    assert sorted(written)[len(written) // 2] <= 8 << 10
    assert sum(written) / len(written) <= 12 << 10
