"""A file that is given up when the disk is full, so that the clean-up itself can be recorded and carried out."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

BALLAST_BYTES = 1 << 20
"""Room for some hundred rows and audit lines: far more than one clean-up writes."""

T = TypeVar("T")


class Ballast:
    """`ballast` in the state folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ballast"

    def fill(self) -> None:
        """Put the file back where there is room for it again; a full disk is no error here."""
        try:
            if self._file.stat().st_size == BALLAST_BYTES:
                return
        except OSError:
            pass
        with suppress(OSError):
            unfinished = self._file.with_suffix(f".{os.getpid()}.part")
            try:
                with unfinished.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)
                unfinished.rename(self._file)
            finally:
                unfinished.unlink(missing_ok=True)

    def give_up(self) -> bool:
        """Free the space; False when there was nothing to free."""
        try:
            self._file.unlink()
        except OSError:
            return False
        return True

    def spend_on(self, work: Callable[[], T]) -> T:
        """Do what writes, and once more without the ballast when the disk turns out to be full.

        `work` must leave nothing behind when it fails, as a transaction does.
        """
        try:
            return work()
        except Exception as error:
            if not is_disk_full(error) or not self.give_up():
                raise
        return work()


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of the operating system or of SQLite means that there is no room."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, OSError):
        return cause.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
