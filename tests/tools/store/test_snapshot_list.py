"""Which snapshot is of which look: newest first, only what is still kept."""

from datetime import timedelta
from pathlib import Path

from tests.conftest import ManualClock
from tests.tools.store.test_snapshots import recording
from tools.clock import stamp
from tools.store.memory import Store
from tools.store.snapshot_list import listed
from tools.store.snapshots import Snapshots


def test_without_a_database_there_is_none(tmp_path: Path) -> None:
    assert listed(tmp_path) == []


def test_the_newest_come_first_by_host_and_moment(tmp_path: Path, clock: ManualClock) -> None:
    store, snapshots = Store(tmp_path / "macha.db", clock), Snapshots(tmp_path / "snapshots")
    names = [snapshots.save(recording(host=host)) for host in ("web", "db")]
    for at, (host, name) in enumerate(zip(("web", "db"), names, strict=True)):
        store.add_sample(host, clock.now() + timedelta(minutes=at), f"run-{at}", name, {})
    assert [one["host"] for one in listed(tmp_path)] == ["db", "web"]
    (one,) = listed(tmp_path, "web")
    assert one == {
        "name": names[0],
        "host": "web",
        "taken_at": stamp(clock.now()),
        "run": "run-0",
        "bytes": snapshots.size_bytes(names[0]),
    }
    assert len(listed(tmp_path, most=1)) == 1


def test_what_was_removed_is_not_listed(tmp_path: Path, clock: ManualClock) -> None:
    Store(tmp_path / "macha.db", clock).add_sample("web", clock.now(), "run-1", "0" * 16, {})
    assert listed(tmp_path) == []
