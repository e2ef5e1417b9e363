from tests.tools.probes.recordings import output
from tools.history import Measure
from tools.probes import Skipped
from tools.probes.counters import Counters


def parsed(text: bytes) -> Counters:
    counters = Counters.parse(text)
    assert isinstance(counters, Counters)
    return counters


def test_a_recorded_host_tells_everything() -> None:
    counters = parsed(output("counters"))
    assert counters.cpu["user"] > 0 and counters.cpu_total == sum(counters.cpu.values())
    assert counters.events.keys() == {
        "major_faults", "oom_kills", "listen_overflows", "listen_drops", "syn_drops", "syn_cookies",
    }  # fmt: skip
    assert counters.levels.keys() == {
        "tasks", "pid_max", "threads_max", "files", "files_max", "connections", "connections_max",
    }  # fmt: skip
    assert [link.name for link in counters.links] == ["eth0"]


def test_a_bare_kernel_tells_the_processors_time_at_least() -> None:
    assert parsed(b"/proc/stat:cpu  1 2 3 4 5 6 7 8 9 9\n").cpu == {
        "user": 1, "nice": 2, "system": 3, "idle": 4, "iowait": 5, "irq": 6, "softirq": 7, "steal": 8,
    }  # fmt: skip
    assert isinstance(Counters.parse(b"/proc/loadavg:0 0 0 1/9 9\n"), Skipped)


def test_figures_are_kept_by_device() -> None:
    text = b"/proc/stat:cpu  10 20 30 40 50 6 7 8 0 0\n/proc/diskstats: 8 0 sda 5 0 0 7 6 0 0 8 0 9 10\n"
    kept = set(parsed(text).measures())
    assert {
        Measure("counters.cpu_total", "", 171),
        Measure("counters.cpu_busy", "", 53),
        Measure("counters.cpu_iowait", "", 50),
        Measure("counters.disk_operations", "sda", 11),
        Measure("counters.disk_wait_ms", "sda", 15),
        Measure("counters.disk_busy_ms", "sda", 9),
        Measure("counters.disk_queue_ms", "sda", 10),
    } <= kept
