"""A file that is given up when the disk is full, so that the clean-up itself can be recorded and carried out."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from tools.store.trouble import is_full

BALLAST_BYTES = 1 << 20
"""Room for some hundred rows and audit lines: far more than one clean-up writes."""
LEAST_ROOM_BYTES = 256 << 10
"""Less than this is as good as full: one action writes as much to the write-ahead log."""

T = TypeVar("T")


class Ballast:
    """`ballast` in the state folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ballast"

    def fill(self) -> None:
        """Put the file back where there is room for it again, and as much left; a full disk is no error here."""
        with suppress(OSError):
            if self._file.stat().st_size == BALLAST_BYTES:
                return
        with suppress(OSError):
            if self._room() < 2 * BALLAST_BYTES:
                return
            for left in self._file.parent.glob("ballast.*.part"):
                left.unlink()  # of a process that died; one that is alive fails to rename it, and does without
            unfinished = self._file.with_suffix(f".{os.getpid()}.part")
            try:
                with unfinished.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)
                unfinished.rename(self._file)
            finally:
                unfinished.unlink(missing_ok=True)

    def make_room(self) -> None:
        """Give it up before anything is tried where there is next to no room: not every file is written through here,
        and a database cannot even be opened on a full disk."""
        with suppress(OSError):
            if self._room() < LEAST_ROOM_BYTES:
                self.give_up()

    def _room(self) -> int:
        disk = os.statvfs(self._file.parent)
        return disk.f_bavail * disk.f_frsize

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
    """Whether an error, or what caused it, means that there is no room."""
    return is_full(error) or is_full(error.__cause__)
