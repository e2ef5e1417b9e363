"""Who is asked next: a queue with priorities in front of the model's slots, for all processes of a machine.

A question is a ticket. It waits until it is the most urgent one and a slot is free, and holds the slot for one call
only, so that a person's question overtakes a long reading at the next call. A ticket lives by its lease, which a
thread renews: when its process is killed, the slot is free again after `LEASE_SECONDS`. A holder that was stopped for
longer than that goes on without knowing; then two calls overlap, which does no harm.
"""

import os
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tools.clock import Clock, Deadline
from tools.errors import MachaError
from tools.model import Priority, Purpose
from tools.model.tables import MOMENT, hurried, tickets
from tools.model.turns import boot_id, served, urgency
from tools.safe_text import safe_line

LEASE_SECONDS = 10.0
LOOKS_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in the queue; `server` is who answers."""

    id: int
    server: str


class Tickets:
    """The queue over `model.db`; `slots` is how many questions each server, by name, works on at the same time."""

    def __init__(
        self, engine: sa.Engine, slots: Mapping[str, int], clock: Clock, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self._engine = engine
        self._slots = slots
        self._clock = clock
        self._lease = lease_seconds
        self._boot = boot_id()

    @contextmanager
    def slot(
        self, priority: Priority, purpose: Purpose, who: str, deadline: Deadline, servers: Collection[str]
    ) -> Iterator[Ticket | None]:
        """Hold a slot of one of these servers; None when none became free before the deadline. Raises MachaError when
        `model.db` cannot be used."""
        now = self._clock.monotonic()
        row: dict[str, Any] = {
            "priority": int(priority),
            "purpose": purpose.value,
            "who": safe_line(f"{who} (process {os.getpid()})", 100),
            "born": now,
            "lease": now + self._lease,
            "boot": self._boot,
            "wanted": list(servers),
        }
        with self._engine.begin() as db:
            number = db.execute(tickets.insert().values(row).returning(tickets.c.id)).scalar_one()
        row["id"] = number
        stop = threading.Event()
        beat = threading.Thread(target=self._live, args=(number, stop), daemon=True)
        beat.start()
        try:
            yield self._wait(row, deadline)
        finally:
            stop.set()
            beat.join(MOMENT)

    def _wait(self, row: Mapping[str, Any], deadline: Deadline) -> Ticket | None:
        while True:
            got = self._take(row)
            if isinstance(got, str):
                return Ticket(row["id"], got)
            if deadline.is_over():
                return None
            pause = LOOKS_EVERY_SECONDS * min(10, 1 + got)  # who is far behind need not look so often
            self._clock.sleep(min(pause, max(0.001, deadline.left())))

    def _take(self, own: Mapping[str, Any]) -> str | int:
        """The server whose slot this ticket has got, if it is its turn, else how many of those before it compete.

        Writes only in its turn, and to remove the dead.
        """
        now = self._clock.monotonic()
        with self._engine.begin() as db:
            rows = {row["id"]: dict(row) for row in db.execute(sa.select(tickets)).mappings()}
            gone = [id_ for id_, row in rows.items() if row["boot"] != self._boot or row["lease"] < now]
            if gone:
                db.execute(tickets.delete().where(tickets.c.id.in_(gone)))
            living = {id_: row for id_, row in rows.items() if id_ not in gone}
            if own["id"] not in living:  # this machine slept for longer than the lease
                again = {**own, "lease": now + self._lease}
                db.execute(tickets.insert().values(again))
                living[own["id"]] = {**again, "server": None}
            free = {
                name: self._slots[name] - sum(row["server"] == name for row in living.values()) for name in self._slots
            }
            waiting = sorted(
                (row for row in living.values() if row["server"] is None),
                key=lambda row: (-urgency(row["priority"], now - row["born"]), row["id"]),
            )
            before = waiting[: [row["id"] for row in waiting].index(own["id"])]
            server = served([row["wanted"] for row in before], own["wanted"], free)
            if server is None:
                return sum(not row["wanted"] or bool({*row["wanted"]} & {*own["wanted"]}) for row in before)
            db.execute(tickets.update().where(tickets.c.id == own["id"]).values(server=server, began=now))
            return server

    def _live(self, number: int, stop: threading.Event) -> None:
        """Renews the lease until the end, then gives the slot back: here, so that who has an answer does not wait for a
        file that somebody keeps locked."""
        mine = tickets.c.id == number
        while not stop.wait(self._lease / 3):
            # On a full disk the lease lapses, and the question goes on.
            with suppress(MachaError), hurried(self._engine).begin() as db:
                db.execute(tickets.update().where(mine).values(lease=self._clock.monotonic() + self._lease))
        with suppress(MachaError), hurried(self._engine, self._lease).begin() as db:
            db.execute(tickets.delete().where(mine))
