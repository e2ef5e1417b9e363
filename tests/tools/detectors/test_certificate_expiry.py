import pytest

from tools.detectors import Severity
from tools.detectors.certificate_expiry import CertificateExpiryLimits, detect
from tools.probes.certificates import Certificate, Certificates

DAY = 86400.0
NOW = 1e9


def found(days_left: float, life: float = 90) -> list[tuple[str, Severity]]:
    ends = NOW + days_left * DAY
    shown = Certificates(NOW, (Certificate("127.0.0.1:443", "CN = shop.lab", ends - life * DAY, ends),))
    return [(one.kind, one.severity) for one in detect(shown, CertificateExpiryLimits())]


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (14.0, []),
        (13.9, [("tls.expiring", Severity.WARNING)]),
        (7.0, [("tls.expiring", Severity.WARNING)]),
        (6.9, [("tls.expiring", Severity.HIGH)]),
        (3.0, [("tls.expiring", Severity.HIGH)]),
        (2.9, [("tls.expiring", Severity.CRITICAL)]),
        (0.0, [("tls.expiring", Severity.CRITICAL)]),
        (-0.1, [("tls.expired", Severity.CRITICAL)]),
    ],
)
def test_days_left(days_left: float, expected: list[tuple[str, Severity]]) -> None:
    assert found(days_left) == expected


@pytest.mark.parametrize(("days_left", "is_found"), [(2.0, False), (1.4, True)])
def test_a_certificate_that_lives_six_days_is_renewed_in_its_last_quarter(days_left: float, is_found: bool) -> None:
    assert bool(found(days_left, life=6)) == is_found


def test_without_the_hosts_clock_nothing_can_be_said() -> None:
    assert list(detect(Certificates(None, (Certificate("a", "b", 0, 1),)), CertificateExpiryLimits())) == []
