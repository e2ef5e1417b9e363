from tests.tools.probes.recordings import output
from tools.history import Measure
from tools.probes import Skipped
from tools.probes.memory import Memory


def test_a_recorded_host_of_half_a_gigabyte() -> None:
    memory = Memory.parse(output("memory"))
    assert isinstance(memory, Memory) and memory.total_bytes == 512 << 20 and 80 < memory.available_percent < 100


def test_half_a_file_is_skipped() -> None:
    assert isinstance(Memory.parse(b"MemTotal:         524288 kB\nMemFr"), Skipped)
    assert isinstance(Memory.parse(b"MemTotal: 0 kB\nMemAvailable: 0 kB\n"), Skipped)


def test_swap_in_percent_and_broken_pages() -> None:
    text = b"MemTotal: 100 kB\nMemAvailable: 40 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\nHardwareCorrupted: 4 kB\n"
    memory = Memory.parse(text)
    assert isinstance(memory, Memory) and (memory.swap_used_percent, memory.corrupted_bytes) == (60, 4096)
    assert Memory(1, 1, 0, 0).swap_used_percent == 0
    assert list(memory.measures()) == [
        Measure("memory.used_bytes", "", 60 * 1024),
        Measure("memory.swap_used_bytes", "", 6 * 1024),
    ]
