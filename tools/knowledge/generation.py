"""One finished index on the disk: what it was filled with and the sums of its files, so that no cut one is opened.

Chroma reads whatever stands in its files, and garbage there ends the process.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tools.knowledge.collection import DoubtError

MANIFEST = "manifest.json"
_CHANGING = {"length.bin", "chroma.sqlite3"}
"""What Chroma writes also where it only reads. SQLite notices damage itself; of the other nothing depends on it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The name of the collection in a generation, and the digests of all texts in it."""

    collection: str
    digests: frozenset[str]


def finish(generation: Path, manifest: Manifest) -> None:
    """Name a generation that is whole and closed; one without a manifest is never used."""
    told = {"collection": manifest.collection, "digests": sorted(manifest.digests), "files": _sums(generation)}
    unfinished = generation / f"{MANIFEST}.part"
    unfinished.write_text(json.dumps(told))
    unfinished.rename(generation / MANIFEST)


def manifest_of(generation: Path) -> Manifest:
    """What a finished generation holds; raises DoubtError where a file of it is not as it was."""
    try:
        told = json.loads((generation / MANIFEST).read_bytes())
        manifest = Manifest(str(told["collection"]), frozenset(map(str, told["digests"])))
        is_whole = told["files"] == _sums(generation)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        raise DoubtError("the manifest of the index is damaged") from None
    if not is_whole:
        raise DoubtError("a file of the index is not as it was")
    return manifest


def _sums(generation: Path) -> dict[str, str]:
    files = [file for file in generation.glob("*/*") if file.is_file() and file.name not in _CHANGING]
    return {f"{file.parent.name}/{file.name}": _sum(file) for file in sorted(files)}


def _sum(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as opened:
        while part := opened.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
