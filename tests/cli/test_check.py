"""`macha check`: the object it prints is an interface (docs/check-json.md); wrong input writes nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.nodes.test_report import ACTION, FINDING, HOST, LOG, MODEL, TOP
from tests.tools.probes.recordings import TESTBED
from tests.world import World, failed
from tools.hosts import Unreachable


def recorded(name: str) -> str:
    return str(TESTBED / f"{name}.json.gz")


def obeys_the_document(told: dict[str, Any]) -> None:
    assert {*told} == TOP
    assert told["format"] == 1
    assert {*told["model"]} == MODEL
    assert all({*host} == HOST for host in told["hosts"])
    assert all({*finding} == FINDING for finding in told["findings"])
    assert all({*line} == {"source", "text"} for finding in told["findings"] for line in finding["evidence"])
    assert all({*action} == ACTION for action in told["actions"])
    assert all({*log} == LOG for log in told["logs"])


def test_the_document_names_every_key() -> None:
    text = (Path(__file__).parents[2] / "docs" / "check-json.md").read_text()
    assert [key for key in TOP | HOST | FINDING | ACTION | MODEL | LOG if f"`{key}" not in text] == []


@pytest.mark.parametrize("name", ["healthy.fault", "noisy-healthy.fault", "service-crash-segv.healed"])
def test_a_healthy_machine_needs_nothing(house: House, name: str) -> None:
    told = house.run("macha", "check", "--snapshot", recorded(name), "--json").json()
    obeys_the_document(told)
    assert (told["findings"], told["actions"]) == ([], [])
    assert "Nothing is wrong that Macha can see." in house.run("macha-check", "--snapshot", recorded(name)).out


def test_a_recorded_fault_is_judged_and_nothing_is_proposed_or_kept(house: House) -> None:
    told = house.run("macha", "check", "--snapshot", recorded("service-crash-segv.fault"), "--json").json()
    obeys_the_document(told)
    (action,) = told["actions"]
    assert (action["kind"], action["target"], action["state"]) == (
        "unit.restart", "shop-worker.service", "would be proposed",
    )  # fmt: skip
    assert (action["number"], told["cycle"], told["seconds"]) == (None, "", {})
    assert not house.state.exists()


@pytest.mark.parametrize("name", ["config-broken", "dependency-down", "disk-full-journal", "prompt-injection-log"])
def test_a_recorded_machine_is_told_to_people(house: House, name: str) -> None:
    ran = house.run("macha-check", "--snapshot", recorded(f"{name}.fault"))
    assert (ran.code, ran.err) == (0, "")
    assert_harmless(ran.out)


def test_a_live_cycle_prints_the_same_object_and_keeps_it(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    told = house.run("macha-check", "--json").json()
    obeys_the_document(told)
    assert (told["hosts"][0]["state"], told["findings"][0]["kind"]) == ("seen", "unit.failed")
    assert {"collect", "triage", "plan"} <= {*told["seconds"]}
    assert f"run {told['cycle']} waits: 1 findings, 1 actions" in (house.state / "orchestrator.log").read_text()


def test_what_waits_is_10_only_when_it_is_asked_for(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    assert house.run("macha-check").code == 0
    assert house.run("macha-check", "--exit-code").code == 10
    assert house.run("macha-check", "--exit-code", "--snapshot", recorded("service-crash-segv.fault")).code == 0
    house.run("macha-approve", "reject", "1")
    assert house.run("macha-check", "--exit-code", "--level", "observe").code == 0


def test_the_report_says_what_is_wrong_and_how_to_say_yes(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    out = house.run("macha-check").out
    assert "1 finding, 1 incident\n" in out
    assert "web: app.service is failed" in out
    assert "\n       macha-approve approve 1\n" in out
    assert "on web: restart app.service (low risk)" in out


def test_what_was_done_without_asking_is_told_as_done(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    out = house.run("macha-check", "--level", "auto-safe").out
    assert "Done, or decided" in out
    assert "on web: restart app.service: verified." in out


def test_a_host_that_cannot_be_seen_is_told_and_its_neighbour_as_well(house: House) -> None:
    lost = World("lost")
    lost.unreachable = Unreachable("no_route", "nothing answers at 192.0.2.9")
    house.look_after(lost, World("web"))
    out = house.run("macha-check").out
    assert "lost could not be looked at\n    nothing answers at 192.0.2.9\n" in out
    assert "\nweb\n  system    Testix, kernel 6.1" in out


def test_one_host_of_several_can_be_looked_at(house: House) -> None:
    house.look_after(World("web"), World("db"))
    told = house.run("macha-check", "--host", "db", "--host", "db", "--json").json()
    assert [host["name"] for host in told["hosts"]] == ["db"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "nowhere"), "there is no host nowhere in the configuration; known are web"),
        (("--level", "careful"), "there is no level careful; known are observe, suggest, auto-safe, auto-full"),
        (("--snapshot", "none.json"), "there is no snapshot none.json"),
        (("--snapshot", "macha.toml"), "macha.toml is not JSON: a snapshot is a file of format macha-snapshot/1"),
        (("--config", "none.toml"), "none.toml: no such configuration file; check --config or MACHA_CONFIG"),
    ],
)
def test_wrong_input_is_one_line_and_nothing_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    house.look_after(World())
    monkeypatch.chdir(house.directory)
    ran = house.run("macha-check", *words)
    assert (ran.code, ran.out, ran.err) == (1, "", f"macha-check: {said}\n")
    assert not house.state.exists()


def test_a_configuration_without_a_host_is_one_line(house: House) -> None:
    ran = house.run("macha-check")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("macha-check: the configuration names no host: add [hosts.NAME]")


def test_a_state_folder_that_cannot_be_made_is_one_line(house: House) -> None:
    house.look_after(World())
    house.state.write_text("a file in its place")
    ran = house.run("macha-check")
    assert ran.code == 1
    assert "the state folder cannot be used (File exists); set stateDirectory" in ran.err


def test_hostile_text_of_a_machine_does_nothing(house: House) -> None:
    world = World(units={"app.service": failed(HOSTILE)})
    world.unreachable = Unreachable("silent", HOSTILE)
    house.look_after(world, World("db", {"app.service": failed(HOSTILE)}))
    ran = house.run("macha-check")
    assert "made up" in ran.out
    assert_harmless(ran.out + ran.err)
    assert house.run("macha-check", "--json").json()["findings"]
