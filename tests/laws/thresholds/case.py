"""What a case is: a host whose one figure is given, and the threshold that decides about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from tests.conftest import ManualClock
from tests.tools.detectors.observing import facts
from tests.tools.detectors.remembering import FIRST_LOOK
from tools.detectors import Finding, Memory, Severity
from tools.detectors.catalogue import judge
from tools.detectors.thresholds import Thresholds
from tools.probes import Probe
from tools.probes.observation import Observation
from tools.store.memory import Store


class World(NamedTuple):
    """What Macha is told of a host: facts of now, and what it remembers."""

    observation: Observation
    memory: Memory


def world(*given: Probe, memory: Memory = FIRST_LOOK) -> World:
    return World(facts(*given), memory)


class Wrong(NamedTuple):
    """A host on the wrong side of a threshold."""

    field: str
    limit: float
    given: float
    found: list[str]


@dataclass(frozen=True)
class Level:
    """A figure that is bad on one side of `field`: there the host has a finding of `kind`, and on the other it has not.

    What is milder than `severity` does not count. `moved` is another value of the threshold, which has to decide in the
    same way: so nobody reads a constant where the configuration should rule.
    """

    field: str
    kind: str
    host: Callable[[float], World]
    moved: float
    step: float = 0.1
    severity: Severity = Severity.WARNING
    is_bad_when_small: bool = False
    counts: Callable[[Finding], bool] = lambda _: True

    def observations(self) -> int:
        return 4

    def wrong(self, _: Store, __: ManualClock) -> Iterator[Wrong]:
        for limit in (value_of(self.field), self.moved):
            for given, is_bad in (
                (limit - self.step, self.is_bad_when_small),
                (limit + self.step, not self.is_bad_when_small),
            ):
                found = judge(*_ordered(self.host(given), thresholds(self.field, limit)))
                alarms = [one for one in found if one.kind == self.kind and one.severity.rank >= self.severity.rank]
                if any(map(self.counts, alarms)) != is_bad:
                    yield Wrong(self.field, limit, given, [f"{one.kind} {one.severity}" for one in found])


@dataclass(frozen=True)
class Hold:
    """A finding that counts only once it has lasted: until then it waits in the store, and after a look without it, it
    is over at once."""

    field: str
    kind: str
    host: World
    moved: float

    def observations(self) -> int:
        return 2 * sum(2 if limit else 1 for limit in (value_of(self.field), self.moved))

    def wrong(self, store: Store, clock: ManualClock) -> Iterator[Wrong]:
        for limit in (value_of(self.field), self.moved):
            name = f"{self.field} {limit}"
            judged = judge(*_ordered(self.host, thresholds(self.field, limit)))
            found = [replace(one, host=name) for one in judged if one.kind == self.kind and one.hold_seconds == limit]
            begun = clock.now()
            for after, is_said in (*([(limit - 1, False)] if limit else []), (limit + 1, True)):
                store.record_findings("begun", name, found)
                clock.sleep((begun + timedelta(seconds=after) - clock.now()).total_seconds())
                store.record_findings(f"after {after}", name, found)
                if bool(store.open_findings([name])) != is_said:
                    yield Wrong(self.field, limit, after, [one.kind for one in found])
            store.record_findings("healed", name, [])
            if store.open_findings([name]) or store.pending_count([name]):
                yield Wrong(self.field, limit, 0, ["not over"])


Case = Level | Hold


def thresholds(field: str, value: float) -> Thresholds:
    """The defaults with one of them changed; `backup_old.expected.0.…` is one of an expected backup."""
    section, name = field.split(".", 1)
    changed: dict[str, Any] = {name: value}
    if section == "backup_old":
        kept = {"path": "/srv/backup", "max_age_hours": 26, "least_bytes": 100}
        changed = {"expected": [kept | {name.rpartition(".")[2]: value}]}
    if section == "app_unhealthy":
        changed["urls"] = ["http://127.0.0.1/"]
    return Thresholds.model_validate({section: changed})


def value_of(field: str) -> float:
    """The default of a threshold; of an expected backup the one used in its case."""
    section, name = field.split(".", 1)
    if section == "backup_old":
        return {"expected.max_age_hours": 26.0, "expected.least_bytes": 100.0}[name]
    return float(getattr(getattr(Thresholds(), section), name))


def _ordered(given: World, limits: Thresholds) -> tuple[Observation, Thresholds, Memory]:
    return given.observation, limits, given.memory
