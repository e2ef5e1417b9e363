import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tools.detectors import Memory, Severity
from tools.detectors.disk_io import DiskIoLimits, detect
from tools.probes.counters import Counters
from tools.probes.device_counters import DiskCounters
from tools.probes.system import System

METAL, CONTAINER = (System("Debian", "6.1", True, kind) for kind in ("none", "lxc"))
COUNTERS = Counters({"user": 1}, {}, {}, disks=(DiskCounters("sda", 1, 1, 1, 1, 1, 1),))


def found(
    *opened: str, queue: float = 0, busy: float = 0, latency_ms: float = 0, requests: float = 10
) -> list[tuple[str, str, Severity]]:
    figures = {
        "disk_busy_ms": busy * 10,
        "disk_queue_ms": queue * 1000,
        "disk_operations": requests,
        "disk_wait_ms": latency_ms * requests,
    }
    series = {(f"counters.{name}", "sda"): grown(value) for name, value in figures.items()}
    memory = remembering(series, *((kind, "sda") for kind in opened))
    findings = list(detect(COUNTERS, METAL, DiskIoLimits(), memory))
    assert all(finding.hold_seconds == 600 for finding in findings)
    return [(finding.kind, finding.object, finding.severity) for finding in findings]


def test_a_disk_just_below_every_level_is_left_alone() -> None:
    assert found(queue=9.9, busy=97.9, latency_ms=99) == []


def test_a_long_queue() -> None:
    assert found(queue=10) == [("disk.queue", "sda", Severity.WARNING)]
    assert found("disk.queue", queue=7.1) != [] and found("disk.queue", queue=7) == []


def test_slow_answers_count_where_there_are_enough() -> None:
    assert found(latency_ms=100) == [("disk.latency", "sda", Severity.WARNING)]
    assert found(latency_ms=5000, requests=0.9) == [] and found(latency_ms=5000, requests=1) != []
    assert found("disk.latency", latency_ms=71) != [] and found("disk.latency", latency_ms=70) == []


def test_always_busy_is_information() -> None:
    assert found(busy=98) == [("disk.busy", "sda", Severity.INFO)]
    assert found("disk.busy", busy=70.1) != [] and found("disk.busy", busy=70) == []


@pytest.mark.parametrize("memory", [FIRST_LOOK, remembering()])
def test_counters_seen_once_say_nothing(memory: Memory) -> None:
    assert list(detect(COUNTERS, METAL, DiskIoLimits(), memory)) == []


def test_a_container_is_shown_the_disks_of_the_whole_machine() -> None:
    figures = ("disk_busy_ms", "disk_queue_ms", "disk_operations", "disk_wait_ms")
    memory = remembering({(f"counters.{name}", "sda"): grown(100_000) for name in figures})
    assert list(detect(COUNTERS, METAL, DiskIoLimits(), memory)) != []
    assert list(detect(COUNTERS, CONTAINER, DiskIoLimits(), memory)) == []
