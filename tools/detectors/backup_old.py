"""Backups that are older than they should be."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits, Positive
from tools.probes import Skipped
from tools.probes.unit_health import UnitHealth
from tools.probes.upkeep import Upkeep


class BackupExpected(Limits):
    """One backup: a path whose newest file counts (three folders deep), or a timer that must have fired."""

    path: Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9 ._,@+=:/-]{1,250})?$")] = ""
    """file or folder, absolute"""
    timer: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9:_.@-]{1,240}\.timer)?$")] = ""
    """timer unit"""
    max_age_hours: Positive = 26
    """older than this is a finding; a day and two hours for a daily one"""
    least_bytes: int = Field(1, ge=0)
    """a newest file smaller than this is none: a backup may fail and still write a file"""

    @model_validator(mode="after")
    def _is_one(self) -> "BackupExpected":
        if bool(self.path) == bool(self.timer):
            raise ValueError("a backup needs either path or timer")
        return self


class BackupOldLimits(Limits):
    """What is to be there; nothing by default, for nobody can know."""

    expected: tuple[BackupExpected, ...] = Field(default=(), max_length=50)
    """backups that must not be older than they should be"""

    def paths(self) -> tuple[str, ...]:
        """The paths that a host has to be asked for."""
        return tuple(one.path for one in self.expected if one.path)


def detect(upkeep: Upkeep, unit_health: UnitHealth | Skipped, limits: BackupOldLimits) -> Iterator[Finding]:
    """`backup.old` with the path or timer as object. One of a path that a host does not have is missing there."""
    found = {backup.path: backup for backup in upkeep.backups}
    for wanted in limits.expected:
        if wanted.path:
            backup = found.get(wanted.path)
            if backup is None:
                continue
            age = backup.age_seconds if backup.size_bytes >= wanted.least_bytes else None
            said = f"newest file {backup.newest or '(none)'}, {backup.size_bytes} bytes"
        elif isinstance(unit_health, UnitHealth) and wanted.timer in unit_health.timers:
            last = unit_health.timers[wanted.timer].last_trigger
            age, said = (None, "it never fired") if last is None else (unit_health.now - last, "last trigger")
        else:
            continue
        if age is None or age > 3600 * wanted.max_age_hours:
            yield _finding(wanted, age, said)


def _finding(wanted: BackupExpected, age: float | None, said: str) -> Finding:
    old = "there is none" if age is None else f"it is {age / 3600:.0f} h old"
    name = wanted.path or wanted.timer
    return Finding(
        kind="backup.old",
        object=name,
        severity=Severity.HIGH if age is None else Severity.WARNING,
        summary=f"the backup {name} should be at most {wanted.max_age_hours:g} h old: {old}",
        evidence=(Evidence("upkeep" if wanted.path else "unit_health", f"{name}: {said}; {old}"),),
        details={"max_age_hours": f"{wanted.max_age_hours:g}"},
    )
