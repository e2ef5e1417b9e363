"""Processors, memory, swap, and the kernel's tables."""

from tests.laws.thresholds.case import Case, Hold, Level, World, world
from tests.laws.thresholds.storage import opened
from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tests.tools.detectors.units_and_processes import process, processes
from tools.detectors import Memory, Severity
from tools.history import History, Point
from tools.probes.counters import Counters
from tools.probes.hardware import Hardware
from tools.probes.inotify_use import InotifyUse
from tools.probes.load import Load, Stall
from tools.probes.memory import Memory as MemoryFacts

INFO, HIGH, CRITICAL = Severity.INFO, Severity.HIGH, Severity.CRITICAL
GB = 1_000_000_000
COUNTERS = Counters({"user": 1}, {}, {})


def available(percent: float, memory: Memory = FIRST_LOOK) -> World:
    return world(MemoryFacts(GB, int(percent * GB / 100), 0, 0), memory=memory)


def vanishing(hours: float, left: float, *, is_open: bool = False) -> World:
    """So many percent are available, and gone in so many hours."""
    by_cycle = left * GB / 100 / hours / 12
    values = [(100 - left) * GB / 100 - by_cycle * (48 - at) for at in range(49)]
    forecasts = [(FORECAST, "host")] if is_open else []
    return available(left, remembering({("memory.used_bytes", ""): values}, *forecasts))


def stalled(full60: float, some300: float = 0, memory: Memory = FIRST_LOOK) -> World:
    stalls = {"memory full": Stall(0, full60, 0), "memory some": Stall(0, 0, some300)}
    return world(Load(0, 0, 0, 1, stalls), COUNTERS, memory=memory)


def faulting(by_second: float, some300: float = 50) -> World:
    return stalled(0, some300, remembering({("counters.major_faults", ""): grown(by_second)}))


def corrected(a_day: float, *, is_open: bool = False) -> World:
    kinds = [("mem.errors.corrected", "mc0")] if is_open else []
    memory = remembering({("hardware.corrected", "mc0"): (5, 5, 5 + int(a_day))}, *kinds)
    return world(Hardware(corrected={"mc0": 5 + int(a_day)}), memory=memory)


def swapped(percent: float, left: float = 10, memory: Memory = FIRST_LOOK) -> World:
    return world(MemoryFacts(GB, int(left * GB / 100), GB, int((100 - percent) * GB / 100)), memory=memory)


def spinning(
    used: float = 90, *, waiting: float = 50, switches: float = 0, kernel: float = 0, age: float = 100,
    memory: Memory = FIRST_LOOK,
) -> World:  # fmt: skip
    """Percent of a processor; `switches` by second of it, `kernel` percent of it."""
    seconds = used * age / 100
    one = process(
        1, "spin", state="R", cpu_seconds=seconds, age_seconds=age, voluntary_switches=int(switches * seconds),
        system_seconds=kernel * seconds / 100,
    )  # fmt: skip
    load = Load(1, 1, 1, 2, {"cpu some": Stall(waiting, waiting, waiting)})
    return world(processes(one), load, memory=memory)


def share(figure: str, percent: float, *kinds: str) -> World:
    series = {("counters.cpu_total", ""): grown(100), (f"counters.cpu_{figure}", ""): grown(percent)}
    return world(COUNTERS, memory=remembering(series, *((kind, "host") for kind in kinds)))


def stolen(seconds_ago: float) -> World:
    """All time went to others, that long ago; little passed since."""
    moments = ((0.0, 0.0, 0.0), (1.0, 1e9, 1e9), (1 + seconds_ago, 1e9 + 1e6, 1e9))
    points = {
        ("counters.cpu_total", ""): tuple(Point(at, total) for at, total, _ in moments),
        ("counters.cpu_steal", ""): tuple(Point(at, steal) for at, _, steal in moments),
    }
    return world(COUNTERS, memory=Memory(history=History(points)))


def load(per_core: float, memory: Memory = FIRST_LOOK) -> World:
    return world(Load(0, per_core * 4, 0, 4, {}), memory=memory)


def table(name: str, percent: float, memory: Memory = FIRST_LOOK) -> World:
    used, most = {"files": ("files", "files_max"), "connections": ("connections", "connections_max")}.get(
        name, ("tasks", "pid_max")
    )
    return world(Counters({"user": 1}, {}, {used: int(percent * 100), most: 10_000}), memory=memory)


def watching(percent: float, memory: Memory = FIRST_LOOK) -> World:
    return world(InotifyUse({1000: int(percent * 100)}, {0: 1}, 10_000, 1000), memory=memory)


def _table(name: str, warning: float, critical: float, clear: float) -> list[Case]:
    kind, known = f"limit.{name}", opened(f"limit.{name}", "host")
    return [
        Level(f"tables_full.{name}_warning_percent", kind, lambda x: table(name, x), warning),
        Level(f"tables_full.{name}_critical_percent", kind, lambda x: table(name, x), critical, severity=CRITICAL),
        Level(f"tables_full.{name}_clear_percent", kind, lambda x: table(name, x, known), clear),
    ]


def _share(name: str, figure: str, severity: Severity, moved: float, clear: float) -> list[Case]:
    kind = f"cpu.{name}"
    return [
        Level(f"cpu_time.{name}_percent", kind, lambda x: share(figure, x), moved, severity=severity),
        Level(f"cpu_time.{name}_clear_percent", kind, lambda x: share(figure, x, kind), clear, severity=severity),
    ]


PRESSURE, FORECAST, CORRECTED = "mem.pressure", "mem.pressure.forecast", "mem.errors.corrected"
SWAP, RUNAWAY, LOAD, INOTIFY = "mem.swap", "cpu.runaway", "cpu.load", "limit.inotify"
OPEN_PRESSURE, OPEN_SWAP = opened(PRESSURE, "host"), opened(SWAP, "host")
OPEN_LOAD, OPEN_SPIN = opened(LOAD, "host"), opened(RUNAWAY, "spin")
OPEN_INOTIFY = opened(INOTIFY, "watches of uid 1000")

CASES: list[Case] = [
    Level("memory_low.warning_percent", PRESSURE, available, 12, is_bad_when_small=True),
    Level("memory_low.high_percent", PRESSURE, available, 6, severity=HIGH, is_bad_when_small=True),
    Level("memory_low.critical_percent", PRESSURE, available, 3, severity=CRITICAL, is_bad_when_small=True),
    Level("memory_low.clear_percent", PRESSURE, lambda x: available(x, OPEN_PRESSURE), 20, is_bad_when_small=True),
    Hold("memory_low.hold_seconds", PRESSURE, available(9, remembering()), 60),
    Level("memory_filling.warning_hours", FORECAST, lambda x: vanishing(x, 40), 6, is_bad_when_small=True),
    Level(
        "memory_filling.clear_hours",
        FORECAST,
        lambda x: vanishing(x, 40, is_open=True),
        40,
        0.6,
        is_bad_when_small=True,
    ),
    Level("memory_filling.available_percent", FORECAST, lambda x: vanishing(5, x), 40, is_bad_when_small=True),
    Level("memory_pressure.stall_percent", PRESSURE, stalled, 15),
    Level("memory_pressure.stall_high_percent", PRESSURE, stalled, 40, severity=HIGH),
    Level("memory_pressure.stall_clear_percent", PRESSURE, lambda x: stalled(x, 0, OPEN_PRESSURE), 8),
    Level("memory_pressure.faults_per_second", PRESSURE, faulting, 400, 1),
    Level("memory_pressure.faults_stall_percent", PRESSURE, lambda x: faulting(5000, x), 4),
    Hold("memory_pressure.hold_seconds", PRESSURE, faulting(5000), 60),
    Level("memory_errors.warning_per_day", CORRECTED, corrected, 30, 0.5),
    Level("memory_errors.clear_per_day", CORRECTED, lambda x: corrected(x, is_open=True), 10, 1),
    Level("swap_full.warning_percent", SWAP, swapped, 75),
    Level("swap_full.clear_percent", SWAP, lambda x: swapped(x, 10, OPEN_SWAP), 60),
    Level("swap_full.available_percent", SWAP, lambda x: swapped(90, x), 20, is_bad_when_small=True),
    Hold("swap_full.hold_seconds", SWAP, swapped(90, 10, remembering()), 60),
    Level("cpu_runaway.warning_percent", RUNAWAY, spinning, 70),
    Level("cpu_runaway.clear_percent", RUNAWAY, lambda x: spinning(x, memory=OPEN_SPIN), 40),
    Level("cpu_runaway.pressure_percent", RUNAWAY, lambda x: spinning(waiting=x), 20),
    Level("cpu_runaway.switches_per_second", RUNAWAY, lambda x: spinning(switches=x), 5, is_bad_when_small=True),
    Level("cpu_runaway.kernel_percent", RUNAWAY, lambda x: spinning(kernel=x), 10, is_bad_when_small=True),
    Level("cpu_runaway.least_age_seconds", RUNAWAY, lambda x: spinning(age=x), 20),
    Hold("cpu_runaway.hold_seconds", RUNAWAY, spinning(memory=remembering()), 60),
    *_share("iowait", "iowait", Severity.WARNING, 30, 15),
    *_share("steal", "steal", Severity.WARNING, 8, 4),
    *_share("usage", "busy", INFO, 85, 70),
    Level("cpu_time.window_seconds", "cpu.steal", stolen, 600, 1, is_bad_when_small=True),
    Level("load_high.per_core", LOAD, load, 3, severity=INFO),
    Level("load_high.clear_per_core", LOAD, lambda x: load(x, OPEN_LOAD), 1.5, severity=INFO),
    Hold("load_high.hold_seconds", LOAD, load(3, remembering()), 60),
    *_table("files", 65, 85, 50),
    *_table("connections", 75, 90, 60),
    *_table("processes", 87, 93, 80),
    Hold("tables_full.hold_seconds", "limit.files", table("files", 75, remembering()), 60),
    Level("inotify_full.warning_percent", INOTIFY, watching, 75),
    Level("inotify_full.high_percent", INOTIFY, watching, 90, severity=HIGH),
    Level("inotify_full.clear_percent", INOTIFY, lambda x: watching(x, OPEN_INOTIFY), 60),
]
