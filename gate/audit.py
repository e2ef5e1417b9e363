"""The record that cannot be changed unseen: append-only lines, each chained to the one before by its hash."""

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.errors import MachaError

EFFECTS = frozenset(
    {
        "claimed", "armed", "done", "failed", "unknown", "denied_by_host", "verified", "not_helped", "rolled_back",
        "rollback_failed", "inconclusive",
    }
)  # fmt: skip
"""Events about an effect; all others are decisions."""
VIEWS: Mapping[str, bool] = {"decisions.jsonl": False, "actions.jsonl": True}
"""Each view, and whether it is about effects."""
START = "0" * 64
JOURNAL_SOCKET = Path("/run/systemd/journal/socket")
_LONGEST_LINE = 1 << 20
_OF_THE_CHAIN = ("audit", "previous", "hash")
"""What a line of the audit has besides the event."""

Events = Callable[[int, bool | None], list[Mapping[str, Any]]]
"""The events of the ledger after the one with this id, in order: those about effects, all others, or (None) both."""


class Audit:
    """`audit.jsonl` in a folder, and its two views for people and scripts: decisions.jsonl and actions.jsonl.

    The events of the ledger are its source, and `id` is theirs in all three files. Every file is continued after the
    last event it holds, so that a crash between ledger and file, or between two files, loses nothing and writes
    nothing twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def follow(self, events_after: Events, then: Callable[[], None], is_due: bool = False) -> None:
        """Append the events that are not in the files yet; they are on the disk when this returns.

        If there were any, or `is_due`, `then` is called while other processes still wait: what it writes is as new as
        the files.
        Raises OSError when they cannot be written: no line is left half-written.
        """
        with self._locked() as chain:
            last, unfinished, new = self._news(chain, "audit.jsonl", events_after, None)
            number, previous = int(last.get("audit", 0)), str(last.get("hash", START))
            lines = []
            for event in new:
                number += 1
                body = {"audit": number, **event, "previous": previous}
                previous = _hash(body)
                lines.append(_line(body | {"hash": previous}))
            _append(chain, unfinished, lines)
            for name, is_of_effects in VIEWS.items():
                with _opened(self._folder / name) as view:
                    _, unfinished, new = self._news(view, name, events_after, is_of_effects)
                    _append(view, unfinished, [_line(event) for event in new])
            if lines or is_due:
                then()

    def head(self) -> tuple[int, str]:
        """Number and hash of the newest line; (0, …) when there is none."""
        with self._locked() as chain:
            last, _ = _last(chain)
            return int(last.get("audit", 0)), str(last.get("hash", START))

    def _news(
        self, file: int, name: str, events_after: Events, is_of_effects: bool | None
    ) -> tuple[Mapping[str, Any], bytes, list[Mapping[str, Any]]]:
        """As `_last`, with the events after it. Raises MachaError when the ledger does not say the same of the last
        one: either was put back from a copy, and to go on would leave out what the other does not know."""
        last, unfinished = _last(file)
        if not last:
            return last, unfinished, events_after(0, is_of_effects)
        event = {key: value for key, value in last.items() if key not in _OF_THE_CHAIN}
        known = events_after(event["id"] - 1, is_of_effects)
        if known[:1] != [event]:
            raise MachaError(
                f"{self._folder / name}: its last line is of another ledger than macha.db, so nothing is done; put the "
                "copy back that belongs to it, or move it and the other .jsonl files away as well"
            )
        return last, unfinished, known[1:]

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(self._folder / "audit.jsonl") as chain:
            fcntl.flock(chain, fcntl.LOCK_EX)
            yield chain


def anchor(audit: Audit) -> tuple[int, str]:
    """Write the head into the system's journal, where another account keeps it; returns it.

    Without a journal it is only returned: a notification or a person may keep it as well.
    """
    number, hash_ = audit.head()
    lines = (
        f"MESSAGE=audit of Macha: line {number} has the hash {hash_}",
        "PRIORITY=5", "SYSLOG_IDENTIFIER=macha-audit", f"MACHA_AUDIT_LINE={number}", f"MACHA_AUDIT_HASH={hash_}",
    )  # fmt: skip
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.setblocking(False)
            journal.sendto("\n".join(lines).encode(), str(JOURNAL_SOCKET))
    except OSError:
        pass
    return number, hash_


def verify(file: Path, head: tuple[int, str] | None = None) -> int:
    """Check a whole chain; returns how many lines it has. Raises MachaError that names the first bad line.

    With a `head` that was anchored elsewhere, a tail that was cut off or rewritten since is found as well.
    """
    previous, number = START, 0
    for number, line in enumerate(_lines(file), 1):
        previous = _checked(line, number, previous) or _bad(file, number)
        if head and number == head[0] and previous != head[1]:
            raise MachaError(f"{file}: line {number} is not the one that was anchored: the end was rewritten")
    if head and number < head[0]:
        raise MachaError(f"{file}: line {number + 1} is missing: {head[0]} lines were anchored, {number} are left")
    return number


def _bad(file: Path, number: int) -> str:
    raise MachaError(f"{file}: line {number} was changed, removed or moved; those before it are as they were written")


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as lines:
            yield from lines
    except FileNotFoundError:
        raise MachaError(f"{file}: there is no audit yet; it begins with the first proposal") from None
    except OSError as error:
        raise MachaError(f"{file}: the audit cannot be read: {error.strerror}") from None


def _checked(line: bytes, number: int, previous: str) -> str | None:
    """The hash of a line that is what it should be, else None. A whole line ends with a line break."""
    try:
        body = json.loads(line)
        claimed = str(body.pop("hash"))
        is_good = body["audit"] == number and body["previous"] == previous and _hash(body) == claimed
        is_exact = line == json.dumps(body | {"hash": claimed}).encode() + b"\n"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return claimed if is_good and is_exact else None


def _hash(body: Mapping[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _last(descriptor: int) -> tuple[Mapping[str, Any], bytes]:
    """The last whole line of a file, empty when it has none, and what a crash left behind it of an unfinished one.

    Raises MachaError when the line is not as it was written.
    """
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, min(size, _LONGEST_LINE), max(0, size - _LONGEST_LINE))
    whole, line_break, unfinished = tail.rpartition(b"\n")
    if not line_break and size == len(tail):
        return {}, unfinished
    line = whole.rsplit(b"\n", 1)[-1] + line_break
    try:
        body = json.loads(line)
        is_good = type(body["id"]) is int and line == _line(body)
        if "audit" in body or "hash" in body:
            is_good = is_good and _checked(line, body["audit"], body["previous"]) is not None
    except (ValueError, KeyError, TypeError, RecursionError):
        is_good = False
    if not is_good:
        raise _damaged()
    return body, unfinished


def _damaged() -> MachaError:
    return MachaError("the last line of the audit is damaged, so nothing is done; see `macha audit verify`")


def _line(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode() + b"\n"


def _append(descriptor: int, unfinished: bytes, lines: list[bytes]) -> None:
    """Append lines, each on the disk when this returns, or nothing of it.

    An unfinished last line is the beginning of the first of them, where the write was cut off, and is written anew;
    anything else is damage.
    """
    if unfinished:
        if not lines or not lines[0].startswith(unfinished):
            raise _damaged()
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - len(unfinished))
    for line in lines:
        _write(descriptor, line)


def _write(descriptor: int, data: bytes) -> None:
    size = os.fstat(descriptor).st_size
    try:
        written = os.write(descriptor, data)
        if written != len(data):
            os.write(descriptor, data[written:])  # the rest tells why it did not go, by its error
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise
