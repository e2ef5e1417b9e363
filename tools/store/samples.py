"""What the looks at a host left behind: where the raw answer is, and its figures as series and as what is usual."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from tools.history import History, Point
from tools.history.baseline import Baseline
from tools.store.database import reading
from tools.store.packing import Packed, pack, unpack
from tools.store.schema import baselines, samples, series

HOUR, DAY = 3600, 86400
EVERY_CYCLE_DAYS, HOURLY_DAYS = 2, 60
CLOSE_HOURS = 24
"""How far back `history` shows every cycle; before that one an hour."""
MOST_SERIES = 4000
"""Of one host; names that no kept look has are forgotten once a day."""

Key = tuple[str, str]


class Samples:
    """The figures of the looks, over the engine of the store."""

    _engine: sa.Engine

    def add_sample(
        self, host: str, at: datetime, run: str, snapshot: str, figures: Mapping[Key, float], snapshot_days: int = 14
    ) -> str:
        """Keep one look; a second one of the same second takes its place. Returns the snapshot of the look before it.

        The first look of an hour also learns from the hour before; the first of a day (UTC) thins what is old: 2 days
        of every cycle, 60 of one an hour, references to snapshots for `snapshot_days`. A quiet cycle writes 4 kB.
        """
        second = int(at.timestamp())
        with self._engine.begin() as db:
            before, snapshot_before = _look_before(db, host, second)
            numbers = _numbers(db, host, figures)
            packed = pack({numbers[key]: (value,) for key, value in figures.items() if key in numbers})
            db.execute(samples.delete().where(samples.c.host == host, samples.c.at == second))
            db.execute(samples.insert().values(host=host, at=second, run=run, snapshot=snapshot, figures=packed))
            if before is not None and before // HOUR < second // HOUR:
                _learn(db, host, before // HOUR)
            if before is not None and before // DAY < second // DAY:
                _thin(db, host, second, snapshot_days)
                _forget_series(db, host)
        return snapshot_before

    def history(self, host: str) -> History:
        """Every cycle of the last 24 h and one an hour before; rows are read when the first series is asked for."""
        kept = _Kept(self._engine, host)
        return History(_Series(kept), _Usual(kept))


# ---- writing


def _look_before(db: sa.Connection, host: str, second: int) -> tuple[int | None, str]:
    earlier = sa.and_(samples.c.host == host, samples.c.at < second)
    query = sa.select(samples.c.at, samples.c.snapshot).where(earlier).order_by(samples.c.at.desc()).limit(1)
    row = db.execute(query).first()
    return (row[0], row[1]) if row else (None, "")


def _numbers(db: sa.Connection, host: str, figures: Mapping[Key, float]) -> dict[Key, int]:
    """The number of every series of a host; new ones get one while there is room."""
    known = _series(db, host)
    new = [key for key in figures if key not in known][: max(0, MOST_SERIES - len(known))]
    if new:
        db.execute(series.insert(), [{"host": host, "metric": metric, "object": object_} for metric, object_ in new])
        known = _series(db, host)
    return known


def _series(db: sa.Connection, host: str) -> dict[Key, int]:
    rows = db.execute(sa.select(series.c.metric, series.c.object, series.c.id).where(series.c.host == host))
    return {(metric, object_): id_ for metric, object_, id_ in rows}


def _learn(db: sa.Connection, host: str, hour: int) -> None:
    """Add an hour that is over to what is usual at this time of the day; once, also when a look is taken again."""
    place = sa.and_(baselines.c.host == host, baselines.c.hour == hour % 24)
    row = db.execute(sa.select(baselines.c.until, baselines.c.figures).where(place)).first()
    if row and row[0] > hour * HOUR:
        return
    within = samples.c.at.between(hour * HOUR, (hour + 1) * HOUR - 1)
    values: dict[int, list[float]] = defaultdict(list)
    for (packed,) in db.execute(sa.select(samples.c.figures).where(samples.c.host == host, within)):
        if packed and (look := unpack(packed)):
            for id_, at in look.positions.items():
                values[id_].append(look.values[at])
    usual = _baselines(row[1] if row else None)
    learned = {id_: usual.get(id_, Baseline()).with_hour(found) for id_, found in values.items()}
    packed = pack({id_: (one.count, one.mean, one.spread) for id_, one in (usual | learned).items()}, width=3)
    db.execute(baselines.delete().where(place))
    db.execute(baselines.insert().values(host=host, hour=hour % 24, until=(hour + 1) * HOUR, figures=packed))


def _baselines(packed: bytes | None) -> dict[int, Baseline]:
    found = unpack(packed, width=3) if packed else None
    if found is None:
        return {}
    numbers = ((id_, found.of(id_) or (0, 0, 0)) for id_ in found.positions)
    return {id_: Baseline(int(count), mean, spread) for id_, (count, mean, spread) in numbers}


def _thin(db: sa.Connection, host: str, now: int, snapshot_days: int) -> None:
    """Of an hour the last look stays: what a counter grew by is then still right."""
    here = samples.c.host == host
    last = sa.select(sa.func.max(samples.c.at)).where(here).group_by(samples.c.at // HOUR)
    old = sa.and_(here, samples.c.at < now - EVERY_CYCLE_DAYS * DAY, samples.c.at.not_in(last))
    db.execute(samples.update().where(old, samples.c.figures.is_not(None)).values(figures=None))
    db.execute(samples.delete().where(old, samples.c.at < now - snapshot_days * DAY))
    db.execute(samples.delete().where(here, samples.c.at < now - max(HOURLY_DAYS, snapshot_days) * DAY))


def _forget_series(db: sa.Connection, host: str) -> None:
    rows = db.execute(sa.select(samples.c.figures).where(samples.c.host == host, samples.c.figures.is_not(None)))
    looks = (unpack(packed) for (packed,) in rows)
    held = {id_ for look in looks if look for id_ in look.positions}
    gone = [id_ for id_ in _series(db, host).values() if id_ not in held]
    for begin in range(0, len(gone), 500):
        db.execute(series.delete().where(series.c.id.in_(gone[begin : begin + 500])))


# ---- reading


@dataclass(frozen=True)
class _Kept:
    """What is stored of one host, read once and only when it is asked for."""

    engine: sa.Engine
    host: str

    @cached_property
    def numbers(self) -> dict[Key, int]:
        with reading(self.engine).connect() as db:
            return _series(db, self.host)

    @cached_property
    def newest(self) -> int:
        with reading(self.engine).connect() as db:
            return db.scalar(sa.select(sa.func.max(samples.c.at)).where(samples.c.host == self.host)) or 0

    @cached_property
    def looks(self) -> list[tuple[int, Packed]]:
        """Oldest first."""
        here = sa.and_(samples.c.host == self.host, samples.c.figures.is_not(None))
        last = sa.select(sa.func.max(samples.c.at)).where(here).group_by(samples.c.at // HOUR)
        shown = sa.or_(samples.c.at >= self.newest - CLOSE_HOURS * HOUR, samples.c.at.in_(last))
        query = sa.select(samples.c.at, samples.c.figures).where(here, shown).order_by(samples.c.at)
        with reading(self.engine).connect() as db:
            rows = [(at, unpack(packed)) for at, packed in db.execute(query)]
        return [(at, look) for at, look in rows if look]

    @cached_property
    def usual(self) -> dict[int, Baseline]:
        place = sa.and_(baselines.c.host == self.host, baselines.c.hour == self.newest // HOUR % 24)
        with reading(self.engine).connect() as db:
            return _baselines(db.scalar(sa.select(baselines.c.figures).where(place)))


@dataclass(frozen=True)
class _Series(Mapping[Key, tuple[Point, ...]]):
    kept: _Kept

    def __getitem__(self, key: Key) -> tuple[Point, ...]:
        id_ = self.kept.numbers[key]
        found = ((at, look.positions.get(id_), look.values) for at, look in self.kept.looks)
        return tuple(Point(at, values[place]) for at, place, values in found if place is not None)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.kept.numbers)

    def __len__(self) -> int:
        return len(self.kept.numbers)


@dataclass(frozen=True)
class _Usual(Mapping[Key, Baseline]):
    kept: _Kept

    def __getitem__(self, key: Key) -> Baseline:
        return self.kept.usual[self.kept.numbers[key]]

    def __iter__(self) -> Iterator[Key]:
        return (key for key, id_ in self.kept.numbers.items() if id_ in self.kept.usual)

    def __len__(self) -> int:
        return sum(1 for _ in self)
