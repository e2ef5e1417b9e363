"""What a person approves: the typed action and the gate's facts first, other people's words last and marked."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cli.screen import command, say_screen
from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.world import World, failed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROW: dict[str, Any] = {
    "number": 7, "host": "web", "kind": "unit.restart", "target": "app.service", "parameters": {"name": "app.service"},
    "sentence": "restart app.service", "risk": "medium", "state": "proposed", "author": "model", "why": "it is down",
    "reason": "the level is suggest", "basis": {"active": "failed", "also stops": "shop.service"}, "run": "run-1",
    "expires_at": "2026-03-02T11:00:00.000Z", "verdict": "", "output": "",
    "events": [{"event": "proposed", "at": "2026-03-01T11:00:00.000Z", "decided_by": ""}],
}  # fmt: skip


def test_the_screen_of_a_proposal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    say_screen(ROW, NOW)
    assert capsys.readouterr().out.splitlines() == [
        "7  restart app.service on web",
        "  state       proposed, expires in 23 h 00 min",
        "  risk        medium",
        "  runs        systemctl restart -- app.service",
        "  parameters  name=app.service",
        "  also stops  shop.service",
        "  because     the level is suggest",
        "  rests on    active failed",
        "  story       proposed 2026-03-01T11:00:00.000Z",
        "  run         run-1",
        "  model says, unchecked: “it is down”",
    ]


@pytest.mark.parametrize(("author", "mark"), [("rules", "rules say"), ("person", "a person says")])
def test_whoever_speaks_is_named(capsys: pytest.CaptureFixture[str], author: str, mark: str) -> None:
    say_screen(ROW | {"author": author}, NOW)
    assert f"  {mark}: “it is down”" in capsys.readouterr().out


def test_words_of_others_stay_below_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    say_screen(ROW | {"why": HOSTILE * 20, "reason": HOSTILE, "verdict": HOSTILE, "output": HOSTILE}, NOW)
    out = capsys.readouterr().out
    assert_harmless(out)
    assert [line for line in out.splitlines() if not line.startswith("   ")][-1].startswith("  model says, unchecked: ")


def test_a_long_output_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    say_screen(ROW | {"output": "line\n" * 4000}, NOW)
    out = capsys.readouterr().out
    assert len(out.splitlines()) < 220
    assert "3801 more lines, with --json" in out


def test_a_row_that_does_not_do_what_it_says_runs_nothing() -> None:
    assert command(ROW | {"sentence": "restart nothing"}).startswith("nothing: this row was edited")
    assert command(ROW | {"kind": "shell.run"}).startswith("nothing: there is no action of this kind")


def test_who_says_yes_sees_the_command_before_it_runs(house: House) -> None:
    house.propose(World(units={"app.service": failed()}))
    first = house.run("macha-approve", "approve", "1").out.splitlines()[0]
    assert first == "1  restart app.service on web: systemctl restart -- app.service"
