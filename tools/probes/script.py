"""One read-only script per host and cycle: every fact in one round trip, each with its own limit of time and size.

The script goes to `sh -s` by standard input, so nothing of it (boundary, cursor, names) is on a command line that
other users of the host can read. The checked `Inputs` and the boundary are assignments at its head: `read` would lose
them, for dash up to 0.5.12 reads its script in blocks. `tools.probes.runner` has the rest of it; both ends of each
output are marked with the boundary, which no text on the host can know.
"""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from tools.probes import Probe
from tools.probes.runner import runner

ARGV = ("sh", "-s")
"""What runs on the host."""
STARTED, ENDED, TROUBLE = "started", "ended", "script"
"""Sections of the script itself: the host's `date +%s.%N` before and after, and why it could not run the probes."""
UNAVAILABLE = 69
"""A command that cannot work on this host prints why in one line and exits with this status (EX_UNAVAILABLE)."""

_CURSOR = re.compile(r"[A-Za-z0-9=;_-]{0,512}")
_HOST_NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252})?")
_BOUNDARY = re.compile(r"[0-9a-f]{32}")
_PATH = re.compile(r"/[A-Za-z0-9 ._,@+=:/-]{1,250}")
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,253}(?:/[A-Za-z0-9._~/%?=&+,:@-]{0,300})?")
_WEEK_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a cycle tells the commands: exported under the same names in capitals, lists one entry a line.

    Raises ValueError on a value that is not plainly one of its kind; an empty cursor or name means "none".
    """

    journal_cursor: str = ""
    resolve_name: str = ""
    since_seconds: int = 900
    """How far back the journal is read when there is no cursor."""
    certificate_files: tuple[str, ...] = ()
    backup_paths: tuple[str, ...] = ()
    application_urls: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _CURSOR.fullmatch(self.journal_cursor):
            raise ValueError("journal cursor is not one that journald gives")
        if not _HOST_NAME.fullmatch(self.resolve_name):
            raise ValueError("name to resolve is not a host name")
        if type(self.since_seconds) is not int or not 1 <= self.since_seconds <= _WEEK_SECONDS:
            raise ValueError(f"since_seconds must be 1 to {_WEEK_SECONDS}")
        for path in (*self.certificate_files, *self.backup_paths):
            if not _PATH.fullmatch(path):
                raise ValueError("path is not a plain absolute one")
        if not all(_URL.fullmatch(url) for url in self.application_urls):
            raise ValueError("address of an application is not plain http or https")


@dataclass(frozen=True, slots=True)
class Section:
    """What one command printed. `exit_status` is None and `is_truncated` true where its end was not seen."""

    exit_status: int | None
    output: bytes
    is_truncated: bool = False


def build(kinds: Iterable[type[Probe]], inputs: Inputs, boundary: str, seconds: int = 60) -> bytes:
    """The script that reads `kinds`; after `seconds` it starts no further command and says what it has.

    `boundary` is 32 random hex digits, fresh for every run. The whole is one group, so a script that arrives cut runs
    nothing.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError("boundary must be 32 hex digits")
    values = {
        "boundary": boundary,
        "budget": str(max(1, int(seconds))),
        "JOURNAL_CURSOR": inputs.journal_cursor,
        "RESOLVE_NAME": inputs.resolve_name,
        "SINCE_SECONDS": str(inputs.since_seconds),
        "CERTIFICATE_FILES": "\n".join(inputs.certificate_files),
        "BACKUP_PATHS": "\n".join(inputs.backup_paths),
        "APPLICATION_URLS": "\n".join(inputs.application_urls),
    }
    given = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    return f"{{\nunset boundary\n{given}{runner(tuple(kinds))}}}\n".encode()


def split(output: bytes, boundary: str) -> dict[str, Section]:
    """The sections of a script's output by name, of any bytes; a mark without the boundary is data."""
    pieces = re.split(rb"(?:\A|\n)" + re.escape(boundary.encode()) + rb" (begin|end) ([^\n]{1,200})\n", output)
    sections: dict[str, Section] = {}
    for at in range(1, len(pieces), 3):
        verb, words, data = pieces[at], pieces[at + 1].decode("ascii", "replace").split(" "), pieces[at + 2]
        if verb == b"begin" and len(words) == 1:
            sections[words[0]] = Section(None, data, is_truncated=True)
        elif verb == b"end" and len(words) == 2 and words[0] in sections and re.fullmatch(r"\d{1,3}", words[1]):
            sections[words[0]] = Section(int(words[1]), sections[words[0]].output)
    return sections
