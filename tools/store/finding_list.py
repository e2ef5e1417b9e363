"""Findings for those who only look: no SQLAlchemy, no host is asked."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from tools.clock import parse_stamp, stamp
from tools.detectors import Severity
from tools.errors import MachaError
from tools.store.finding_life import FLAPPING_WITHIN, FLAPS, SHOWN, Event, State
from tools.store.reading import json_of, rows

_SELECT = """
SELECT f.*, h.unreachable_since AS unknown_since,
  (SELECT count(*) FROM finding_events e WHERE e.fingerprint = f.fingerprint AND e.event = ? AND e.at > ?) AS flaps
FROM findings f LEFT JOIN hosts h ON h.name = f.host
"""
_EVENTS = "SELECT at, event, person, reason, until FROM finding_events WHERE fingerprint = ? ORDER BY id"
_ID = re.compile(r"[0-9a-f]{1,12}")
_ORDER = list(State)
_STAMPS = (
    "first_seen_at", "last_seen_at", "began_at", "opened_at", "resolved_at", "answer_until", "answered_at",
    "unknown_since",
)  # fmt: skip


def listed(folder: Path, now: datetime, *, every: bool = False, host: str | None = None) -> list[dict[str, Any]]:
    """What is open or acknowledged, worst first; with `every` all the others behind that."""
    found = [_object(row, now) for row in _read(folder, now, "")]
    shown = [one for one in found if (every or one["state"] in SHOWN) and host in (None, one["host"])]
    return sorted(shown, key=lambda one: (_place(one["state"]), -Severity(one["severity"]).rank, one["first_seen_at"]))


def finding(folder: Path, now: datetime, prefix: str) -> dict[str, Any]:
    """The one finding whose id begins so, with what became of it in order under `events`.

    Raises MachaError where there is none, or more than one.
    """
    text = prefix.lower()
    found = _read(folder, now, "WHERE f.fingerprint GLOB ?", f"{text}*") if _ID.fullmatch(text) else []
    if not found:
        raise MachaError(f"there is no finding {prefix}; `macha findings list --all` shows those there are")
    if len(found) > 1:
        raise MachaError(f"{prefix} begins several ids: {', '.join(sorted(row['fingerprint'] for row in found)[:6])}")
    events = rows(folder / "macha.db", _EVENTS, found[0]["fingerprint"])
    return _object(found[0], now) | {"events": events}


def _read(folder: Path, now: datetime, where: str, *parameters: str) -> list[dict[str, Any]]:
    since = stamp(now - FLAPPING_WITHIN)
    return rows(folder / "macha.db", _SELECT + where, Event.REOPENED.value, since, *parameters)


def _object(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    try:
        state = State(row["state"])
        Severity(row["severity"])
        for moment in (row[key] for key in _STAMPS if row[key] is not None):
            parse_stamp(moment)
        evidence = [{"source": source, "text": text} for source, text in json_of(row["evidence"])]
    except (ValueError, TypeError):
        raise MachaError(f"the database is damaged: the finding {row['fingerprint']} in it cannot be read") from None
    is_over = row["answer_until"] is not None and row["answer_until"] <= stamp(now)
    if is_over and state in (State.SNOOZED, State.SUPPRESSED):
        state = State.OPEN
    is_answered = bool(row["answer"]) and not is_over
    return {
        "id": row["fingerprint"],
        **{key: row[key] for key in ("kind", "object", "host", "severity", "summary")},
        "evidence": evidence,
        "details": json_of(row["details"]),
        "state": state.value,
        **{key: row[key] for key in ("first_seen_at", "last_seen_at", "seen_count")},
        **{key: row[key] for key in ("began_at", "opened_at", "resolved_at", "hold_seconds")},
        "is_flapping": row["flaps"] >= FLAPS,
        "unknown_since": row["unknown_since"],
        "answer": row["answer"] if is_answered else "",
        "until": row["answer_until"] if is_answered else None,
        "answered_by": row["answered_by"] if is_answered else "",
        "answered_at": row["answered_at"] if is_answered else None,
        "reason": row["reason"] if is_answered else "",
        "changed": json_of(row["changed"]) if row["changed"] else None,
        "run": row["run"],
    }


def _place(state: str) -> int:
    """Open and acknowledged ones are mixed by severity: both are what is wrong now."""
    return 1 if state in SHOWN else _ORDER.index(State(state)) + 2
