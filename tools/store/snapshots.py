"""Raw output of machines, kept once per content: compressed, named by its hash, removed by age and size."""

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import MachaError

if TYPE_CHECKING:
    from tools.probes.recording import Recording

_NAME = re.compile(r"[0-9a-f]{1,16}")


class Snapshots:
    """A folder of recordings. The name of one is the hash of its content, so that it proves what was seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, recording: "Recording") -> str:
        """Keep a recording; returns its name (16 hex digits)."""
        content = recording.to_json().encode()
        name = sha256(content).hexdigest()[:16]
        file = self.file(name)
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = file.with_suffix(f".{os.getpid()}.part")
            unfinished.write_bytes(gzip.compress(content, 6, mtime=0))
            unfinished.rename(file)
        return name

    def load(self, name: str) -> "Recording":
        """The recording of this name; raises MachaError when it is gone or not what its name says."""
        try:
            content = gzip.decompress(self.file(name).read_bytes())
        except (OSError, EOFError, zlib.error):
            raise MachaError(f"snapshot {name}: not there, or damaged") from None
        if sha256(content).hexdigest()[:16] != name:
            raise MachaError(f"snapshot {name}: its content does not match its name")
        from tools.probes.recording import Recording  # pydantic, which a list of names does without

        return Recording.from_json(content, f"snapshot {name}")

    def named(self, prefix: str) -> str:
        """The one name that begins so; raises MachaError where there is none, or more than one."""
        text = prefix.lower()
        found = sorted(self._beginning(text)) if _NAME.fullmatch(text) else []
        if not found:
            raise MachaError(f"there is no snapshot {prefix}; `macha snapshot list` shows those there are")
        if len(found) > 1:
            raise MachaError(f"{prefix} begins several names: {', '.join(found[:6])}")
        return found[0]

    def size_bytes(self, name: str) -> int | None:
        """On the disk; None where it is no longer kept."""
        try:
            return self.file(name).stat().st_size
        except OSError:
            return None

    def _beginning(self, text: str) -> set[str]:
        files = self._folder.glob(f"{text[:2]:?<2}/{text}*.json.gz")
        return {file.name.removesuffix(".json.gz") for file in files}

    def file(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.json.gz"

    def prune(self, older_than: float, megabytes: int) -> int:
        """Remove snapshots from before `older_than` (seconds since the epoch) and the oldest beyond `megabytes`.

        Returns how many were removed.
        """
        kept = sorted(self._kept())
        size, removed = sum(size for _, size, _ in kept), 0
        for changed, bytes_, file in kept:
            if changed >= older_than and size <= megabytes << 20:
                break
            file.unlink(missing_ok=True)
            size, removed = size - bytes_, removed + 1
        return removed

    def _kept(self) -> Iterator[tuple[float, int, Path]]:
        """When each file was written and how big it is, also those that a crash left unfinished."""
        for file in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):  # another process may prune as well
                known = file.stat()
                yield known.st_mtime, known.st_size, file
