"""Services that ought to run and do not, though nothing calls them failed."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.unit_health import StoppedService, UnitHealth
from tools.probes.units import Units


class UnitInactiveLimits(Limits):
    """Anchor: awesome-prometheus-alerts, inactive for 5 minutes, for services that an administrator names.

    We name none: enabled, wanted by something that is active, and stopped on request or kept down by what it requires.
    """

    hold_seconds: NotNegative = 300
    """how long a stopped service may stay down before it is said"""


def detect(unit_health: UnitHealth, units: Units, memory: Memory, limits: UnitInactiveLimits) -> Iterator[Finding]:
    """`unit.inactive` with the service as object; at once where what it requires has failed or is masked."""
    states = {unit.name: unit.active for unit in units.units}
    masked = {unit.name for unit in units.units if unit.load == "masked" and unit.active == "inactive"}
    for service in unit_health.stopped.values():
        wanted_by = [name for name in service.wanted_by if states.get(name) == "active"]
        if service.load_state != "loaded" or not wanted_by:
            continue
        broken = [name for name in service.requires if states.get(name) == "failed"]
        if broken:
            yield _finding(service, f"it requires {broken[0]}, which is failed", wanted_by, because=broken[0])
        elif service.is_lasting and not masked.isdisjoint(service.requires):
            because = next(name for name in service.requires if name in masked)
            yield _finding(service, f"it requires {because}, which is masked", wanted_by, because=because)
        elif _is_stopped(service):
            why = f"it was stopped {(unit_health.uptime_seconds - (service.inactive_enter or 0)) / 60:.0f} min ago"
            yield _finding(service, why, wanted_by, hold_seconds=hold(limits.hold_seconds, memory))


def _is_stopped(service: StoppedService) -> bool:
    """Whether a lasting, enabled service was stopped on request. What only runs when something asks for it is not."""
    if not service.is_lasting or service.triggered_by or service.condition_result == "no":
        return False
    return service.unit_file_state.startswith("enabled") and service.was_stopped_by_request


def _finding(
    service: StoppedService, why: str, wanted_by: list[str], *, because: str = "", hold_seconds: float = 0
) -> Finding:
    return Finding(
        kind="unit.inactive",
        object=service.id,
        severity=Severity.WARNING,
        summary=f"{service.id} does not run: {why}",
        evidence=(
            Evidence("unit_health", f"{service.id} inactive {service.sub_state}, {service.unit_file_state}"),
            Evidence("unit_health", f"wanted by {' '.join(wanted_by)}; {why}"),
        ),
        details={"requires": because, "result": service.result} if because else {"result": service.result},
        hold_seconds=hold_seconds,
    )
