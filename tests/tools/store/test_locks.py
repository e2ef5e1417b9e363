"""A lock is held by one process at a time, and a dead one holds nothing."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from tools.errors import MachaError
from tools.store.locks import exclusive


def hold_and_die(folder: Path) -> None:
    with exclusive(folder, "host-web", 0):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_second_holder_waits_in_vain_and_another_name_is_free(tmp_path: Path) -> None:
    with exclusive(tmp_path, "host-web", 0) as first, exclusive(tmp_path, "host-web", 0) as second:
        assert (first, second) == (True, False)
        with exclusive(tmp_path, "host-db", 0) as other:
            assert other


def test_a_dead_holder_holds_nothing(tmp_path: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=hold_and_die, args=(tmp_path,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    with exclusive(tmp_path, "host-web", 0) as is_held:
        assert is_held


@pytest.mark.parametrize("name", ["../../x", "a/b", "\n", "x" * 500])
def test_any_name_stays_within_its_folder(tmp_path: Path, name: str) -> None:
    with exclusive(tmp_path, name, 0):
        assert [file.parent for file in tmp_path.rglob("*.lock")] == [tmp_path / "locks"]


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")
    with pytest.raises(MachaError, match="cannot be used"), exclusive(tmp_path, "host-web", 0):
        pass
