"""Which snapshot is of which host and moment, for those who only look: no SQLAlchemy."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.clock import stamp
from tools.errors import MachaError
from tools.store.reading import rows
from tools.store.snapshots import Snapshots

_SELECT = "SELECT host, at, run, snapshot FROM samples WHERE (? = '' OR host = ?) ORDER BY at DESC, host"


def listed(folder: Path, host: str | None = None, most: int | None = None) -> list[dict[str, Any]]:
    """Those that are still kept, newest first: name, host, taken_at, run, bytes on the disk."""
    snapshots = Snapshots(folder / "snapshots")
    found: list[dict[str, Any]] = []
    for row in rows(folder / "macha.db", _SELECT, host or "", host or ""):
        if most is not None and len(found) >= most:
            break
        if (size := snapshots.size_bytes(str(row["snapshot"]))) is not None:
            found.append(_object(row, size))
    return found


def _object(row: dict[str, Any], size: int) -> dict[str, Any]:
    try:
        taken_at = stamp(datetime.fromtimestamp(row["at"], UTC))
    except (ValueError, TypeError, OverflowError, OSError):
        raise MachaError("the database is damaged: a look in it has no time") from None
    return {"name": row["snapshot"], "host": row["host"], "taken_at": taken_at, "run": row["run"], "bytes": size}
