"""Progress: nothing when it is quick, plain lines into a pipe when it is not."""

import pytest

from cli.progress import Progress
from tests.cli.conftest import HOSTILE, assert_harmless


def test_what_is_quick_is_not_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress("collect web")
    assert capsys.readouterr() == ("", "")


def test_what_takes_longer_is_told_in_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.progress.QUIET_SECONDS", -1)
    with Progress() as progress:
        progress("collect web")
        progress(HOSTILE)
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0], err.count("\n")) == ("", "collect web", 2)
    assert_harmless(err)


def test_the_moving_line_leaves_the_terminal_to_a_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    moving = list[str]()
    with Progress() as progress:
        monkeypatch.setattr("rich.status.Status.stop", lambda _: moving.append("stop"))
        monkeypatch.setattr("rich.status.Status.start", lambda _: moving.append("start"))
        with progress.paused():
            assert moving == ["stop"]
        assert moving == ["stop", "start"]
        monkeypatch.undo()
