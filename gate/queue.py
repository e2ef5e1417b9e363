"""What waits for an answer, for those who only look: no SQLAlchemy, no policy, no host is asked."""

import json
import os
from pathlib import Path
from typing import Any

from gate.damage import require_whole
from tools.store.reading import json_of, rows

_SHOWN = (
    "number", "host", "kind", "target", "sentence", "risk", "state", "author", "why", "reason", "run", "proposed_at",
    "expires_at", "decided_by",
)  # fmt: skip
_WAITING = "SELECT * FROM actions WHERE state = 'proposed' ORDER BY number"
_JSON = ("parameters", "basis", "findings")


def waiting(folder: Path, now: str) -> list[dict[str, Any]]:
    """Proposals that can be answered at the stamp `now`, by number. Raises MachaError for a row that was edited."""
    found = [_whole(row) for row in rows(folder / "macha.db", _WAITING)]
    return [{name: row[name] for name in _SHOWN} for row in found if row["expires_at"] > now]


def row(folder: Path, number: int) -> dict[str, Any] | None:
    """Everything in the row of this number, with what happened to it in order under `events`.

    Raises MachaError for a row that was edited.
    """
    found = rows(folder / "macha.db", "SELECT * FROM actions WHERE number = ?", number)
    if not found:
        return None
    told = rows(folder / "macha.db", "SELECT at, event, content FROM events WHERE number = ? ORDER BY id", number)
    return _whole(found[0]) | {"events": [_event(event) for event in told]}


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    told = row | {name: json_of(row[name]) for name in _JSON}
    require_whole(told)
    return told


def _event(event: dict[str, Any]) -> dict[str, str]:
    content = json_of(event["content"])
    told = content if isinstance(content, dict) else {}
    words = {name: str(told.get(name, "")) for name in ("decided_by", "reason")}
    return {"at": str(event["at"]), "event": str(event["event"]), **words}


def write_view(folder: Path, now: str) -> None:
    """Bring approval_queue.json up to date: a view, never read back by Macha."""
    file = folder / "approval_queue.json"
    unfinished = file.with_suffix(f".{os.getpid()}.part")
    try:
        unfinished.write_text(json.dumps(waiting(folder, now), indent=1) + "\n")
        unfinished.rename(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
