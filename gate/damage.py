"""What a row of the ledger looks like as the gate wrote it; any other row is damage, and nothing is done on it."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from gate.interface import Author, State
from tools.clock import parse_stamp
from tools.errors import MachaError

_TEXTS = (
    "host", "kind", "target", "sentence", "risk", "why", "reason", "run", "policy_version", "catalogue_version",
    "decided_by", "boot_id", "output", "verdict",
)  # fmt: skip
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def require_whole(row: Mapping[Any, Any]) -> None:
    """Raises MachaError that names the row and the column when somebody else has written into it."""
    if column := _damaged(row):
        raise MachaError(
            f"row {str(row['number'])[:20]} of the ledger is damaged or was edited ({column}), so nothing is done; "
            "put a copy of macha.db back"
        )


def _damaged(row: Mapping[Any, Any]) -> str | None:
    """The first column that is not as the gate writes it."""
    whole = {
        "number": type(row["number"]) is int and row["number"] > 0,
        "id": _matches("[0-9a-f]{16}", row["id"]),
        "digest": _matches("[0-9a-f]{64}", row["digest"]),
        "state": row["state"] in get_args(State),
        "author": row["author"] in get_args(Author),
        "parameters": _are(row["parameters"], dict, (str, int)),
        "basis": _are(row["basis"], dict, (str,)),
        "findings": _are(row["findings"], list, (str,)),
        "is_prompt": row["is_prompt"] in (0, 1),
        "seen_count": type(row["seen_count"]) is int,
        **{name: row[name] is None or type(row[name]) is int for name in ("exit_status", "undo_of")},
        **{name: isinstance(row[name], str) for name in _TEXTS},
        **{name: is_stamp(row[name]) for name in ("proposed_at", "expires_at")},
        **{name: row[name] == "" or is_stamp(row[name]) for name in ("decided_at", "claimed_at", "finished_at")},
    }
    return next((column for column, is_whole in whole.items() if not is_whole), None)


def is_stamp(value: object) -> bool:
    """Whether a value is a time as `stamp` writes it."""
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        return False
    try:
        parse_stamp(value)
    except ValueError:
        return False
    return True


def _matches(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _are(value: object, kind: type, items: tuple[type, ...]) -> bool:
    """Whether a value is a list or dict of this type that holds only plain values of these types."""
    if type(value) is not kind:
        return False
    held = [*value, *value.values()] if isinstance(value, dict) else value
    return all(type(item) in items for item in held)  # type: ignore[attr-defined]
