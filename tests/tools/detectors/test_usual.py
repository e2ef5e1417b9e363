"""What is usual stands beside a finding, and makes it quieter only where it truly is a habit and no limit."""

from dataclasses import replace

import pytest

from tests.tools.detectors.observing import facts
from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.catalogue import judge
from tools.detectors.load_high import LoadHighLimits, detect
from tools.detectors.thresholds import Thresholds
from tools.detectors.usual import beside_usual
from tools.history import History, Measure, Point
from tools.history.baseline import Baseline
from tools.probes.load import Load
from tools.probes.memory import Memory as MemoryFact

DAY, GIB = 86400, 1 << 30
USED = ("memory.used_bytes", "")
PRESSURE = Finding(
    "mem.pressure", "host", Severity.WARNING, "memory is nearly used up", (Evidence("memory", "8 %"),),
    figure=Measure(*USED, int(9.2 * GIB)),
)  # fmt: skip


def lived(*by_day: float, now: float = 9.2, key: tuple[str, str] = USED, unit: float = GIB) -> History:
    """A host whose figure was so on each day at this hour, and half of it three hours before."""
    baseline = Baseline()
    for value in by_day:
        baseline = baseline.with_hour([value * unit])
    points = [
        Point(10 * 3600 + day * DAY + shift, value * unit * share)
        for day, value in enumerate(by_day)
        for shift, share in ((-3 * 3600, 0.5), (0, 1.0))
    ]
    points.append(Point(10 * 3600 + len(by_day) * DAY, now * unit))
    return History({key: tuple(points)}, {key: baseline})


USUAL = lived(9.1, 9.3, 9.2, 9.3, 9.1, 9.2, 9.3)


def test_without_a_figure_nothing_is_said() -> None:
    bare = replace(PRESSURE, figure=None)
    assert beside_usual(bare, USUAL) is bare


def test_before_enough_days_are_known_nothing_is_said() -> None:
    assert beside_usual(PRESSURE, History()) is PRESSURE
    assert beside_usual(PRESSURE, lived(9.2, 9.2, 9.2, 9.2)) is PRESSURE


def test_what_is_usual_stands_beside_what_is_not() -> None:
    found = beside_usual(PRESSURE, lived(3.9, 4.0, 4.1, 4.0, 3.9, 4.1, 4.0))
    assert found.severity is Severity.WARNING
    (line,) = found.evidence[1:]
    assert line.source == "memory"
    assert line.text == "memory used: usual at this hour 3.8 GiB to 4.2 GiB (7 days known), now 9.2 GiB"


@pytest.mark.parametrize(
    ("finding", "history"),
    [
        pytest.param(PRESSURE, lived(9.1, 9.3, 9.2, 9.3, 9.1, 9.2), id="six days are no week"),
        pytest.param(replace(PRESSURE, severity=Severity.CRITICAL), USUAL, id="critical"),
        pytest.param(replace(PRESSURE, severity=Severity.INFO), USUAL, id="info is the lowest"),
        pytest.param(replace(PRESSURE, kind="disk.space", object="/"), USUAL, id="space"),
        pytest.param(replace(PRESSURE, kind="disk.inodes", object="/"), USUAL, id="inodes"),
        pytest.param(replace(PRESSURE, kind="proc.fd_leak", object="a.service"), USUAL, id="a limit"),
        pytest.param(replace(PRESSURE, kind="unit.failed", object="a.service"), USUAL, id="a failure"),
        pytest.param(PRESSURE, lived(8.0, 8.2, 8.4, 8.6, 8.8, 8.9, 9.0, 9.1), id="a leak rises every day"),
        pytest.param(PRESSURE, lived(4.0, 4.1, 9.3, 4.0, 9.3, 4.1, 4.0, 4.0, 4.1, 4.0), id="two wild days"),
    ],
)
def test_stays_as_loud_as_it_is(finding: Finding, history: History) -> None:
    assert beside_usual(finding, history).severity is finding.severity


@pytest.mark.parametrize(("severity", "milder"), [(Severity.WARNING, Severity.INFO), (Severity.HIGH, Severity.WARNING)])
def test_a_habit_of_a_week_is_told_one_level_lower_and_why(severity: Severity, milder: Severity) -> None:
    found = beside_usual(replace(PRESSURE, severity=severity), USUAL)
    assert found.severity is milder
    assert found.fingerprint == PRESSURE.fingerprint
    assert f"told as {milder} and not as {severity}" in found.evidence[-1].text


def test_another_hour_of_the_day_is_no_habit_of_this_one() -> None:
    shifted = {USED: tuple(Point(point.seconds - 5 * 3600, point.value) for point in USUAL.points[USED][:-1])}
    history = History({USED: (*shifted[USED], USUAL.points[USED][-1])}, USUAL.baselines)
    assert beside_usual(PRESSURE, history).severity is Severity.WARNING


def test_the_load_is_compared_with_what_it_is_at_this_hour() -> None:
    history = lived(0.2, 0.5, 0.9, 0.4, 0.5, 0.6, now=7.4, key=("load.over_5_minutes", ""), unit=1)
    (found,) = (beside_usual(one, history) for one in detect(Load(7, 7.4, 7, 2, {}), LoadHighLimits(), Memory()))
    assert "load over 5 minutes: usual at this hour 0.1 to 0.6 (6 days known), now 7.4" in [
        line.text for line in found.evidence
    ]


def test_the_judge_says_it_and_the_figure_is_one_that_is_kept() -> None:
    memory = MemoryFact(10 * GIB, 10 * GIB - int(9.2 * GIB), 0, 0)
    assert PRESSURE.figure in [Measure(one.metric, one.object, one.value) for one in memory.measures()]
    for history, severity in ((USUAL, Severity.INFO), (lived(4, 4, 4, 4, 4, 4, 4), Severity.WARNING)):
        (found,) = judge(facts(memory), Thresholds(), Memory(history=history))
        assert (found.kind, found.severity) == ("mem.pressure", severity)
        assert "usual at this hour" in found.evidence[-1].text
