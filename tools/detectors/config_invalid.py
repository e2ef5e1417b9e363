"""Configuration files that a program itself calls wrong, naming file and line."""

import re
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.sshd_config import SshdConfig
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Units

_PLACE = re.compile(r"(/etc/[A-Za-z0-9_@%+./-]{1,200}?)(?::| line |, line |: line |\(line )(\d{1,6})\b")
_PLACE_BEHIND = re.compile(
    r"\b(?:on )?line (\d{1,6}) (?:of|in) [\"']?(/etc/[A-Za-z0-9_@%+./-]{1,200}?)[\"']?(?=[:;,\s]|$)"
)
"""`file:5`, `file line 5`, `file, line 5` (nginx, sshd, postfix, haproxy) and `line 5 of file` (Apache)."""
_WRONG = re.compile(
    r"\b(?:emerg|alert|error|invalid|unknown|unexpected|unsupported|bad|syntax|parse|parsing|cannot|could not|missing|"
    r"not allowed|no such|duplicate|unterminated|unrecognized)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"\b(?:ignoring|ignored|deprecated|warn|warning)\b", re.IGNORECASE)


def detect(
    units: Units | Skipped, unit_logs: UnitLogs | Skipped, sshd_config: SshdConfig | Skipped
) -> Iterator[Finding]:
    """`config.invalid` with the file as object, from `sshd -t` and from what failed units wrote before they died."""
    if isinstance(sshd_config, SshdConfig):
        for complaint in sshd_config.complaints:
            if place := _place(complaint):
                yield _finding(*place, "ssh.service", Evidence("sshd_config", complaint))
    if isinstance(units, Units) and isinstance(unit_logs, UnitLogs):
        for unit in units.failed():
            for line in unit_logs.of(unit.name):
                # The program's own words only: the manager's complaints about unit files do not keep a unit down.
                if line.unit == unit.name and (place := _place(line.message)):
                    yield _finding(*place, unit.name, Evidence("unit_logs", f"{line.command}: {line.message}"))


def _place(text: str) -> tuple[str, str] | None:
    """File and line that `text` complains about, or None."""
    if not _WRONG.search(text) or _HARMLESS.search(text):
        return None
    if found := _PLACE.search(text):
        file, number = found[1], found[2]
    elif found := _PLACE_BEHIND.search(text):
        file, number = found[2], found[1]
    else:
        return None
    return None if ".." in file else (file, number)


def _finding(file: str, line: str, unit: str, evidence: Evidence) -> Finding:
    return Finding(
        kind="config.invalid",
        object=file,
        severity=Severity.HIGH,
        summary=f"{file} line {line} is not valid for {unit}",
        evidence=(evidence,),
        details={"unit": unit, "line": line},
    )
