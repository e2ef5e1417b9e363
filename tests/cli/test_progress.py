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
