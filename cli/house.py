"""Everything a command that does something needs, made from one configuration."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

from gate.local import LocalGate
from nodes.context import Context
from tools.clock import Clock, SystemClock
from tools.configuration import Level, Settings
from tools.errors import MachaError
from tools.hosts.fleet import Fleet
from tools.model.opening import model_of
from tools.model.patience import Patience
from tools.reading.tokens import estimated_tokens
from tools.safe_text import safe_line
from tools.store.ballast import Ballast
from tools.store.memory import Store
from tools.store.readings import Readings
from tools.store.snapshots import Snapshots

LOG_BYTES = 5 << 20


@dataclass(frozen=True, slots=True)
class House:
    """The services of one state folder."""

    folder: Path
    settings: Settings
    fleet: Fleet
    clock: Clock
    log: logging.Logger
    level: Level | None = None

    @classmethod
    def open(cls, settings: Settings, level: Level | None = None) -> "House":
        """Raises MachaError when the state folder cannot be made or written to."""
        folder = settings.state()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            Ballast(folder).make_room()
            log = _logger(folder)
        except OSError as error:
            raise MachaError(
                f"{folder}: the state folder cannot be used ({error.strerror}); set stateDirectory in the configuration"
            ) from None
        return cls(folder, settings, Fleet(settings), SystemClock(), log, level)

    def gate(self) -> LocalGate:
        return LocalGate(self.folder, self.settings, self.fleet.host, self.clock, self.level)

    def context(self, run: str, progress: Callable[[str], None]) -> Context:
        return Context(
            run=run,
            settings=self.settings,
            store=Store(self.folder / "macha.db", self.clock),
            snapshots=Snapshots(self.folder / "snapshots"),
            readings=Readings(self.folder / "readings"),
            model_of=cache(lambda run: Patience(model_of(self.settings, run, self.clock, estimated_tokens))),
            gate=self.gate(),
            fleet=self.fleet,
            clock=self.clock,
            progress=progress,
        )

    def new_run(self) -> str:
        """An id that sorts by time and is never used twice."""
        return f"{self.clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


class _OneLine(logging.Formatter):
    """One entry, one line: no text from outside can begin an entry of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return safe_line(super().formatMessage(record), 1 << 14)


def _logger(folder: Path) -> logging.Logger:
    log = logging.getLogger("macha")
    log.setLevel(logging.INFO)
    log.propagate = False
    if not log.handlers:
        handler = RotatingFileHandler(folder / "orchestrator.log", maxBytes=LOG_BYTES, backupCount=3)
        handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    return log
