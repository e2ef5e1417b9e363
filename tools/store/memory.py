"""What Macha remembers between cycles: when runs happened, what was seen of a host, which findings are open."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tools.clock import Clock, stamp
from tools.store.database import open_database, reading
from tools.store.findings import Findings
from tools.store.samples import Samples
from tools.store.schema import hosts, runs, tables


@dataclass(frozen=True, slots=True)
class KnownHost:
    """What the cycle before left for this one; empty where it never saw the host."""

    boot_id: str = ""
    journal_cursor: str = ""
    unreachable_since: str | None = None


class Store(Findings, Samples):
    """The rows of `macha.db` that are not the gate's."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._engine = open_database(file, "store", tables)
        self._clock = clock

    def start_run(self, run: str, host_names: list[str], level: str | None) -> None:
        with self._engine.begin() as db:
            db.execute(
                runs.insert().values(
                    id=run, started_at=stamp(self._clock.now()), level=level, hosts=host_names, seconds={}
                )
            )

    def add_seconds(self, run: str, step: str, seconds: float) -> None:
        """Add to the time a run has spent in a step; a resumed run goes on counting."""
        with self._engine.begin() as db:
            spent = dict(db.scalar(sa.select(runs.c.seconds).where(runs.c.id == run)) or {})
            spent[step] = round(spent.get(step, 0.0) + seconds, 3)
            db.execute(runs.update().where(runs.c.id == run).values(seconds=spent))

    def finish_run(self, run: str) -> None:
        with self._engine.begin() as db:
            db.execute(
                runs.update()
                .where(runs.c.id == run, runs.c.finished_at.is_(None))
                .values(finished_at=stamp(self._clock.now()))
            )

    def seconds(self, run: str) -> dict[str, float]:
        """How long a run has spent in each step so far."""
        with reading(self._engine).connect() as db:
            return dict(db.scalar(sa.select(runs.c.seconds).where(runs.c.id == run)) or {})

    def unfinished_runs(self) -> list[str]:
        """Runs that have not come to their end, oldest first."""
        with reading(self._engine).connect() as db:
            return list(
                db.scalars(sa.select(runs.c.id).where(runs.c.finished_at.is_(None)).order_by(runs.c.started_at))
            )

    def finished_before(self, moment: str) -> list[str]:
        with reading(self._engine).connect() as db:
            return list(db.scalars(sa.select(runs.c.id).where(runs.c.finished_at < moment)))

    def known_host(self, name: str) -> KnownHost:
        with reading(self._engine).connect() as db:
            row = db.execute(sa.select(hosts).where(hosts.c.name == name)).mappings().first()
        return KnownHost(row["boot_id"], row["journal_cursor"], row["unreachable_since"]) if row else KnownHost()

    def host_seen(self, name: str, boot_id: str, journal_cursor: str) -> None:
        """Remember a good look at a host; empty values keep what was known."""
        known = self.known_host(name)
        self._put_host(
            name,
            seen_at=stamp(self._clock.now()),
            boot_id=boot_id or known.boot_id,
            journal_cursor=journal_cursor or known.journal_cursor,
            unreachable_since=None,
        )

    def host_unreachable(self, name: str) -> None:
        known = self.known_host(name)
        self._put_host(name, unreachable_since=known.unreachable_since or stamp(self._clock.now()))

    def _put_host(self, name: str, **values: Any) -> None:
        with self._engine.begin() as db:
            if not db.execute(hosts.update().where(hosts.c.name == name).values(**values)).rowcount:
                db.execute(hosts.insert().values(name=name, **values))
