"""Configured applications that do not answer well."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.probes.applications import Answer, Applications

_Url = Annotated[
    str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]{1,253}(/[A-Za-z0-9._~/%?=&+,:@-]{0,300})?$")
]


class AppUnhealthyLimits(Limits):
    """Anchors: awesome-prometheus-alerts' blackbox rules, no answer or a status from 400 on at once, slower than 1 s a
    warning.
    """

    urls: tuple[_Url, ...] = Field(default=(), max_length=10)
    """addresses that each host is asked to fetch from itself; none by default"""
    slow_seconds: Positive = 1
    """an answer that takes longer is a warning"""
    hold_seconds: NotNegative = 60
    """how long it must be so before it is said"""


def detect(applications: Applications, memory: Memory, limits: AppUnhealthyLimits) -> Iterator[Finding]:
    """`app.unhealthy` with the address as object."""
    for answer in applications.answers:
        if said := _why_not_well(answer, limits):
            yield Finding(
                kind="app.unhealthy",
                object=answer.url,
                severity=Severity.HIGH if answer.exit_status or answer.status >= 400 else Severity.WARNING,
                summary=f"{answer.url} {said}",
                evidence=(
                    Evidence(
                        "applications",
                        f"curl status {answer.exit_status}, HTTP {answer.status}, {answer.seconds:.2f} s",
                    ),
                ),
                hold_seconds=hold(limits.hold_seconds, memory),
            )


def _why_not_well(answer: Answer, limits: AppUnhealthyLimits) -> str | None:
    if answer.exit_status:
        return f"does not answer (curl status {answer.exit_status})"
    if answer.status >= 400:
        return f"answers with status {answer.status}"
    return f"took {answer.seconds:.1f} s to answer" if answer.seconds > limits.slow_seconds else None
