"""A user's folder adds runbooks and stands in for Macha's own; one mistake there leaves the others in use."""

from pathlib import Path

import pytest

from tests.tools.runbooks.books import TEXT
from tools.errors import MachaError
from tools.runbooks.library import built_in, runbooks, usable


def test_without_a_folder_there_are_those_of_macha() -> None:
    assert runbooks() is built_in()


def test_a_folder_adds_and_stands_in(tmp_path: Path) -> None:
    (tmp_path / "dry_frobnicator.md").write_text(TEXT)
    (tmp_path / "port-in-use.md").write_text(TEXT)
    (tmp_path / "README.md").write_text("not a runbook")
    known = runbooks(tmp_path)
    assert len(known) == len(built_in()) + 1
    assert known["port_in_use"].cause == "the frobnicator ran dry"


def test_a_wrong_file_is_an_error_for_a_command_and_left_out_by_a_cycle(tmp_path: Path) -> None:
    (tmp_path / "dry_frobnicator.md").write_text(TEXT)
    (tmp_path / "wrong.md").write_text("+++\n+++\n")
    with pytest.raises(MachaError, match=r"wrong\.md:1: cause: this key is required"):
        runbooks(tmp_path)
    known, left_out = usable(tmp_path)
    assert "dry_frobnicator" in known
    assert len(left_out) == 1


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match="no such folder of runbooks"):
        runbooks(tmp_path / "absent")
    assert usable(tmp_path / "absent")[0] is built_in()
