"""The folder is the catalogue: every file here with a function `detect` is a detector; its signature is its need."""

import importlib
import pkgutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from typing import get_args, get_type_hints

import tools.detectors
from tools.detectors import Detector, Evidence, Finding, Memory, Severity
from tools.detectors.limits import Limits
from tools.detectors.thresholds import Thresholds
from tools.detectors.usual import beside_usual
from tools.probes import Probe, Skipped
from tools.probes.observation import Observation
from tools.safe_text import safe_line


@cache
def detectors() -> dict[str, Detector]:
    """Every detector by the name of its file, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(tools.detectors.__path__))
    modules = {name: importlib.import_module(f"tools.detectors.{name}") for name in names}
    return {name: module.detect for name, module in modules.items() if hasattr(module, "detect")}


def needed() -> list[type[Probe]]:
    """The probes that the detectors ask for: what a collection has to read."""
    wanted = {need.kind for detector in detectors().values() for need in _needs(detector)}
    return sorted((kind for kind in wanted if issubclass(kind, Probe)), key=lambda kind: kind.name)


def judge(observation: Observation, thresholds: Thresholds, memory: Memory) -> list[Finding]:
    """What is wrong on a host, worst first; of findings with one fingerprint, one with the evidence of all.

    A detector whose fact was skipped does not run. One that raises is itself a finding, `macha.detector`.
    """
    found: dict[str, Finding] = {}
    for name, detector in detectors().items():
        for finding in _run(name, detector, observation, thresholds, memory):
            placed = replace(beside_usual(finding, memory.history), host=observation.host, detectors=(name,))
            same = found.get(placed.fingerprint)
            found[placed.fingerprint] = _merged(same, placed) if same else placed
    return sorted(found.values(), key=lambda finding: (-finding.severity.rank, finding.kind, finding.object))


def blind(observation: Observation, unread: Collection[str] = ()) -> frozenset[str]:
    """The detectors that cannot say that something is over: a fact that they need was skipped, or is in `unread`."""
    return frozenset(name for name, detector in detectors().items() if _lacks(detector, observation, unread))


def _lacks(detector: Detector, observation: Observation, unread: Collection[str]) -> bool:
    facts = (need.kind for need in _needs(detector) if issubclass(need.kind, Probe) and not need.takes_absence)
    return any(kind.name in unread or isinstance(observation.get(kind), Skipped) for kind in facts)


@dataclass(frozen=True, slots=True)
class _Need:
    parameter: str
    kind: type[Probe] | type[Memory] | type[Limits] | type[Observation]
    takes_absence: bool


@cache
def _needs(detector: Detector) -> tuple[_Need, ...]:
    hints = {name: hint for name, hint in get_type_hints(detector).items() if name != "return"}
    return tuple(_need(name, get_args(hint) or (hint,)) for name, hint in hints.items())


def _need(parameter: str, types: tuple[type, ...]) -> _Need:
    kinds = [kind for kind in types if kind is not Skipped]
    if len(kinds) != 1 or not issubclass(kinds[0], (Probe, Memory, Limits, Observation)):
        raise TypeError(f"parameter {parameter} of a detector is neither facts, thresholds nor the memory")
    return _Need(parameter, kinds[0], takes_absence=Skipped in types)


def _run(
    name: str, detector: Detector, observation: Observation, thresholds: Thresholds, memory: Memory
) -> list[Finding]:
    arguments: dict[str, object] = {}
    for need in _needs(detector):
        value = _value(need.kind, observation, thresholds, memory)
        if isinstance(value, Skipped) and not need.takes_absence:
            return []
        arguments[need.parameter] = value
    try:
        return list(detector(**arguments))
    except Exception as error:  # one broken eye must not blind the others, nor hide that it is broken
        said = safe_line(f"{type(error).__name__}: {error}")
        summary = f"the detector {name} could not judge this host"
        return [Finding("macha.detector", name, Severity.WARNING, summary, (Evidence(name, said),))]


def _value(
    kind: type[Probe] | type[Memory] | type[Limits] | type[Observation],
    observation: Observation,
    thresholds: Thresholds,
    memory: Memory,
) -> object:
    if kind is Observation:
        return observation
    if issubclass(kind, Probe):
        return observation.get(kind)
    if issubclass(kind, Limits):
        own = (getattr(thresholds, field) for field in Thresholds.model_fields)
        return thresholds if kind is Thresholds else next(limits for limits in own if type(limits) is kind)
    return memory


def _merged(one: Finding, other: Finding) -> Finding:
    worse, milder = (one, other) if one.severity.rank >= other.severity.rank else (other, one)
    evidence = tuple(dict.fromkeys(worse.evidence + milder.evidence))
    names = tuple(dict.fromkeys(worse.detectors + milder.detectors))
    return replace(worse, evidence=evidence, details={**milder.details, **worse.details}, detectors=names)
