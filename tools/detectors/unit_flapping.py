"""Services that systemd starts again and again."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from pydantic import Field

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.limits import Limits, NotNegative
from tools.probes.journal_export import JournalLine
from tools.probes.kernel_log import RESTART_SCHEDULED, KernelLog
from tools.probes.units import Units
from tools.probes.wall_clock import WallClock

_KIND = "unit.flapping"
_FIVE_MINUTES = 300


class UnitFlappingLimits(Limits):
    """Restarts by systemd itself, as it writes them down.

    Anchors: node-exporter mixin and awesome-prometheus-alerts, more than 2 in 5 minutes (the mixin holds 15 minutes);
    awesome-prometheus-alerts also more than 5 in an hour, critical (held 5 minutes). We look back half an hour, so 3 in
    5 minutes are said once and stay for as long; no hold: three restarts are the hold.
    """

    restarts_in_5_minutes: int = Field(2, ge=1)
    """more than this within any 5 minutes of the last half hour is a warning"""
    restarts_in_30_minutes: int = Field(5, ge=1)
    """more than this in the last half hour is high"""
    hold_seconds: NotNegative = 0
    """how long it must be seen before it is said"""


def detect(
    kernel_log: KernelLog, units: Units, wall_clock: WallClock, memory: Memory, limits: UnitFlappingLimits
) -> Iterator[Finding]:
    """`unit.flapping` with the service as object; over once it stays up for longer than before, or is failed."""
    failed = {unit.name for unit in units.failed()}
    restarts: dict[str, list[JournalLine]] = defaultdict(list)
    for line in kernel_log.lines:
        if line.message_id == RESTART_SCHEDULED and line.about:
            restarts[line.about].append(line)
    for name, lines in restarts.items():
        times = [line.microseconds / 1e6 for line in lines]
        quiet = (wall_clock.seconds or times[-1]) - times[-1]
        if name in failed or quiet > _patience(times, is_open=memory.is_open(_KIND, name)):
            continue
        if len(times) > limits.restarts_in_30_minutes:
            yield _finding(name, lines, Severity.HIGH, limits)
        elif _most_within(times, _FIVE_MINUTES) > limits.restarts_in_5_minutes or (
            memory.is_open(_KIND, name) and len(times) > limits.restarts_in_5_minutes
        ):
            yield _finding(name, lines, Severity.WARNING, limits)


def _patience(times: list[float], *, is_open: bool) -> float:
    """Seconds without a restart after which it has come to rest: by how far apart they were, 5 minutes at most."""
    spans = [later - one for one, later in pairwise(times) if later - one <= _FIVE_MINUTES]
    apart = median(spans) if spans else _FIVE_MINUTES
    return min(_FIVE_MINUTES, max(30, 6 * apart) if is_open else 2 * apart)


def _most_within(times: list[float], seconds: float) -> int:
    """The largest number of these moments, in rising order, that lie within one span."""
    return max(sum(1 for time in times[at:] if time - first <= seconds) for at, first in enumerate(times))


def _finding(name: str, lines: list[JournalLine], severity: Severity, limits: UnitFlappingLimits) -> Finding:
    return Finding(
        kind=_KIND,
        object=name,
        severity=severity,
        summary=f"{name} does not stay up: systemd started it again {len(lines)} times in half an hour",
        evidence=tuple(Evidence("kernel_log", line.message) for line in lines[-3:]),
        details={"restarts": str(len(lines))},
        hold_seconds=limits.hold_seconds,
    )
