"""Masked services that something still wants."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.probes import Skipped
from tools.probes.unit_details import UnitDetails
from tools.probes.unit_health import UnitHealth
from tools.probes.units import Units

_KIND = "unit.masked"


def detect(
    units: Units, unit_health: UnitHealth, unit_details: UnitDetails | Skipped, memory: Memory
) -> Iterator[Finding]:
    """`unit.masked` with the unit as object, where it ran in this boot before, or another unit fails without it, or an
    enabled one that would last and that something active wants does not even start.

    A unit that was masked before it ever ran is how people switch off a getty or a timer for good: nothing to say.
    Ours: no anchor looks at masks. Once said it stays until the mask is gone, over a reboot too.
    """
    failed = unit_details.units.values() if isinstance(unit_details, UnitDetails) else ()
    active = {unit.name for unit in units.units if unit.active == "active"}
    waiting = [
        one
        for one in unit_health.stopped.values()
        if one.load_state == "loaded" and one.is_lasting and not active.isdisjoint(one.wanted_by)
    ]
    for unit in units.units:
        if unit.load != "masked" or unit.active != "inactive":
            continue
        broken = [other.id for other in failed if other.active_state == "failed" and unit.name in other.requires]
        kept = [other.id for other in waiting if unit.name in other.requires]
        stopped = unit_health.stopped.get(unit.name)
        ran = stopped is not None and stopped.inactive_enter is not None
        if broken or kept or ran or memory.is_open(_KIND, unit.name):
            needy = broken + kept
            why = f"{needy[0]} requires it" if needy else "it is enabled and ran before"
            yield _finding(unit.name, why, needy, Severity.HIGH if broken else Severity.WARNING)


def _finding(name: str, why: str, needy: list[str], severity: Severity) -> Finding:
    return Finding(
        kind=_KIND,
        object=name,
        severity=severity,
        summary=f"{name} is masked, so nothing can start it, though {why}",
        evidence=(Evidence("units", f"{name} masked inactive dead; {why}"),),
        details={"needed_by": " ".join(needy)},
    )
