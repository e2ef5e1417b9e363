"""A disk that is full, read-only or sick, as one line that says what to do next."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import MachaError
from tools.safe_text import safe_line

_FULL = "free some space (`df -h`) or inodes (`df -i`) there and try again"
_READ_ONLY = "mount it writable, or give it to the user that Macha runs as"
_SICK = "the disk does not work, `journalctl -k` may say why"
_BUSY = "another process has kept it for long, `fuser` names it"
_BY_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _READ_ONLY),
    errno.EIO: _SICK,
}
_BY_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,  # the first thing to fail when a database is opened on a full disk
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "see whose it is, and whether there is room and an inode for another file",
    sqlite3.SQLITE_IOERR: _SICK,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
}


def is_full(error: BaseException | None) -> bool:
    """Whether an error of the operating system or of SQLite means that there is no room."""
    return _next_step(error) == _FULL


def why_unusable(error: BaseException | None) -> str | None:
    """What is wrong with the disk and the next step, or None when an error is not about it."""
    step = _next_step(error)
    if isinstance(error, OSError):
        said = os.strerror(error.errno) if error.errno else str(error)
        return safe_line(f"it cannot be used ({said})" + (f"; {step}" if step else ""))
    return safe_line(f"it cannot be used ({error}); {step}") if step else None


def _next_step(error: BaseException | None) -> str | None:
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0)
    code = getattr(error, "sqlite_errorcode", 0)
    return _BY_SQLITE.get(code) or _BY_SQLITE.get(code & 0xFF)


@contextmanager
def known_trouble(folder: Path) -> Iterator[None]:
    """Whatever the operating system says against using `folder` is a MachaError that names it."""
    try:
        yield
    except TimeoutError:
        raise  # a lock that is held is no trouble with the disk
    except OSError as error:
        raise MachaError(f"{folder}: {why_unusable(error)}") from error
