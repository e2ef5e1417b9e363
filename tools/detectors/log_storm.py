"""Units that fill the journal."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import goes_on
from tools.detectors.limits import Limits, Positive
from tools.history import Measure
from tools.probes import Skipped
from tools.probes.journal_export import JournalLine
from tools.probes.journal_rate import JournalRate
from tools.probes.kernel_log import DROPPED
from tools.probes.wall_clock import WallClock

_KIND = "log.storm"
_SHOWN = 3
_LEAST_SHARE = 0.05
"""Of the newest lines; whose part of them is smaller does not fill the journal, and a few lines tell no rate."""
_VARYING = re.compile(r"\b[0-9a-fA-F]{4,}\b|0x[0-9a-fA-F]+|\d+")


class LogStormLimits(Limits):
    """Lines by second of one unit since the last look. Ours: no anchor counts journal lines.

    journald itself drops lines of a service above 10,000 in 30 s (RateLimitBurst), so 333 a second is too much by its
    own measure. Errors are meant to be rare: five a second is 1,500 in a cycle.
    """

    lines_per_second: Positive = 300
    """lines of any kind from which on it is a storm"""
    errors_per_second: Positive = 5
    """lines of priority error or worse from which on it is a storm"""
    clear_share: float = Field(0.5, gt=0, le=1)
    """once said, it is over below this part of either"""
    least_lines: int = Field(1000, ge=1)
    """a burst of fewer lines between two looks is none"""


def detect(
    journal_rate: JournalRate, wall_clock: WallClock | Skipped, memory: Memory, limits: LogStormLimits
) -> Iterator[Finding]:
    """`log.storm` with the unit as object, one for all its messages; lines whose writer is not known are `host`.

    Of a login session, as of all that is no service, it is information: a person may log what that person likes. So is
    a storm that ended a minute ago.

    The rate of a unit is its share of the newest lines, times all lines between the looks, and no more than the pace of
    its own newest lines: after the flood of one, what others write slowly is no flood.
    """
    lines, sample = journal_rate.lines, journal_rate.sample
    if not lines or not sample or journal_rate.seconds <= 0:
        return
    by_unit: dict[str, list[JournalLine]] = defaultdict(list)
    for line in sample:
        by_unit[line.unit or "host"].append(line)
    rate = lines / journal_rate.seconds
    for unit, own in by_unit.items():
        share, seconds = len(own) / len(sample), _seconds(own)
        errors = sum(1 for line in own if line.priority is not None and line.priority <= 3)
        ease = limits.clear_share if memory.is_open(_KIND, unit) else 1.0
        by_second, errors_by_second = (
            min(rate * count / len(sample), count / seconds if seconds else math.inf) for count in (len(own), errors)
        )
        is_storm = by_second >= ease * limits.lines_per_second or errors_by_second >= ease * limits.errors_per_second
        if is_storm and share >= _LEAST_SHARE and share * lines >= ease * limits.least_lines:
            is_alarm = unit.endswith(".service") and goes_on(own[-1].microseconds, wall_clock)
            severity = Severity.WARNING if is_alarm else Severity.INFO
            found = _finding(unit, own, sample, share * lines, journal_rate.seconds, severity)
            yield replace(found, figure=Measure("journal_rate.lines_by_second", "", rate))


def _seconds(lines: list[JournalLine]) -> float:
    """From the first to the last; not below 0, though a clock may have been set in between."""
    return max(0.0, (lines[-1].microseconds - lines[0].microseconds) / 1e6)


def _finding(
    unit: str, own: list[JournalLine], sample: tuple[JournalLine, ...], lines: float, seconds: float, severity: Severity
) -> Finding:
    kinds = Counter(_VARYING.sub("#", line.message) for line in own)
    example = {_VARYING.sub("#", line.message): line.message for line in reversed(own)}
    evidence = [
        Evidence("journal_rate", f"{100 * count / len(own):.0f} % of its lines: {example[kind]}")
        for kind, count in kinds.most_common(_SHOWN)
    ]
    dropped = [line.message for line in sample if line.message_id == DROPPED]
    evidence += [Evidence("journal_rate", message) for message in dropped[-1:]]
    return Finding(
        kind=_KIND,
        object=unit,
        severity=severity,
        summary=f"{unit} floods the journal: about {lines:.0f} lines of {len(kinds)} kinds in {seconds:.0f} s",
        evidence=tuple(evidence),
        details={
            "lines": f"{lines:.0f}",
            "seconds": f"{seconds:.0f}",
            "kinds": str(len(kinds)),
            "dropped": str(len(dropped)),
        },
    )
