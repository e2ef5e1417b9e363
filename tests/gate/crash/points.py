"""Every step of a process that a crash or a sick disk can fall on, in order."""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.engine.default import DefaultDialect

At = Callable[[int, str], None]
"""Told the number of a point, from 1, and what is about to happen (or has just happened) there."""

_FILES = (
    (os, "open"), (os, "write"), (os, "fsync"), (os, "ftruncate"), (os, "rename"), (os, "unlink"), (os, "mkdir"),
    (os, "posix_fallocate"), (fcntl, "flock"), (Path, "open"), (Path, "write_text"),
)  # fmt: skip
_SQL = ("connect", "do_execute", "do_executemany", "do_commit", "do_rollback")
_CHANGES_NOTHING = ("open", "flock", "connect", "do_rollback", "SELECT", "BEGIN", "PRAGMA")
"""What leaves the disk as it was: the moment after it is the same as the moment before whatever comes next."""


def is_a_step(what: str) -> bool:
    """Whether another process would find the world in another state here than at the point before: around a commit,
    after any other change of a file, around whatever a machine is asked. Within a transaction nobody sees a change."""
    order, _, name = what.partition(" ")
    if name in ("do_commit", "host.run", "the effect"):
        return True
    return order == "after" and not name.startswith("do_execute")


class Points:
    """Counts the points that are passed and says each to `at`, which may end the process or raise."""

    def __init__(self, at: At = lambda number, what: None) -> None:
        self.passed: list[str] = []
        self._at = at

    def __call__(self, what: str) -> None:
        self.passed.append(what)
        self._at(len(self.passed), what)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within this, points lie before every SQL statement and every call that opens, locks or changes a file, and
        after each of them that changes anything."""
        with ExitStack() as patches:
            for owner, name in (*_FILES, *((DefaultDialect, name) for name in _SQL)):
                patches.enter_context(patch.object(owner, name, self._around(name, getattr(owner, name))))
            yield

    def _around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            what = f"{name} {arguments[2].split()[0]}" if name == "do_execute" else name
            self(f"before {what}")
            answer = real(*arguments, **named)
            if not what.endswith(_CHANGES_NOTHING):
                self(f"after {what}")
            return answer

        return call


def kill_at(number: int) -> At:
    """Ends the process at this point as the kernel would: nothing is flushed, undone or given back."""

    def at(passed: int, _: str) -> None:
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return at
