"""`macha snapshot`: listed, shown harmlessly, compared, and taken elsewhere to be judged."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.tools.probes.recordings import after_a_change, before_a_change
from tests.world import World, failed
from tools.probes.recording import Recording
from tools.probes.script import Section
from tools.store.memory import Store
from tools.store.snapshots import Snapshots


@pytest.fixture
def two(house: House) -> tuple[str, str]:
    """Two looks at one host, before and after a change."""
    snapshots, store = Snapshots(house.state / "snapshots"), Store(house.state / "macha.db", house.clock)
    names = []
    for at, recording in enumerate((before_a_change(), after_a_change())):
        names.append(snapshots.save(recording))
        store.add_sample(recording.host, recording.taken_at, f"run-{at}", names[-1], {})
    return names[0], names[1]


def test_at_first_there_is_none_and_nothing_is_made(house: House) -> None:
    assert house.run("macha", "snapshot", "list").out == "No snapshot is kept.\n"
    assert house.run("macha", "snapshot", "list", "--json").json() == []
    assert not house.state.exists()


@pytest.mark.parametrize("words", [("show", "abc"), ("diff", "abc", "abd"), ("export", "abc", "out.json")])
def test_what_there_is_not_is_a_known_error(house: House, words: tuple[str, ...]) -> None:
    ran = house.run("macha", "snapshot", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "macha: there is no snapshot abc; `macha snapshot list` shows those there are\n"


def test_every_look_of_a_cycle_can_be_found(house: House) -> None:
    house.look_after(World("web"), World("db", {"app.service": failed()}))
    told = house.run("macha", "check", "--json").json()
    listed = house.run("macha", "snapshot", "list", "--json").json()
    assert {(one["host"], one["name"]) for one in listed} == {(h["name"], h["snapshot"]) for h in told["hosts"]}
    assert {one["run"] for one in listed} == {told["cycle"]}
    lines = house.run("macha", "snapshot", "list", "--host", "db").out.splitlines()
    assert [line.split()[-1] for line in lines] == ["host", "db"]


def test_the_newest_is_first(house: House, two: tuple[str, str]) -> None:
    lines = house.run("macha", "snapshot", "list").out.splitlines()
    assert lines[1].startswith(two[1])
    assert "KiB" in lines[1]


def test_one_section_is_shown_as_it_was(house: House, two: tuple[str, str]) -> None:
    out = house.run("macha", "snapshot", "show", two[0][:7], "units").out
    assert "nginx.service" in out
    assert "== logins" not in out
    assert "== logins" in house.run("macha", "snapshot", "show", two[0]).out


def test_a_section_that_it_has_not_is_a_known_error(house: House, two: tuple[str, str]) -> None:
    ran = house.run("macha", "snapshot", "show", two[0], "passwords")
    assert ran.code == 1
    assert "has no passwords; it has boots," in ran.err


def test_nothing_in_it_acts_on_the_terminal(house: House) -> None:
    evil = Recording("web", before_a_change().taken_at, {"units": Section(0, HOSTILE.encode() + b"\xff\x00")})
    name = Snapshots(house.state / "snapshots").save(evil)
    other = Snapshots(house.state / "snapshots").save(before_a_change())
    for words in (("show", name), ("show", name, "units"), ("show", name, "--json"), ("diff", other, name)):
        out = house.run("macha", "snapshot", *words).out
        assert "\x1b" not in out
        assert "\x9b" not in out
        assert "\u202e" not in out
    assert_harmless(house.run("macha", "snapshot", "diff", other, name).out)


def test_two_are_compared_in_words_and_in_lines(house: House, two: tuple[str, str]) -> None:
    out = house.run("macha", "snapshot", "diff", *two).out
    assert "unit nginx.service: was active, is failed" in out
    assert "config /etc/nginx/nginx.conf: changed" in out
    told = house.run("macha", "snapshot", "diff", *two, "--json").json()
    assert told["changes"]
    assert any(line.startswith("+nginx.service") for line in told["sections"]["units"])


def test_one_beside_itself_has_no_difference(house: House, two: tuple[str, str]) -> None:
    assert house.run("macha", "snapshot", "diff", two[0], two[0]).out == "Nothing that Macha compares has changed.\n"


@pytest.mark.parametrize("ending", ["json", "json.gz"])
def test_what_is_exported_is_judged_the_same(house: House, ending: str) -> None:
    house.look_after(World(units={"app.service": failed()}))
    told = house.run("macha", "check", "--json").json()
    file = house.directory / f"out.{ending}"
    ran = house.run("macha", "snapshot", "export", told["hosts"][0]["snapshot"], str(file))
    assert ran.code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    replayed = house.run("macha", "check", "--snapshot", str(file), "--json").json()
    assert {(f["kind"], f["object"]) for f in replayed["findings"]} >= {("unit.failed", "app.service")}
    content = file.read_bytes()
    assert json.loads(gzip.decompress(content) if ending.endswith("gz") else content)["format"] == "macha-snapshot/1"


def test_no_file_is_overwritten(house: House, two: tuple[str, str]) -> None:
    file = house.directory / "there"
    file.write_text("mine")
    ran = house.run("macha", "snapshot", "export", two[0], str(file))
    assert (ran.code, file.read_text()) == (1, "mine")
    assert "there is such a file already" in ran.err


def test_where_it_cannot_be_written_is_a_known_error(house: House, two: tuple[str, str], tmp_path: Path) -> None:
    ran = house.run("macha", "snapshot", "export", two[0], str(tmp_path / "none" / "out"))
    assert ran.code == 1
    assert "cannot be written: No such file or directory" in ran.err
