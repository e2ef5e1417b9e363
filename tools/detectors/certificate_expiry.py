"""TLS certificates that ran out or soon will."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from tools.detectors import Evidence, Finding, Severity
from tools.detectors.limits import Limits, Percent, Positive
from tools.probes.certificates import Certificate, Certificates

_DAY = 86400
_CertificateFile = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9 ._,@+=:/-]{1,250}$")]


class CertificateExpiryLimits(Limits):
    """Days until a certificate ends.

    Anchors: netdata 14 and 7 (critical); awesome-prometheus-alerts 20, 7 and 3 (critical), below 0 critical. A
    certificate that lives only days is always near its end: no level is above a quarter of its life.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("critical_days", "high_days", "warning_days"),)

    warning_days: Positive = 14
    """less is a warning"""
    high_days: Positive = 7
    """less is high"""
    critical_days: Positive = 3
    """less is critical"""
    share_of_life_percent: Percent = 25
    """no level is above this part of the certificate's life"""
    files: tuple[_CertificateFile, ...] = Field(default=(), max_length=50)
    """certificate files to look at too, besides what local listeners show"""


def detect(certificates: Certificates, limits: CertificateExpiryLimits) -> Iterator[Finding]:
    """`tls.expired`, critical, and `tls.expiring`, with `address:port` or the file as object.

    A renewed certificate has months again, so there is nothing to flap: no second level, no hold.
    """
    if certificates.now is None:
        return
    for certificate in certificates.certificates:
        left = (certificate.ends - certificates.now) / _DAY
        if severity := _severity(certificate, left, limits):
            yield _finding(certificate, left, severity)


def _severity(certificate: Certificate, left: float, limits: CertificateExpiryLimits) -> Severity | None:
    life = limits.share_of_life_percent / 100 * (certificate.ends - certificate.begins) / _DAY
    if left < min(limits.critical_days, life):
        return Severity.CRITICAL
    if left < min(limits.high_days, life):
        return Severity.HIGH
    return Severity.WARNING if left < min(limits.warning_days, life) else None


def _finding(certificate: Certificate, left: float, severity: Severity) -> Finding:
    is_over = left < 0
    said = f"ran out {-left:.1f} days ago" if is_over else f"runs out in {left:.1f} days"
    return Finding(
        kind="tls.expired" if is_over else "tls.expiring",
        object=certificate.place,
        severity=Severity.CRITICAL if is_over else severity,
        summary=f"the certificate of {certificate.place} ({certificate.subject}) {said}",
        evidence=(Evidence("certificates", f"{certificate.place} subject {certificate.subject}: {said}"),),
        details={"subject": certificate.subject, "days_left": f"{left:.1f}"},
    )
