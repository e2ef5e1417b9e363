"""Units that systemd refuses to start because they were started too often."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.unit_details import UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Units

_REFUSED = "Start request repeated too quickly"


def detect(units: Units, unit_details: UnitDetails | Skipped, unit_logs: UnitLogs | Skipped) -> Iterator[Finding]:
    """`unit.start_limit` with the unit as object: a start alone does not help, the counter must run out or be reset.

    Ours: the anchors only see that the unit is failed, which is said too.
    """
    for unit in units.failed():
        detail = unit_details.find(unit.name) if isinstance(unit_details, UnitDetails) else None
        lines = unit_logs.of(unit.name) if isinstance(unit_logs, UnitLogs) else ()
        own = [line for line in lines if line.about == unit.name and _REFUSED in line.message]
        if (detail is None or detail.result != "start-limit-hit") and not own:
            continue
        said = own[-1].message if own else f"{unit.name}: Result=start-limit-hit"
        yield Finding(
            kind="unit.start_limit",
            object=unit.name,
            severity=Severity.WARNING,
            summary=f"systemd gave {unit.name} up after too many starts in a short time",
            evidence=(Evidence("unit_logs" if own else "unit_details", said),),
        )
