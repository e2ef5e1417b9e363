"""How far a systemd job on a unit reaches: what it stops, starts and ends on the host, and what these do in turn.

On the safe side: a relation counts whether or not systemd would follow it in the unit's present state, but for what
would make every job reach everything: a conflict stops only what is up, a start pulls in only what is down. Measured
against systemd 252 by `tests/machines/test_protected_closure.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from tools.actions import Job
from tools.probes.unit_graph import UnitGraph, UnitNode

CALLED_AT_THE_END = {"OnFailure": "OnFailureJobMode", "OnSuccess": "OnSuccessJobMode"}
"""Relations to what is started when a unit has ended, and the property that says how."""
_STOPPED_WITH = ("RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "PropagatesStopTo")
_STOPPED_BY_AN_END = ("BoundBy", "PropagatesStopTo")
"""An end that no job asked for stops less than a stop job does."""
_PULLED_IN = ("Requires", "BindsTo", "Wants", "Upholds")
_CONFLICTING = ("Conflicts", "ConflictedBy")
_RUNNING = ("active", "reloading", "refreshing")
"""Where systemd drops a start job as redundant, and with it all that the unit would pull in."""

_Step = tuple[Literal["stop", "start", "end"], UnitNode]


@dataclass(slots=True)
class Reach:
    """What a job does to the units of a host, each by its Id."""

    stopped: dict[str, UnitNode] = field(default_factory=dict)
    started: dict[str, UnitNode] = field(default_factory=dict)
    ending: dict[str, UnitNode] = field(default_factory=dict)
    """What may end by itself then: a socket whose service cannot be started any more."""
    reloaded: dict[str, UnitNode] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    """Names that it leads to and that the graph does not have."""

    def touched(self) -> dict[str, UnitNode]:
        return self.stopped | self.started | self.ending | self.reloaded

    def add(self, what: str, unit: UnitNode) -> bool:
        """Whether this was not known yet."""
        found = {"stop": self.stopped, "start": self.started, "end": self.ending, "reload": self.reloaded}[what]
        is_new = unit.id not in found
        found[unit.id] = unit
        return is_new


def reached(graph: UnitGraph, node: UnitNode, job: Job) -> Reach:
    """Follow a job and all that it leads to; the unit itself is in it where it applies."""
    contested: frozenset[str] = frozenset()
    while True:
        reach = _followed(graph, node, job, contested)
        found = _contested(graph, reach)
        if found <= contested:
            return reach
        contested |= found


def _followed(graph: UnitGraph, node: UnitNode, job: Job, contested: frozenset[str]) -> Reach:
    reach = Reach()
    if job == "reload":
        for unit in _closure(graph, node, ("PropagatesReloadTo",), reach.unknown):
            reach.add("reload", unit)
    queue: list[_Step] = []
    if job in ("stop", "restart"):
        dragged = _closure(graph, node, _STOPPED_WITH, reach.unknown)
        queue += [("stop", unit) for unit in dragged]
        queue += [("start", unit) for unit in dragged if job == "restart"]
    if job == "start" or (job == "none" and node.active_state == "failed" and _is_kept_up(graph, node)):
        queue.append(("start", node))
    for what, unit in queue:
        reach.add(what, unit)
    while queue:
        what, unit = queue.pop()
        queue += [step for step in _consequences(graph, what, unit, contested, reach.unknown) if reach.add(*step)]
    return reach


def _consequences(
    graph: UnitGraph, what: str, unit: UnitNode, contested: frozenset[str], unknown: set[str]
) -> Iterator[_Step]:
    """What systemd does next to other units once it starts or stops this one, or once it ends.

    A unit that is started may fail, so all that follows an end follows a start as well.
    """

    def others(*relations: str) -> Iterator[UnitNode]:
        return related(graph, unit, relations, unknown)

    if what == "stop":
        yield from (("stop", other) for other in others(*_STOPPED_WITH))
    if what == "start":
        pulled_in = (other for other in others(*_PULLED_IN) if _is_down(other) or other.id in contested)
        yield from (("start", other) for other in pulled_in)
        yield from (("start", other) for other in others("Triggers") if _is_down(other))
        opposed = (other for other in others(*_CONFLICTING) if _is_up(other) or other.id in contested)
        yield from (("stop", other) for other in opposed)
        # a socket or a path gives up when its unit cannot be started any more
        yield from (("end", other) for other in others("TriggeredBy") if _is_up(other))
    elif _is_up(unit) and _is_kept_up(graph, unit):
        yield "start", unit
    if what == "start" and unit.stops_when_unneeded:
        yield "stop", unit
    if what == "start" or _is_up(unit):
        yield from (("start", other) for other in others(*CALLED_AT_THE_END) if _is_down(other))
        yield from (("stop", other) for other in others(*_STOPPED_BY_AN_END) if _is_up(other))
        unneeded = (other for other in others(*_PULLED_IN, "Requisite") if other.stops_when_unneeded)
        yield from (("stop", other) for other in unneeded if _is_up(other))


def _contested(graph: UnitGraph, reach: Reach) -> frozenset[str]:
    """What one transaction of all this would both start and stop: systemd decides late which of the two it drops, and
    keeps till then what each of them pulls in, even where the unit is in that state already."""
    started, stopped = dict(reach.started), dict(reach.stopped)
    queue = [(started, unit) for unit in started.values()] + [(stopped, unit) for unit in stopped.values()]
    while queue:
        where, unit = queue.pop()
        steps = [(stopped, _STOPPED_WITH)] if where is stopped else [(started, _PULLED_IN), (stopped, _CONFLICTING)]
        for target, relations in steps:
            for other in related(graph, unit, relations, set()):
                if other.id not in target:
                    target[other.id] = other
                    queue.append((target, other))
    return frozenset(started.keys() & stopped.keys())


def related(graph: UnitGraph, unit: UnitNode, relations: Iterable[str], unknown: set[str]) -> Iterator[UnitNode]:
    """The units in any of these relations; names that the graph does not have are added to `unknown`."""
    for name in (name for relation in relations for name in unit.related(relation)):
        if other := graph.find(name):
            yield other
        else:
            unknown.add(name)


def _closure(graph: UnitGraph, root: UnitNode, relations: tuple[str, ...], unknown: set[str]) -> list[UnitNode]:
    """Everything reached from the root by these relations, the root included."""
    found = {root.id: root}
    queue = [root]
    while queue:
        for other in related(graph, queue.pop(), relations, unknown):
            if other.id not in found:
                found[other.id] = other
                queue.append(other)
    return list(found.values())


def _is_down(unit: UnitNode) -> bool:
    """Whether a start job does something to it: a unit that runs is left alone, and so is what it once pulled in."""
    return unit.active_state not in _RUNNING


def _is_up(unit: UnitNode) -> bool:
    return unit.active_state not in ("inactive", "failed")


def _is_kept_up(graph: UnitGraph, unit: UnitNode) -> bool:
    """Whether systemd starts it by itself once it is down, as a unit that is up demands."""
    return any(_is_up(keeper) for keeper in related(graph, unit, ("UpheldBy", "TriggeredBy"), set()))
