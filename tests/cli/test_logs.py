"""`macha-logs`: the four logs, their last lines, and those that come while somebody watches."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.world import World, failed

FILES = {"decisions": "decisions.jsonl", "actions": "actions.jsonl", "orchestrator": "orchestrator.log"}


def written(house: House, name: str, *lines: str) -> Path:
    house.state.mkdir(exist_ok=True)
    file = house.state / FILES[name]
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def event(number: int = 1, more: dict[str, str] | None = None) -> str:
    known = {"move": number, "at": "2026-03-01T12:00:00.000Z", "event": "proposed", "number": number, "host": "web",
             "kind": "unit.restart", "target": "app.service"}  # fmt: skip
    return json.dumps(known | (more or {}))


@pytest.mark.parametrize("name", FILES)
def test_before_the_first_cycle_each_says_what_to_do(house: House, name: str) -> None:
    ran = house.run("macha-logs", name)
    said = f"macha-logs: {house.state}/{FILES[name]}: nothing was written yet; `macha check` runs a cycle\n"
    assert (ran.code, ran.out, ran.err) == (1, "", said)


@pytest.mark.parametrize("name", FILES)
def test_an_empty_log_is_nothing(house: House, name: str) -> None:
    written(house, name)
    assert house.run("macha-logs", name).out == ""
    assert house.run("macha-logs", name, "--json").json() == []


def test_an_unknown_log_is_one_line(house: House) -> None:
    ran = house.run("macha-logs", "everything")
    said = "macha-logs: there is no log everything; known are service, decisions, actions, orchestrator\n"
    assert (ran.code, ran.err) == (1, said)


def test_a_real_cycle_is_told_in_lines(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    house.run("macha-check", "--json")
    house.run("macha-approve", "approve", "1", "--reason", "go")
    decisions = house.run("macha-logs", "decisions").out.splitlines()
    assert [line.split()[2] for line in decisions] == ["proposed", "approved"]
    assert " by " in decisions[1]
    assert "unit.restart app.service on web" in decisions[0]
    actions = house.run("macha-logs", "actions", "--json").json()
    assert [one["event"] for one in actions] == ["claimed", "armed", "done", "verified"]
    assert "waits: 1 findings, 1 actions" in house.run("macha-logs", "orchestrator").out


@pytest.mark.parametrize(("number", "shown"), [("0", []), ("1", ["c"]), ("2", ["b", "c"]), ("99", ["a", "b", "c"])])
def test_only_the_last_lines_are_shown(house: House, number: str, shown: list[str]) -> None:
    written(house, "orchestrator", "a", "b", "c")
    assert house.run("macha-logs", "orchestrator", "-n", number).out.splitlines() == shown
    assert len(house.run("macha-logs", "orchestrator", "-n", number, "--json").json()) == len(shown)


@pytest.mark.parametrize("line", ["half a li", "{}", "[1]", '"text"', '{"event": 1}', '{"event": "x", "number": [1]}'])
def test_a_line_that_is_none_of_ours_is_shown_all_the_same(house: House, line: str) -> None:
    written(house, "decisions", line, event())
    ran = house.run("macha-logs", "decisions")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert len(house.run("macha-logs", "decisions", "--json").json()) == 2


@pytest.mark.parametrize("name", FILES)
def test_hostile_text_in_a_log_does_nothing(house: House, name: str) -> None:
    bad = dict.fromkeys(("at", "host", "target", "kind", "reason", "decided_by"), HOSTILE)
    written(house, name, event(1, bad | {"event": "approved"}), HOSTILE.replace("\n", " "))
    ran = house.run("macha-logs", name)
    assert "made up" in ran.out
    assert_harmless(ran.out)
    assert house.run("macha-logs", name, "--json").json()


def test_the_service_log_is_the_journals(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "journalctl"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$@"\n')
    fake.chmod(0o755)
    ran = house.child("macha-logs", "service", "-n", "3", "-f", "--json", PATH=f"{fake.parent}:{os.environ['PATH']}")
    said = "--unit macha-autonomous.service --lines 3 --no-pager --follow --output=json\n"
    assert (ran.code, ran.out) == (0, said)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "journalctl is not installed here" in house.run("macha-logs", "service").err


def test_following_shows_each_line_when_it_is_whole_and_ends_with_ctrl_c(house: House) -> None:
    file = written(house, "orchestrator", "old", "last")
    watching = house.start("macha-logs", "orchestrator", "-f", "-n", "1")
    assert watching.stdout is not None
    assert watching.stdout.readline() == "last\n"
    with file.open("a") as log:
        for part in ("half ", "of it\n", "next\n"):
            log.write(part)
            log.flush()
    assert watching.stdout.readline() == "half of it\n"
    assert watching.stdout.readline() == "next\n"
    file.rename(file.with_suffix(".log.1"))
    file.write_text("after the rotation\n")
    assert watching.stdout.readline() == "after the rotation\n"
    watching.send_signal(signal.SIGINT)
    assert watching.communicate(timeout=30) == ("", "")
    assert watching.returncode == 130


def test_following_as_json_is_one_value_a_line_and_ends_with_a_kill(house: House) -> None:
    written(house, "decisions", event(1), "half a li\u202e")
    watching = house.start("macha-logs", "decisions", "--follow", "--json")
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["number"] == 1
    assert json.loads(line := watching.stdout.readline()) == {"line": "half a li\u202e"}
    assert line.isascii()
    watching.terminate()
    assert watching.wait(30) == -signal.SIGTERM
