"""The figures of one observation that are kept from cycle to cycle."""

from collections.abc import Iterator
from math import isfinite

from tools.history import Measure
from tools.probes import Probe
from tools.probes.observation import Observation

MOST_FIGURES = 2000
"""A host with more (thousands of mounts, of units that restart) keeps the first."""


def figures(observation: Observation) -> dict[tuple[str, str], float]:
    """By metric and object, of every fact that was read."""
    found: dict[tuple[str, str], float] = {}
    for fact in observation.facts.values():
        if isinstance(fact, Probe):
            found.update({(one.metric, one.object): float(one.value) for one in _finite(fact)})
    return dict(list(found.items())[:MOST_FIGURES])


def _finite(fact: Probe) -> Iterator[Measure]:
    """Stops at the first that cannot be made: what a sick machine says must not stop a cycle."""
    try:
        for measure in fact.measures():
            if isfinite(measure.value):
                yield measure
    except (ArithmeticError, ValueError, TypeError, LookupError):
        return
