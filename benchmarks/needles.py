"""Errors planted in logs: whether a reduction has them all, with their count, their times and where they tend to."""

import gzip
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from tools.reading.line import Line
from tools.reading.reduction import reduce

NEEDLES = {
    "holmes_51": (
        "Identity provider certificate expired", "Failed to retrieve sessions from redis", "syntax error at or near",
        "duplicate key value violates unique constraint",
    ),
    "holmes_66": ("Database connection timeout",),
}  # fmt: skip
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def stamped(file: Path) -> list[Line]:
    with gzip.open(file, "rt", errors="surrogateescape") as opened:
        messages = opened.read().splitlines()
    return [
        Line(
            at,
            datetime.fromisoformat(found.group()).timestamp() if (found := _STAMP.search(message)) else 0.0,
            "",
            6,
            message,
        )
        for at, message in enumerate(messages, 1)
    ]


def needles(folder: Path) -> list[dict[str, Any]]:
    """Each planted error: what was counted of it in the file, and what the reduction says of it."""
    found = []
    for name, texts in NEEDLES.items():
        for file in sorted(folder.glob(f"{name}*.gz")):
            lines = stamped(file)
            templates = reduce(lines).templates
            begin, end = min(line.time for line in lines), max(line.time for line in lines)
            for text in texts:
                true = [line for line in lines if text in line.message]
                late = sum(line.time > (begin + end) / 2 for line in true)
                rows = [template for template in templates if text in template.example]
                count = sum(row.count for row in rows)
                trend = sum(row.trend * row.count for row in rows) / count if count else 0.0
                times = (min((row.first for row in rows), default=0), max((row.last for row in rows), default=0))
                found.append({
                    "needle": text, "lines": len(lines), "count": len(true), "counted": count,
                    "rank": templates.index(rows[0]) + 1 if rows else 0,
                    "times_are_right": times == (min(line.time for line in true), max(line.time for line in true)),
                    "true_trend": round((2 * late - len(true)) / len(true), 2), "trend": round(trend, 2),
                })  # fmt: skip
    return found
