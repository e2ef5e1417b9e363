import pytest

from tools.detectors import Memory, Severity
from tools.detectors.boot_anomaly import detect
from tools.probes.boots import Boots

DAY = 24 * 3600


def found(*, uptime: int, clean: bool | None, known: str) -> list[tuple[str, Severity]]:
    return [(one.kind, one.severity) for one in detect(Boots("b" * 32, uptime, clean, ("x",)), Memory(boot_id=known))]


@pytest.mark.parametrize(
    ("uptime", "clean", "known"),
    [
        pytest.param(60, True, "", id="first look after a clean reboot"),
        pytest.param(60, None, "", id="first boot ever"),
        pytest.param(DAY, False, "", id="a crash long ago"),
        pytest.param(DAY, False, "b" * 32, id="a crash long ago, known boot"),
        pytest.param(60, True, "b" * 32, id="the same boot"),
    ],
)
def test_is_left_alone(uptime: int, clean: bool | None, known: str) -> None:
    assert found(uptime=uptime, clean=clean, known=known) == []


@pytest.mark.parametrize(
    ("uptime", "clean", "known", "kind", "severity"),
    [
        (DAY - 1, False, "", "boot.unexpected", Severity.WARNING),
        (DAY - 1, False, "b" * 32, "boot.unexpected", Severity.WARNING),
        (9 * DAY, False, "a" * 32, "boot.unexpected", Severity.WARNING),
        (60, True, "a" * 32, "boot.clean", Severity.INFO),
        (60, None, "a" * 32, "boot.unknown", Severity.INFO),
    ],
)
def test_a_boot_that_is_news(uptime: int, clean: bool | None, known: str, kind: str, severity: Severity) -> None:
    assert found(uptime=uptime, clean=clean, known=known) == [(kind, severity)]
