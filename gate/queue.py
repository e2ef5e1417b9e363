"""What waits for an answer, for those who only look: no SQLAlchemy, no policy, no host is asked."""

import json
import os
from pathlib import Path
from typing import Any

from tools.store.reading import json_of, rows

_COLUMNS = "number, host, kind, target, sentence, risk, state, why, reason, run, proposed_at, expires_at, decided_by"
_WAITING = f"SELECT {_COLUMNS} FROM actions WHERE state = 'proposed' AND expires_at > ? ORDER BY number"  # noqa: S608
_JSON = ("parameters", "basis", "findings")


def waiting(folder: Path, now: str) -> list[dict[str, Any]]:
    """Proposals that can be answered at the stamp `now`, by number."""
    return rows(folder / "macha.db", _WAITING, now)


def row(folder: Path, number: int) -> dict[str, Any] | None:
    """Everything in the row of this number, with what happened to it in order under `events`."""
    found = rows(folder / "macha.db", "SELECT * FROM actions WHERE number = ?", number)
    if not found:
        return None
    told = rows(folder / "macha.db", "SELECT at, event, content FROM events WHERE number = ? ORDER BY id", number)
    story = [
        {"at": e["at"], "event": e["event"], "decided_by": json_of(e["content"]).get("decided_by", "")} for e in told
    ]
    return found[0] | {name: json_of(found[0][name]) for name in _JSON} | {"events": story}


def write_view(folder: Path, now: str) -> None:
    """Bring approval_queue.json up to date: a view, never read back by Macha."""
    file = folder / "approval_queue.json"
    unfinished = file.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(json.dumps(waiting(folder, now), indent=1) + "\n")
    unfinished.rename(file)
