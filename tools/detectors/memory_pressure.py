"""Programs that wait for memory: stalls and pages read back from disk again and again."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.growth import per_second
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative, Percent, Positive
from tools.probes import Skipped
from tools.probes.counters import Counters
from tools.probes.load import Load
from tools.probes.system import System


class MemoryPressureLimits(Limits):
    """Percent of a minute in which all programs waited for memory at once (PSI `full`), and major faults a second.

    Anchors: 500 major faults a second for 15 min (node-exporter mixin), 1000 over 5 min (awesome-prometheus-alerts);
    none of them looks at PSI. 20 and 50 % are ours: systemd-oomd kills at 60 % (its DefaultMemoryPressureLimit) held
    30 s. Faults alone may be a program that starts or a cold cache, so they count only where programs wait as well.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("stall_clear_percent", "stall_percent", "stall_high_percent"),)

    stall_percent: Percent = 20
    """percent of a minute without any progress, for want of memory, from which it is a warning"""
    stall_high_percent: Percent = 50
    """the same, from which it is high"""
    stall_clear_percent: Percent = 10
    """the same, at which an open finding is over"""
    faults_per_second: Positive = 500
    """major page faults a second over ten minutes from which it is a warning, where faultsStallPercent is reached"""
    faults_stall_percent: Percent = 5
    """percent of five minutes in which some program waited for memory, or was it not pressure that caused the faults"""
    hold_seconds: NotNegative = 300
    """seconds that the faults must last; stalls are an average already"""


_WINDOW_SECONDS = 600


def detect(
    load: Load,
    counters: Counters | Skipped,
    system: System | Skipped,
    limits: MemoryPressureLimits,
    memory: Memory,
) -> Iterator[Finding]:
    """`mem.pressure` with the object `host`, as where little memory is left: it is the same trouble."""
    full, some = load.stalls.get("memory full"), load.stalls.get("memory some")
    is_open = memory.is_open("mem.pressure", "host")
    if full and (
        severity := rising(
            full.avg60,
            is_open=is_open,
            clear=limits.stall_clear_percent,
            warning=limits.stall_percent,
            high=limits.stall_high_percent,
        )
    ):
        said = f"in {full.avg60:.0f} % of the last minute every program waited for memory"
        yield _finding(severity, said, f"memory full avg10={full.avg10} avg60={full.avg60} avg300={full.avg300}", 0.0)
    if isinstance(counters, Skipped) or (isinstance(system, System) and system.is_container):
        return
    faults = per_second(memory.history, "counters.major_faults", "", _WINDOW_SECONDS)
    is_felt = some is None or some.avg300 >= limits.faults_stall_percent
    if faults is not None and faults >= limits.faults_per_second and is_felt:
        said = f"{faults:.0f} pages a second are read back from disk because memory is short"
        held = hold(limits.hold_seconds, memory)
        yield _finding(Severity.WARNING, said, f"pgmajfault {faults:.0f}/s over ten minutes", held)


def _finding(severity: Severity, said: str, evidence: str, held: float) -> Finding:
    return Finding(
        kind="mem.pressure",
        object="host",
        severity=severity,
        summary=said,
        evidence=(Evidence("load" if "avg10" in evidence else "counters", evidence),),
        hold_seconds=held,
    )
