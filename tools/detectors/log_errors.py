"""Services that log many errors."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.levels import goes_on
from tools.detectors.limits import Limits
from tools.probes import Skipped
from tools.probes.journal_errors import JournalErrors
from tools.probes.journal_export import JournalLine
from tools.probes.wall_clock import WallClock

_SHOWN = 3
_OF_STRANGERS = re.compile(
    r"(?:error|fatal): (?:kex_exchange_identification|kex_protocol_error|Protocol major versions differ"
    r"|maximum authentication attempts exceeded|PAM: (?:Authentication failure|User not known)"
    r"|Timeout before authentication|userauth_pubkey: |ssh_dispatch_run_fatal: |[^\n]{0,200}\[preauth\]$)"
)
"""What anybody on the network can make sshd log before it knows who that is."""
_VARYING = re.compile(r"0x[0-9a-fA-F]+|\d+")


class LogErrorsLimits(Limits):
    """Error lines of one service since the cycle before. Ours: none of the anchors counts journal lines.

    A healthy host of the testbed logs up to 4 in ten minutes.
    """

    info_lines: Annotated[int, Field(ge=1)] = 10
    """From so many error lines of one service on they are mentioned."""
    warning_lines: Annotated[int, Field(ge=1)] = 100
    """From so many on they are a warning."""

    @model_validator(mode="after")
    def _in_order(self) -> "LogErrorsLimits":
        if self.info_lines > self.warning_lines:
            raise ValueError("infoLines must not be above warningLines")
        return self


def detect(
    journal_errors: JournalErrors, wall_clock: WallClock | Skipped, limits: LogErrorsLimits
) -> Iterator[Finding]:
    """`log.errors` with the service as object.

    Only what a system service wrote or the manager said of one counts: that is what journald itself attests. Lines of
    logged-in users, whatever they claim to be, do not. Information are errors that ended a minute ago, and what
    strangers at the door of sshd make it log.
    """
    by_unit: dict[str, list[JournalLine]] = defaultdict(list)
    for line in journal_errors.lines:
        if _is_of_a_service(line):
            by_unit[line.subject].append(line)
    for unit, lines in by_unit.items():
        if len(lines) >= limits.info_lines:
            own = [line for line in lines if not _is_of_strangers(line)]
            is_alarm = len(own) >= limits.warning_lines and goes_on(own[-1].microseconds, wall_clock)
            severity = Severity.WARNING if is_alarm else Severity.INFO
            yield _finding(unit, lines, severity, is_complete=journal_errors.is_complete)


def _is_of_a_service(line: JournalLine) -> bool:
    is_user_manager = line.subject.startswith("user@")
    return line.subject.endswith(".service") and not is_user_manager and line.transport != "kernel"


def _is_of_strangers(line: JournalLine) -> bool:
    return line.command in ("sshd", "sshd-session", "sshd-auth") and _OF_STRANGERS.match(line.message) is not None


def _finding(unit: str, lines: list[JournalLine], severity: Severity, *, is_complete: bool) -> Finding:
    kinds = Counter(_VARYING.sub("#", line.message) for line in lines)
    first = {_VARYING.sub("#", line.message): line.message for line in reversed(lines)}
    at_least = "" if is_complete else "at least "
    return Finding(
        kind="log.errors",
        object=unit,
        severity=severity,
        summary=f"{unit} logged {at_least}{len(lines)} errors of {len(kinds)} kinds",
        evidence=tuple(
            Evidence("journal_errors", f"{count} x {first[kind]}") for kind, count in kinds.most_common(_SHOWN)
        ),
        details={"lines": str(len(lines)), "kinds": str(len(kinds))},
    )
