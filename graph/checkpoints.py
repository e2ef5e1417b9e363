"""Where runs are kept: LangGraph's checkpoints in SQLite, strict about what they may contain."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

BUSY_SECONDS = 30


def open_checkpoints(file: Path) -> SqliteSaver:
    """The checkpoints at `file`, which is made when it is not there. Only plain values are ever built from a row."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, check_same_thread=False)
    connection.execute("PRAGMA synchronous=FULL")
    return SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=[]))


def prune(saver: SqliteSaver, runs: Iterable[str]) -> int:
    """Remove the checkpoints of these runs; returns of how many. Who waits is never among them: ask the store."""
    removed = 0
    for run in runs:
        saver.delete_thread(run)
        removed += 1
    if removed:
        saver.conn.execute("VACUUM")
    return removed
