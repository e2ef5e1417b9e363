"""One at a time, across processes: a lock is a file, and the kernel frees it when its holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tools.store.trouble import known_trouble


@contextmanager
def exclusive(folder: Path, name: str, seconds: float) -> Iterator[bool]:
    """Hold the lock of this name in a state folder; False when another process held it for all of `seconds`.

    `name` may be any text. Raises MachaError when the folder cannot be written to.
    """
    from filelock import FileLock, Timeout  # takes 60 ms to import, and only what acts or drives a run needs it

    locks = folder / "locks"
    lock = FileLock(locks / f"{quote(name, safe='')[:200]}.lock", timeout=seconds)
    try:
        with known_trouble(folder):
            locks.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
