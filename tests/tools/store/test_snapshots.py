"""Snapshots: named by what is in them, proven when read, removed by age and size."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.errors import MachaError
from tools.probes.recording import Recording
from tools.probes.script import Section
from tools.store.snapshots import Snapshots


def recording(text: bytes = b"up", host: str = "web") -> Recording:
    return Recording(host, datetime(2026, 3, 1, tzinfo=UTC), {"boots": Section(0, text)})


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def aged(snapshots: Snapshots, name: str, seconds: float) -> None:
    os.utime(snapshots.file(name), (seconds, seconds))


def test_what_was_saved_is_read_back(snapshots: Snapshots) -> None:
    assert snapshots.load(snapshots.save(recording(b"\xff\x00"))) == recording(b"\xff\x00")


def test_the_same_content_has_the_same_name_and_is_kept_once(snapshots: Snapshots, tmp_path: Path) -> None:
    assert snapshots.save(recording()) == snapshots.save(recording())
    assert snapshots.save(recording()) != snapshots.save(recording(host="db"))
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 2


def test_only_its_owner_may_look(snapshots: Snapshots) -> None:
    file = snapshots.file(snapshots.save(recording()))
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_one_that_is_gone_is_a_known_error(snapshots: Snapshots) -> None:
    with pytest.raises(MachaError, match="snapshot 0123456789abcdef: not there, or damaged"):
        snapshots.load("0123456789abcdef")


@pytest.mark.parametrize("at", range(0, 160, 8))
def test_one_with_a_changed_byte_is_a_known_error_or_as_it_was(snapshots: Snapshots, at: int) -> None:
    name = snapshots.save(recording())
    content = bytearray(snapshots.file(name).read_bytes())
    content[at % len(content)] ^= 0xFF
    snapshots.file(name).write_bytes(content)
    try:
        assert snapshots.load(name) == recording()
    except MachaError as error:
        assert name in str(error)


@pytest.mark.parametrize("length", [0, 5, 30, -1])
def test_one_that_was_cut_off_is_a_known_error(snapshots: Snapshots, length: int) -> None:
    name = snapshots.save(recording())
    snapshots.file(name).write_bytes(snapshots.file(name).read_bytes()[:length])
    with pytest.raises(MachaError, match=f"snapshot {name}: "):
        snapshots.load(name)


def test_one_under_another_name_proves_nothing(snapshots: Snapshots) -> None:
    one, other = snapshots.save(recording()), snapshots.save(recording(host="db"))
    snapshots.file(one).replace(snapshots.file(other))
    with pytest.raises(MachaError, match=f"snapshot {other}: its content does not match its name"):
        snapshots.load(other)


def test_the_young_and_small_are_left_alone(snapshots: Snapshots) -> None:
    snapshots.save(recording())
    assert snapshots.prune(0, 8) == 0


def test_without_a_folder_there_is_nothing_to_remove(snapshots: Snapshots) -> None:
    assert snapshots.prune(1e12, 0) == 0


def test_the_old_are_removed(snapshots: Snapshots) -> None:
    old, young = snapshots.save(recording()), snapshots.save(recording(host="db"))
    aged(snapshots, old, 1000)
    assert snapshots.prune(2000, 8) == 1
    assert not snapshots.file(old).exists()
    assert snapshots.file(young).exists()


def test_beyond_the_size_the_oldest_are_removed(snapshots: Snapshots) -> None:
    names = [snapshots.save(recording(os.urandom(700 << 10), f"h{at}")) for at in range(4)]
    for age, name in enumerate(names):
        aged(snapshots, name, 1000 + age)
    assert snapshots.prune(0, 2) == 2
    assert [snapshots.file(name).exists() for name in names] == [False, False, True, True]


def test_what_a_crash_left_unfinished_is_removed_by_age(snapshots: Snapshots) -> None:
    left = snapshots.file(snapshots.save(recording())).with_suffix(".77.part")
    left.write_bytes(b"half")
    os.utime(left, (1000, 1000))
    assert snapshots.prune(2000, 8) == 1
    assert not left.exists()


def test_the_beginning_of_a_name_is_enough(snapshots: Snapshots) -> None:
    name = snapshots.save(recording())
    assert [snapshots.named(prefix) for prefix in (name, name[:1], name[:5].upper())] == [name] * 3


@pytest.mark.parametrize("prefix", ["", "zz", "../../etc", "*", "0" * 17])
def test_what_begins_no_name_is_a_known_error(snapshots: Snapshots, prefix: str) -> None:
    snapshots.save(recording())
    with pytest.raises(MachaError, match="there is no snapshot"):
        snapshots.named(prefix)


def test_what_begins_several_names_is_a_known_error(snapshots: Snapshots) -> None:
    names = [snapshots.save(recording(host=f"h{at}")) for at in range(17)]
    prefix = next(name[0] for name in names if sum(other[0] == name[0] for other in names) > 1)
    with pytest.raises(MachaError, match="begins several names"):
        snapshots.named(prefix)


def test_what_is_no_longer_kept_has_no_size(snapshots: Snapshots) -> None:
    name = snapshots.save(recording())
    assert snapshots.size_bytes(name) == snapshots.file(name).stat().st_size
    assert snapshots.size_bytes("0" * 16) is None
