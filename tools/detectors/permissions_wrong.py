"""Folders whose owner or mode keeps a service out, or lets everybody in."""

import re
from collections.abc import Iterator
from posixpath import dirname

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.unit_details import UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Units
from tools.probes.upkeep import Folder, Upkeep

_DENIED = re.compile(r"permission denied|EACCES|operation not permitted", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w./-])(/(?:var|srv|run|opt|home|etc|data|mnt)/[A-Za-z0-9._+@/-]{1,200})")

_SYSTEM_FILES = {
    "/tmp": "1777",  # noqa: S108
    "/var/tmp": "1777",  # noqa: S108
    "/etc/passwd": "644",
    "/etc/shadow": "640",
}
"""The widest mode that a system file may have, in octal digits; the sticky bit must be as it is here."""


def detect(
    units: Units, unit_logs: UnitLogs | Skipped, unit_details: UnitDetails | Skipped, upkeep: Upkeep | Skipped
) -> Iterator[Finding]:
    """`perms.wrong` with the folder as object: named by a failed unit's own log, or a system file open to all."""
    folders = upkeep.folders if isinstance(upkeep, Upkeep) else {}
    yield from _open_to_all(folders)
    if isinstance(unit_logs, Skipped):
        return
    for unit in units.failed():
        detail = unit_details.find(unit.name) if isinstance(unit_details, UnitDetails) else None
        user = detail.user if detail else ""
        for line in reversed(unit_logs.of(unit.name)):
            if line.unit == unit.name and _DENIED.search(line.message) and (found := _PATH.search(line.message)):
                path = found[1].rstrip("/.")
                said = Evidence("unit_logs", f"{line.command}: {line.message}")
                yield _kept_out(unit.name, user, path, folders, said)
                break


def _open_to_all(folders: dict[str, Folder]) -> Iterator[Finding]:
    for path, right in _SYSTEM_FILES.items():
        folder = folders.get(path)
        if folder is None:
            continue
        mode, most = int(folder.mode, 8), int(right, 8)
        if mode & ~most or (mode & 0o1000) != (most & 0o1000):
            said = f"{folder.owner}:{folder.group} {folder.mode} {path}"
            yield Finding(
                kind="perms.wrong",
                object=path,
                severity=Severity.HIGH,
                summary=f"{path} has the mode {folder.mode}; it may have at most {right}",
                evidence=(Evidence("upkeep", said),),
                details={"mode": folder.mode, "owner": folder.owner},
            )


def _kept_out(unit: str, user: str, path: str, folders: dict[str, Folder], said: Evidence) -> Finding:
    above = [folder for folder in folders.values() if path == folder.path or path.startswith(folder.path + "/")]
    nearest = max(above, key=lambda folder: len(folder.path), default=None)
    is_proven = nearest is not None and bool(user) and user not in (nearest.owner, "root") and _is_closed(nearest)
    evidence = [said]
    if nearest:
        evidence.append(Evidence("upkeep", f"{nearest.owner}:{nearest.group} {nearest.mode} {nearest.path}"))
    owner = f"belongs to {nearest.owner} with mode {nearest.mode}" if nearest else "does not let it in"
    object_ = nearest.path if nearest else dirname(path)
    return Finding(
        kind="perms.wrong",
        object=object_,
        severity=Severity.HIGH if is_proven else Severity.WARNING,
        summary=f"{unit}{f' (user {user})' if user else ''} is kept out of {object_}, which {owner}",
        evidence=tuple(evidence),
        details={"unit": unit, "user": user, "path": path},
    )


def _is_closed(folder: Folder) -> bool:
    """Whether neither group nor others may write, so that only the owner can."""
    return int(folder.mode, 8) & 0o022 == 0
