"""What was read of logs: parts for the model, kept by content, its answers to them, and what each host always says.

All of it is a cache: what is gone or damaged is read, or asked, once more.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.store.trouble import known_trouble


class Readings:
    """A folder of JSON files, each named by the hash of what it is about."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, value: Any) -> str:
        """Keep a value under its own hash; returns that name (32 hex digits)."""
        name = key(json.dumps(value, sort_keys=True))
        self.keep(name, value)
        return name

    def keep(self, name: str, value: Any) -> None:
        """Keep a value under a name that `key` or `put` has made. Raises MachaError when the folder is not writable."""
        file = self._file(name)
        with known_trouble(self._folder.parent):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
            unfinished.write_text(json.dumps(value))
            unfinished.rename(file)

    def get(self, name: str) -> Any:
        """What is kept under a name; None where there is nothing, or it is damaged."""
        try:
            return json.loads(self._file(name).read_text())
        except (OSError, ValueError, RecursionError):
            return None

    def prune(self, before: float) -> None:
        """Remove what was last written before a Unix time. What a host always says is written with every reading."""
        for file in self._files():
            with suppress(OSError):
                if file.stat().st_mtime < before:
                    file.unlink()

    def _files(self) -> Iterator[Path]:
        with suppress(OSError):
            yield from self._folder.iterdir()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def key(*about: str) -> str:
    """The name of what is about all of these texts together."""
    return sha256(json.dumps(about).encode()).hexdigest()[:32]
