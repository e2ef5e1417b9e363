"""The stop switch: a file, whatever is in it."""

from pathlib import Path

import pytest

from gate.stop_switch import StopSwitch
from tests.conftest import ManualClock


def test_nothing_is_stopped_at_first(tmp_path: Path) -> None:
    switch = StopSwitch(tmp_path)
    assert switch.why() is None
    assert not switch.start()


def test_it_says_who_stopped_when_and_why(tmp_path: Path, clock: ManualClock) -> None:
    switch = StopSwitch(tmp_path / "new")
    switch.stop("lily (uid 1000)", "release", clock)
    assert switch.why() == (
        "Macha was stopped by lily (uid 1000) at 2026-03-01T12:00:00.000Z: release; `macha start` lets it go on"
    )
    assert switch.start()
    assert switch.why() is None


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"by": 1}', "\x00\x1b[2J", "null"])
def test_any_file_of_the_name_stops(tmp_path: Path, content: str) -> None:
    (tmp_path / "stopped").write_text(content)
    why = StopSwitch(tmp_path).why()
    assert why is not None
    assert "\x1b" not in why


def test_a_switch_that_cannot_be_read_stops(tmp_path: Path) -> None:
    (tmp_path / "stopped").mkdir()
    assert "cannot be read" in (StopSwitch(tmp_path).why() or "")
