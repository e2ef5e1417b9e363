"""Reading a recorded host from a file: our own snapshots, and those of the testbed."""

import gzip
import json
import zlib
from pathlib import Path

from tools.errors import MachaError
from tools.probes.recording import FORMAT, Recording
from tools.probes.testbed_format import from_testbed
from tools.safe_text import safe_line

LIMIT_BYTES = 64 * 1024 * 1024
"""The largest snapshot that is read, unpacked."""


def read_snapshot(path: Path) -> Recording:
    """The recording in a file of either format, plain or gzip; raises MachaError saying what is wrong with it."""
    name = safe_line(str(path))
    text = _read(path, name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise MachaError(f"{name} is not JSON: a snapshot is a file of format {FORMAT}") from None
    if isinstance(content, dict) and "format" in content:
        return Recording.from_json(text, name)
    if isinstance(content, dict) and "results" in content:
        return from_testbed(content, name)
    raise MachaError(f"{name} is not a snapshot: it has no format {FORMAT}")


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            text = gzip.GzipFile(fileobj=file).read(LIMIT_BYTES + 1) if is_packed else file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise MachaError(f"there is no snapshot {name}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise MachaError(f"snapshot {name} cannot be read: {safe_line(str(error), 200)}") from None
    if len(text) > LIMIT_BYTES:
        raise MachaError(f"snapshot {name} is larger than {LIMIT_BYTES >> 20} MiB")
    return text
