"""How the gate says things to people: what became of a row, and what has changed."""

import os
import pwd
from collections.abc import Mapping

from gate.interface import Entry, Person
from tools.safe_text import safe_line


def already(entry: Entry) -> str:
    """Why a row can no longer be decided or carried out: what it is, on whose word and since when."""
    by = f" by {entry.decided_by} at {entry.decided_at}" if entry.decided_by else ""
    return f"number {entry.number} is {entry.state} already{by}"


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which facts have another value than before."""
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return safe_line(", ".join(f"{k} was {before.get(k, 'nothing')!r}, is {now.get(k, 'nothing')!r}" for k in changed))


def person() -> Person:
    """Who runs this process, as the kernel has it; behind sudo the real caller is named as well."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = "unknown"
    caller = os.environ.get("SUDO_USER", "")
    return Person(uid, f"{name} through sudo by {safe_line(caller, 40)}" if uid == 0 and caller else name)
