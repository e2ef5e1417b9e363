"""What follows from a move in the ledger: the audit and its views, expiry, and breakers that open."""

from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from gate import breakers
from gate.audit import Audit
from gate.interface import Entry
from gate.ledger import Ledger
from gate.queue import write_view
from tools.clock import Clock, parse_stamp, stamp
from tools.store.ballast import Ballast
from tools.store.trouble import known_trouble


@dataclass(frozen=True, slots=True)
class Recorder:
    """Keeps the files of a state folder in step with its ledger."""

    folder: Path
    ledger: Ledger
    audit: Audit
    ballast: Ballast
    clock: Clock
    fleet: frozenset[str]
    """The names of the hosts in the configuration."""

    def record(self) -> None:
        """Bring the audit with its views, and the queue for people, up to date. They are on the disk afterwards.

        Raises MachaError when they cannot be written.
        """
        attempts = count()  # at a second one, the files may be written already and the queue is not
        with known_trouble(self.folder):
            self.ballast.spend_on(
                lambda: self.audit.follow(self.ledger.events_after, self._show_queue, is_due=next(attempts) > 0)
            )

    def catch_up(self) -> None:
        """As `record`, and the queue in any case: a process that died in between has left it as it was."""
        self.record()
        with known_trouble(self.folder):
            self.ballast.spend_on(self._show_queue)

    def _show_queue(self) -> None:
        write_view(self.folder, stamp(self.clock.now()))

    def recorded(self, entry: Entry) -> Entry:
        """`entry`, once everything that follows the ledger knows of it."""
        self.record()
        return entry

    def expired(self, entry: Entry) -> Entry:
        """`entry`, moved to `expired` if its time is over."""
        if entry.state in ("proposed", "approved") and parse_stamp(entry.expires_at) <= self.clock.now():
            moved = self.ledger.move(entry, "expired", reason=f"nobody acted on it until {entry.expires_at}")
            return self.recorded(moved) if moved else self.ledger.get(entry.number)
        return entry

    def open_breakers(self, db: sa.Connection, entry: Entry) -> None:
        """Open a breaker for everything that the ledger now says against going on as before."""
        now = self.clock.now()
        for fault in breakers.faults(db, entry, now, self.fleet):
            if breakers.is_open(db, fault) or breakers.was_closed_since(db, fault, now):
                continue
            breakers.open_breaker(db, fault, now)
            self.ledger.note_in(db, "breaker_opened", **asdict(fault))
