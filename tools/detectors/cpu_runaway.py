"""Programs that spin: they use a processor without ever waiting for anything, and others wait for it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative, Percent, Positive
from tools.probes import Skipped
from tools.probes.load import Load
from tools.probes.processes import Process, Processes

_KIND = "cpu.runaway"


class CpuRunawayLimits(Limits):
    """A busy processor alone is information (node-exporter mixin: 90 % for 15 min, info only; awesome 80 %, 10 min).

    Ours to tell spinning from work: it never gives the processor up by itself, asks nothing of the kernel, and others
    have to wait. What it waited for counts as well: on a starved host two endless loops get a third of a processor.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_percent", "warning_percent"),)

    warning_percent: Positive = 80
    """of one processor, used or waited for, all processes of one name together"""
    clear_percent: Positive = 50
    """once said, it is over below this"""
    pressure_percent: Percent = 10
    """how much of the last 10 s something waited for a processor; below it nobody is hurt, so it is information"""
    switches_per_second: NotNegative = 2
    """voluntary pauses by second of processor time up to which a process counts as spinning; work waits more often"""
    kernel_percent: Percent = 5
    """share of its processor time spent in the kernel from which on it may be work (files, sockets): information"""
    least_age_seconds: NotNegative = 10
    """younger processes are not judged"""
    hold_seconds: NotNegative = 600
    """how long it must go on before it is said"""


def detect(processes: Processes, load: Load | Skipped, memory: Memory, limits: CpuRunawayLimits) -> Iterator[Finding]:
    """`cpu.runaway` with the program's name as object."""
    by_program: dict[str, list[Process]] = defaultdict(list)
    for process in processes.processes.values():
        if process.age_seconds >= limits.least_age_seconds and process.nice <= 0 and _is_spinning(process, limits):
            by_program[process.program].append(process)
    for program, spinning in by_program.items():
        percent = _percent(program, spinning, processes, memory)
        level = limits.clear_percent if memory.is_open(_KIND, program) else limits.warning_percent
        if percent >= level:
            yield _finding(program, spinning, percent, load, memory, limits)


def _is_spinning(process: Process, limits: CpuRunawayLimits) -> bool:
    if process.state != "R" or process.cpu_seconds < 1:
        return False
    switches = process.voluntary_switches
    return switches is None or switches / process.cpu_seconds <= limits.switches_per_second


def _percent(program: str, spinning: list[Process], processes: Processes, memory: Memory) -> float:
    """Of one processor: since the last look where that is known of all of that name, else over their lives."""
    since_last = memory.history.rate("processes.wanted_seconds", program, 1)
    alive = sum(1 for process in processes.processes.values() if process.program == program)
    if since_last is not None and alive == len(spinning):
        return 100 * since_last
    return sum(process.wanted_percent for process in spinning)


def _finding(
    program: str,
    spinning: list[Process],
    percent: float,
    load: Load | Skipped,
    memory: Memory,
    limits: CpuRunawayLimits,
) -> Finding:
    stall = load.stalls.get("cpu some") if isinstance(load, Load) else None
    is_felt = stall is None or stall.avg10 >= limits.pressure_percent
    kernel = sum(process.system_seconds for process in spinning) / sum(process.cpu_seconds for process in spinning)
    is_loop = 100 * kernel < limits.kernel_percent
    many = f"{len(spinning)} processes of {program} spin" if len(spinning) > 1 else f"{program} spins"
    lines = [
        Evidence(
            "processes",
            f"pid {process.pid} {program} state {process.state}: {process.cpu_seconds:.0f} s of processor and"
            f" {process.waited_seconds:.0f} s of waiting for it in {process.age_seconds:.0f} s of life,"
            f" unit {process.unit or '(unknown)'}",
        )
        for process in spinning[:5]
    ]
    if stall:
        lines.append(Evidence("load", f"cpu pressure some avg10={stall.avg10:.2f}"))
    return Finding(
        kind=_KIND,
        object=program,
        severity=Severity.WARNING if is_felt and is_loop else Severity.INFO,
        summary=f"{many} at {percent:.0f} % of a processor" + (", and others wait for it" if is_felt else ""),
        evidence=tuple(lines),
        details={"pids": " ".join(str(process.pid) for process in spinning), "unit": spinning[0].unit},
        hold_seconds=hold(limits.hold_seconds, memory),
    )
