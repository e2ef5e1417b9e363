"""What is being done now: a moving line on a terminal, plain lines where output is piped, nothing under a second."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from tools.safe_text import safe_line

QUIET_SECONDS = 1.0


class Progress:
    """A context manager; call it with what has just begun."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._status: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console  # 50 ms that only a terminal pays

            self._status = Console(stderr=True).status("looking")
            self._status.start()
        return self

    def __call__(self, what: str) -> None:
        said = safe_line(what, 76)
        if self._status:
            self._status.update(said.replace("[", r"\["))
        elif time.monotonic() - self._begun > QUIET_SECONDS:
            print(said, file=sys.stderr, flush=True)  # noqa: T201

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The terminal is somebody else's meanwhile: the moving line would write over a question."""
        if self._status:
            self._status.stop()
        try:
            yield
        finally:
            if self._status:
                self._status.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()
