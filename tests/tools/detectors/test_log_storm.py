import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import NOW, line
from tools.detectors import Memory, Severity
from tools.detectors.log_storm import LogStormLimits, detect
from tools.probes import Skipped
from tools.probes.journal_rate import JournalRate
from tools.probes.wall_clock import WallClock

OPEN = remembering(None, ("log.storm", "a.service"))


def found(
    lines: int | None,
    seconds: float,
    *,
    priority: int = 6,
    unit: str = "a.service",
    ago: float = 0.0,
    memory: Memory = FIRST_LOOK,
) -> list[tuple[str, Severity]]:
    sample = tuple(line(f"message {at}", unit, priority=priority) for at in range(100))
    rate, clock = JournalRate(lines, seconds, sample), WallClock(NOW + ago, None, None, None)
    return [(one.object, one.severity) for one in detect(rate, clock, memory, LogStormLimits())]


@pytest.mark.parametrize(
    ("lines", "seconds", "priority"),
    [
        pytest.param(None, 300, 3, id="the journal began anew"),
        pytest.param(300 * 300 - 300, 300, 6, id="just below 300 a second"),
        pytest.param(300 * 5 - 3, 300, 3, id="just below five errors a second"),
        pytest.param(999, 2, 3, id="a burst"),
        pytest.param(5000, 0, 3, id="no time has passed"),
    ],
)
def test_is_left_alone(lines: int | None, seconds: float, priority: int) -> None:
    assert found(lines, seconds, priority=priority) == []


@pytest.mark.parametrize(("lines", "priority"), [(300 * 300, 6), (300 * 5, 3)])
def test_a_flood_of_lines_or_of_errors(lines: int, priority: int) -> None:
    assert found(lines, 300, priority=priority) == [("a.service", Severity.WARNING)]


@pytest.mark.parametrize(("lines", "is_found"), [(749, False), (750, True)])
def test_once_said_it_is_over_below_half(lines: int, is_found: bool) -> None:
    assert bool(found(lines, 300, priority=3, memory=OPEN)) == is_found


def test_of_a_login_session_it_is_information() -> None:
    assert found(300_000, 300, unit="session-1.scope") == [("session-1.scope", Severity.INFO)]


@pytest.mark.parametrize(("ago", "severity"), [(60, Severity.WARNING), (61, Severity.INFO)])
def test_one_that_ended_a_minute_ago_is_information(ago: float, severity: Severity) -> None:
    assert found(300_000, 300, ago=ago) == [("a.service", severity)]


def test_one_finding_tells_the_kinds_of_messages_and_their_shares() -> None:
    sample = tuple(line(f"device {at}: timeout" if at % 4 else f"cannot publish {at}") for at in range(100))
    (one,) = detect(JournalRate(10_000, 300, sample), Skipped("no"), FIRST_LOOK, LogStormLimits())
    assert [evidence.text.split(":")[0] for evidence in one.evidence] == ["75 % of its lines", "25 % of its lines"]
    assert one.details["kinds"] == "2"


def after_the_flood(others: int, seconds: float) -> list[str]:
    """A million lines, of which the newest are another unit's within `seconds`."""
    flood = [line("x", "flood.service", microseconds=int(NOW * 1e6) + at * 10) for at in range(400 - others)]
    calm = [
        line("y", "calm.service", priority=6 if at else 3, microseconds=int((NOW + seconds * at / others) * 1e6))
        for at in range(others)
    ]
    rate, clock = JournalRate(1_000_000, 15, tuple(flood + calm)), WallClock(NOW + seconds, None, None, None)
    return [one.object for one in detect(rate, clock, FIRST_LOOK, LogStormLimits())]


@pytest.mark.parametrize(("others", "seconds"), [(3, 0.01), (19, 0.01), (40, 10), (399, 300)])
def test_whoever_writes_slowly_after_the_flood_of_another_is_not_blamed_for_it(others: int, seconds: float) -> None:
    assert "calm.service" not in after_the_flood(others, seconds)


def test_two_floods_at_once_are_two_findings() -> None:
    assert after_the_flood(200, 0.002) == ["flood.service", "calm.service"]
