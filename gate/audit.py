"""The record that cannot be changed unseen: append-only lines, each chained to the one before by its hash."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.errors import MachaError

DECISIONS = frozenset({"refused", "proposed", "approved", "rejected", "expired", "stale", "withdrawn"})
"""Events that are decisions; all others are about an effect."""
START = "0" * 64
_LONGEST_LINE = 1 << 20
VIEWS: Mapping[str, Callable[[str], bool]] = {
    "decisions.jsonl": lambda event: event in DECISIONS,
    "actions.jsonl": lambda event: event not in DECISIONS,
}


class Audit:
    """`audit.jsonl` in a folder, and its two views for people and scripts: decisions.jsonl and actions.jsonl.

    The moves of the ledger are its source. Every file is continued after the last move it holds, so that a crash
    between ledger and file, or between two files, loses nothing and writes nothing twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def follow(self, moves_after: Callable[[int], list[Mapping[str, Any]]]) -> bool:
        """Append the moves that are not in the files yet; they are on the disk when this returns.

        Returns whether there were any.
        """
        with self._locked() as chain:
            last = _last(chain)
            number, previous = int(last.get("audit", 0)), str(last.get("hash", START))
            moves = moves_after(int(last.get("move", 0)))
            for move in moves:
                number += 1
                body = {"audit": number, **move, "previous": previous}
                previous = _hash(body)
                _write(chain, body | {"hash": previous})
            for name, belongs in VIEWS.items():
                with _opened(self._folder / name) as view:
                    for move in moves_after(int(_last(view).get("move", 0))):
                        if belongs(move["event"]):
                            _write(view, move)
        return bool(moves)

    def head(self) -> tuple[int, str]:
        """Number and hash of the newest line: what is anchored elsewhere to prove that none was cut off."""
        with self._locked() as chain:
            last = _last(chain)
            return int(last.get("audit", 0)), str(last.get("hash", START))

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(self._folder / "audit.jsonl") as chain:
            fcntl.flock(chain, fcntl.LOCK_EX)
            yield chain


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def verify(file: Path) -> int:
    """Check a whole chain; returns how many lines it has. Raises MachaError that names the first bad line."""
    previous, number = START, 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                body = json.loads(line)
                claimed = body.pop("hash")
                is_good = body["audit"] == number and body["previous"] == previous and _hash(body) == claimed
            except (ValueError, KeyError, TypeError, AttributeError):
                is_good = False
            if not is_good:
                raise MachaError(
                    f"{file}: line {number} was changed, removed or moved; the lines before it are as written"
                )
            previous = claimed
    return number


def _hash(body: Mapping[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _last(descriptor: int) -> Mapping[str, Any]:
    """The last line of a file; empty when it has none. An unfinished line is an error, never a new start."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return {}
    tail = os.pread(descriptor, min(size, _LONGEST_LINE), max(0, size - _LONGEST_LINE))
    try:
        line = json.loads(tail.removesuffix(b"\n").rsplit(b"\n", 1)[-1])
        return dict(line)
    except (ValueError, TypeError):
        raise MachaError("the last line of the audit is not whole; see `macha audit verify`") from None


def _write(descriptor: int, body: Mapping[str, Any]) -> None:
    data = json.dumps(body).encode() + b"\n"
    if os.write(descriptor, data) != len(data):
        raise OSError("the line could not be written whole")
    os.fsync(descriptor)
