from dataclasses import replace

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.test_oom_kills import kernel
from tools.detectors import Memory, Severity
from tools.detectors.oom_counted import detect
from tools.probes import Skipped
from tools.probes.counters import Counters
from tools.probes.kernel_log import KernelLog
from tools.probes.system import System

COUNTERS = Counters({"user": 1}, {"oom_kills": 3}, {})
METAL = System("Debian", "6.1", True, "none")
ABSENT = Skipped("no")
GREW = remembering({("counters.oom_kills", ""): (2, 3)})


def found(
    memory: Memory, log: KernelLog | Skipped = ABSENT, system: System | Skipped = METAL
) -> list[tuple[str, Severity]]:
    return [(f.object, f.severity) for f in detect(COUNTERS, log, system, memory)]


def test_a_counter_that_stands_still_says_nothing() -> None:
    assert found(FIRST_LOOK) == [] and found(remembering({("counters.oom_kills", ""): (3, 3)})) == []


def test_kills_of_the_last_half_hour_count() -> None:
    assert found(GREW) == [("host", Severity.WARNING)]
    assert found(remembering({("counters.oom_kills", ""): (2, *[3] * 6)})) == [("host", Severity.WARNING)]
    assert found(remembering({("counters.oom_kills", ""): (2, *[3] * 7)})) == []


def test_where_the_log_tells_or_the_kernel_is_shared_the_counter_is_silent() -> None:
    assert found(GREW, KernelLog((kernel(),))) == []
    assert found(GREW, system=replace(METAL, virtualization="systemd-nspawn")) == []
