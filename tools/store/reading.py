"""Rows for commands that only show things: the same SQL, without the 250 ms that SQLAlchemy takes to import."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from tools.errors import MachaError
from tools.store.trouble import why_unusable


def rows(file: Path, sql: str, *parameters: str | float) -> list[dict[str, Any]]:
    """What a SELECT finds in the SQLite database at `file`, as plain dicts; nothing when there is no database yet.

    Raises MachaError when the database cannot be read.
    """
    try:
        if not file.exists():
            return []
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, [_storable(value) for value in parameters])]
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise MachaError(f"{file}: {why_unusable(error) or f'cannot be read: {error}'}") from None
    except OSError as error:
        raise MachaError(f"{file}: cannot be read: {error.strerror}") from None
    except sqlite3.DatabaseError as error:
        raise MachaError(f"{file}: the database is damaged: {error}") from None


def _storable(value: str | float) -> str | float:
    """What a person typed may hold half a character, which no text in a database can be equal to."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def json_of(text: str) -> Any:
    """A JSON column as `rows` returns it; raises MachaError when it is damaged."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise MachaError("the database is damaged: a text in it is not JSON") from None
