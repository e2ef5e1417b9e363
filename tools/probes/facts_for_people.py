"""The few facts of a host that a person wants to see at a glance, as labels and words."""

from collections.abc import Callable

from tools.probes import Probe, Skipped
from tools.probes.boots import Boots
from tools.probes.load import Load
from tools.probes.memory import Memory
from tools.probes.mounts import Mounts
from tools.probes.observation import Observation, P
from tools.probes.system import System
from tools.probes.units import Units

SHOWN: tuple[type[Probe], ...] = (System, Boots, Load, Memory, Mounts, Units)
GIBIBYTE = 1 << 30


def facts_for_people(facts: Observation) -> dict[str, str]:
    """By label, in the order they are shown; a fact that could not be read says why."""
    return {
        "system": _words(facts, System, _system),
        "up": _words(facts, Boots, _up),
        "load": _words(facts, Load, _load),
        "memory": _words(facts, Memory, _memory),
        "disks": _words(facts, Mounts, _disks),
        "units": _words(facts, Units, _units),
    }


def _words(facts: Observation, kind: type[P], words: Callable[[P], str]) -> str:
    fact = facts.get(kind)
    return f"unknown: {fact.why}" if isinstance(fact, Skipped) else words(fact)


def _system(fact: System) -> str:
    manager = "" if fact.has_systemd else "without systemd"
    kept = (fact.os_name, f"kernel {fact.kernel}", manager, _in(fact.virtualization))
    return ", ".join(word for word in kept if word)


def _in(virtualization: str) -> str:
    return "" if virtualization in ("", "none") else f"in {virtualization}"


def _up(fact: Boots) -> str:
    days, seconds = divmod(fact.uptime_seconds, 86400)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"


def _load(fact: Load) -> str:
    return f"{fact.load1:.2f} {fact.load5:.2f} {fact.load15:.2f} on {fact.cores} core{'s' if fact.cores != 1 else ''}"


def _memory(fact: Memory) -> str:
    return f"{_size(fact.available_bytes)} of {_size(fact.total_bytes)} available"


def _disks(fact: Mounts) -> str:
    sized = [mount for mount in fact.mounts if mount.used_percent is not None]
    real = [mount for mount in sized if mount.source.startswith("/dev/") or mount.mounted_on == "/"]
    fullest = sorted(real, key=lambda mount: -(mount.used_percent or 0))[:3]
    return ", ".join(f"{m.mounted_on} {m.used_percent:.0f} % full" for m in fullest) or "none"


def _units(fact: Units) -> str:
    return f"{len(fact.units)} loaded, {len(fact.failed())} failed"


def _size(number: int) -> str:
    return f"{number / GIBIBYTE:.1f} GiB" if number >= GIBIBYTE else f"{number >> 20} MiB"
